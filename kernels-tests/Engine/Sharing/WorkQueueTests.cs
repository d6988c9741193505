using System.Diagnostics;
using IlgpuGan.EngineTests.Recording;
using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.EngineTests.Sharing;

/// <summary>Threads that share a device take turns in its queue; a thread that doesn't gets an error.</summary>
public sealed class WorkQueueTests
{
    private const string Why = "cpu computes for another thread, and a device is used by one thread at a time: " +
        "take turns in Device.WorkQueue, as Translator does, or open a device for each thread";

    private readonly List<int> _together = [];
    private Device _device = null!;

    [SetUp]
    public void Start()
    {
        _together.Clear();
        _device = Device.Open("cpu");
    }

    [TearDown]
    public void Stop() => _device.Dispose();

    /// <summary>On a thread of the pool an exception would end the process.</summary>
    [Test]
    public void WhatIdleThreadsThrowIsThrownToTheirCaller()
    {
        var calls = 0;
        Fails.Saying<IOException>(
            () => IdleThreads.For(8, _ =>
            {
                Interlocked.Increment(ref calls);
                throw new IOException("too many open files");
            }),
            "too many open files");
        Assert.That(calls, Is.EqualTo(8));
    }

    /// <summary>Work that mixes its own threads, those of others and tensors: each has its own result.</summary>
    [Test]
    public async Task AnyNumberOfThreadsComputesInTurn()
    {
        var queue = _device.WorkQueue;
        var threads = Enumerable.Range(1, 24).Select(i => i % 2 == 0
            ? Task.Factory.StartNew(() => queue.Run(() => Sum(i)), TaskCreationOptions.LongRunning)
            : queue.RunAsync(() => queue.Run(() => Sum(i)))).ToList();
        Assert.That(await Task.WhenAll(threads), Is.EqualTo(Enumerable.Range(1, 24).Select(i => 1000f * i)));

        float Sum(int value)
        {
            using var step = _device.Step();
            return Tensor.Full(new Shape(10, 100), value, _device).Sum().Item();
        }
    }

    /// <summary>After a quiet time the memory of what has been computed goes back to the system; until then it is kept.</summary>
    [Test]
    public async Task UnusedMemoryIsFreedAfterAQuietTime()
    {
        var queue = _device.WorkQueue;
        Compute();
        Assert.That(_device.Pool.AllocatedBytes, Is.Positive, "nobody has asked to free it");
        var isQuiet = false;
        queue.FreesMemoryAfter = TimeSpan.FromMilliseconds(20);
        queue.WhenQuiet = () => Volatile.Write(ref isQuiet, true);
        Compute();
        var clock = Stopwatch.StartNew();
        while (!Volatile.Read(ref isQuiet) && clock.Elapsed < TimeSpan.FromSeconds(10))
        {
            await Task.Delay(5);
        }

        Assert.That(_device.Pool.AllocatedBytes, Is.Zero);
        Compute();

        void Compute() => Assert.That(queue.Run(() =>
        {
            using var step = _device.Step();
            return Tensor.Full(new Shape(1000), 2, _device).Sum().Item();
        }), Is.EqualTo(2000));
    }

    /// <summary>On the timer's thread it would end the program. What ends the use of something is done all the same.</summary>
    [Test]
    public void WhatFailsInAQuietTimeIsToldOnceToTheNextCaller()
    {
        var queue = _device.WorkQueue;
        queue.FreesMemoryAfter = TimeSpan.FromMilliseconds(20);
        queue.WhenQuiet = () => throw new ArgumentException("no more");
        queue.Run(() =>
        {
            using var step = _device.Step();
            return Tensor.Full(new Shape(1000), 2, _device).Sum().Item();
        });
        Assert.That(() => _device.Pool.AllocatedBytes, Is.Zero.After(10_000, 5), "memory is freed all the same");
        queue.FreesMemoryAfter = null;
        var isEnded = false;
        queue.RunLast(() => isEnded = true);
        Assert.That(isEnded);
        Fails.With<InvalidOperationException>(() => queue.Run(() => 1), "no more");
        Assert.That(queue.Run(() => 1), Is.EqualTo(1));
    }

    /// <summary>Without a step: who meets another's kernel is refused, and all other numbers are the thread's own.</summary>
    [Test]
    public void ThreadsThatTakeNoTurnsNeverGetEachOthersNumbers()
    {
        var (right, wrong) = (0, 0);
        Task[] threads = [Begin(1), Begin(2)];
        Task.WaitAll(threads);
        Assert.That(wrong, Is.Zero);
        Assert.That(right, Is.Positive);

        Task Begin(float value) => Task.Factory.StartNew(() => Compute(value), TaskCreationOptions.LongRunning);

        void Compute(float value)
        {
            for (var i = 0; i < 20_000; i++)
            {
                try
                {
                    using var x = Tensor.Full(new Shape(1000), value, _device);
                    using var y = x + 0f;
                    if (Array.TrueForAll(y.ToArray(), number => number == value))
                    {
                        Interlocked.Increment(ref right);
                    }
                    else
                    {
                        Interlocked.Increment(ref wrong);
                    }
                }
                catch (DeviceException exception) when (exception.Message.EndsWith(Why, StringComparison.Ordinal))
                {
                    // The other thread computes.
                }
            }
        }
    }

    /// <summary>As another thread may dispose it: in the middle of the copy that its source's new numbers bring about.</summary>
    [Test]
    public void ASliceThatIsDisposedWhileItIsCopiedGivesItsSourcesMemoryBackOnce()
    {
        Tensor? slice = null;
        using var device = new LanedDevice(
            _device, _ => new ToldKernels(_device.OwnKernels, () => slice?.Dispose()), lanes: 1,
            (_, _, _) => throw new NotSupportedException());
        using var x = Tensor.Ones(new Shape(2, 64), device);
        using var two = Tensor.Full(new Shape(2, 64), 2, device);
        slice = x[0];
        x.CopyFrom(two);
        Assert.That(slice.IsUsable, Is.False);
        using var other = Tensor.Full(new Shape(2, 64), 7, device);
        Assert.That(x.ToArray(), Is.All.EqualTo(2));
    }

    [Test]
    public void ASecondThreadIsRefusedInTheMiddleOfAStep()
    {
        var tensor = Tensor.Ones(new Shape(4), _device);
        using (_device.Step())
        {
            foreach (var use
                in (Action[])[() => _device.Step(), () => Tensor.Empty(new Shape(1), _device), () => tensor.Reshape(new Shape(2, 2))])
            {
                Assert.That(() => Elsewhere(use), Throws.TypeOf<DeviceException>().With.Message.EndsWith(Why));
            }
        }

        Elsewhere(() => Assert.That((tensor + 1).Sum().Item(), Is.EqualTo(8)));

        // A thread of its own, since the pool might give this one.
        static void Elsewhere(Action use) => Task.Factory.StartNew(use, TaskCreationOptions.LongRunning).GetAwaiter().GetResult();
    }

    /// <summary>The gradient mode of who queues work holds in it, unless the flow is suppressed.</summary>
    [Test]
    public async Task WorkOnAnotherThreadHasTheFlowOfItsCaller()
    {
        var queue = _device.WorkQueue;
        Assert.That(await queue.RunAsync(() => GradMode.IsEnabled));
        using (GradMode.NoGrad())
        {
            Assert.That(await queue.RunAsync(() => GradMode.IsEnabled), Is.False);
            Assert.That(queue.Run(() => GradMode.IsEnabled), Is.False);
            Task<bool> suppressed;
            using (ExecutionContext.SuppressFlow())
            {
                suppressed = queue.RunAsync(() => GradMode.IsEnabled);
            }

            Assert.That(await suppressed);
        }

        Assert.That(await queue.RunAsync(() => GradMode.IsEnabled), "nothing of it stays on the queue's thread");
    }

    /// <summary>
    /// A batch is of one gradient mode, and may be done by any of its callers; alone, after a failure, each work has its own flow.
    /// </summary>
    [Test]
    public void WorkInABatchHasTheGradientModeOfItsCaller([Values] bool fails)
    {
        var name = new AsyncLocal<string?> { Value = "first" };
        using var gate = new ManualResetEventSlim();
        var first = Hold(gate);
        Task<(bool, string?)> without;
        using (GradMode.NoGrad())
        {
            without = Begin();
        }

        var batched = Begin();
        name.Value = "own";
        var own = Task.Factory.StartNew(
            () => _device.WorkQueue.Run<int, (bool, string?)>("kind", 4, 0, States), TaskCreationOptions.LongRunning);
        Thread.Sleep(100); // Until it is in the queue: there is no event for that.
        gate.Set();
        Assert.That(without.Result, Is.EqualTo((false, "first")));
        Assert.That((batched.Result.Item1, own.Result.Item1), Is.EqualTo((true, true)));
        Assert.That(
            (batched.Result.Item2, own.Result.Item2),
            fails ? Is.EqualTo(("first", "own")) : Is.AnyOf(("first", "first"), ("own", "own")));
        Assert.That(first.Result, Is.Zero);

        Task<(bool, string?)> Begin() =>
            _device.WorkQueue.RunAsync<int, (bool, string?), (bool, string?)>("kind", 4, 0, States, state => state);

        IReadOnlyList<(bool, string?)> States(IReadOnlyList<int> inputs)
        {
            if (fails && inputs.Count > 1)
            {
                throw new ArgumentException("one by one");
            }

            return [.. inputs.Select(_ => (GradMode.IsEnabled, name.Value))];
        }
    }

    /// <summary>The queue's thread leaves their work to them, and goes on behind it.</summary>
    [Test]
    public async Task WhoWaitsOnItsOwnThreadWorksThere()
    {
        for (var i = 0; i < 5; i++)
        {
            using var gate = new ManualResetEventSlim();
            var first = Hold(gate);
            var own = Enumerable.Range(0, 3).Select(_ => Task.Factory.StartNew(IsOnItsOwn, TaskCreationOptions.LongRunning)).ToList();
            Thread.Sleep(20); // Until they are in the queue: there is no event for that.
            var behind = Double("kind", i);
            gate.Set();
            Assert.That(await Task.WhenAll(own), Is.All.True);
            Assert.That((await first, await behind), Is.EqualTo((0, 2 * i)));
        }

        bool IsOnItsOwn()
        {
            var thread = Environment.CurrentManagedThreadId;
            return _device.WorkQueue.Run(() => Environment.CurrentManagedThreadId) == thread;
        }
    }

    /// <summary>The queue's thread would wait for its work for ever.</summary>
    [Test]
    public void WhoIsInterruptedLeavesTheLine()
    {
        using var gate = new ManualResetEventSlim();
        var first = Hold(gate);
        var (isInterrupted, isDone) = (false, false);
        var own = new Thread(() =>
        {
            try
            {
                _device.WorkQueue.Run(() => isDone = true);
            }
            catch (ThreadInterruptedException)
            {
                isInterrupted = true;
            }
        });
        own.Start();
        Thread.Sleep(50); // Until it is in the queue: there is no event for that.
        own.Interrupt();
        own.Join();
        var behind = Double("kind", 1);
        gate.Set();
        Assert.That(behind.Wait(10_000), "the line goes on");
        Assert.That((first.Result, behind.Result), Is.EqualTo((0, 2)));
        Assert.That((isInterrupted, isDone), Is.EqualTo((true, false)));
    }

    [Test]
    public void WhoWaitsOnItsOwnThreadIsTakenAlong()
    {
        using var gate = new ManualResetEventSlim();
        var first = Hold(gate);
        var own = Enumerable.Range(1, 3).Select(i => Task.Factory.StartNew(
            () => _device.WorkQueue.Run<int, string>("kind", 4, i, Doubled), TaskCreationOptions.LongRunning)).ToList();
        var other = Double("kind", 4);
        Thread.Sleep(100); // Until they are in the queue: there is no event for that.
        gate.Set();
        Assert.That(Task.WhenAll(own).Result, Is.EqualTo(new[] { "2", "4", "6" }));
        Assert.That((other.Result, first.Result), Is.EqualTo((8, 0)));
        Assert.That(_together, Is.EqualTo(new[] { 4 }));
    }

    [Test]
    public async Task WhatWaitsOfOneKindIsDoneTogether()
    {
        using var gate = new ManualResetEventSlim();
        var first = Hold(gate);
        var others = Enumerable.Range(1, 6).Select(i => Double("kind", i)).ToList();
        others.AddRange([Double("other", 10), Double("kind", 7)]);
        gate.Set();
        Assert.That(await Task.WhenAll(others), Is.EqualTo(new[] { 2, 4, 6, 8, 10, 12, 20, 14 }));
        await first;
        Assert.That(_together, Is.EqualTo(new[] { 4, 3, 1 }), "four at most, in the order of the first of them");
    }

    [Test]
    public async Task AFaultReachesOnlyWhoseItIs()
    {
        using var gate = new ManualResetEventSlim();
        var first = Hold(gate);
        var (good, bad, further) = (Double("kind", 1), Double("kind", -1), Double("kind", 2));
        gate.Set();
        await first;
        Assert.That((await good, await further), Is.EqualTo((2, 4)));
        Assert.That(async () => await bad, Throws.ArgumentException);
    }

    /// <summary>What is made is finished before the next work; a fault in that reaches only whose it is.</summary>
    [Test]
    public async Task WhatIsMadeIsFinishedBeforeTheNextWork()
    {
        using var gate = new ManualResetEventSlim();
        var first = Hold(gate);
        var finished = 0;
        var all = Enumerable.Range(0, 6).Select(i => _device.WorkQueue.RunAsync(
            new object(),
            1,
            i,
            _ => (IReadOnlyList<int>)[Volatile.Read(ref finished)],
            before =>
            {
                Thread.Sleep(5);
                Interlocked.Increment(ref finished);
                return i == 3 ? throw new ArgumentException("bad") : before;
            },
            CancellationToken.None)).ToList();
        gate.Set();
        await first;
        for (var i = 0; i < all.Count; i++)
        {
            var number = i;
            if (number == 3)
            {
                Assert.That(async () => await all[number], Throws.ArgumentException);
            }
            else
            {
                Assert.That(await all[number], Is.EqualTo(number));
            }
        }
    }

    /// <summary>Work that waits for work of its own queue would wait for ever if that had to wait for the turn.</summary>
    [Test]
    public void WorkMayWaitForWorkOfItsQueue()
    {
        var device = Device.Open("cpu"); // Not disposed while the work waits, which would wait for it.
        var queue = device.WorkQueue;
        var made = Task.Run(() => queue.Run(() =>
            queue.TranscodeAsync(() => 3).Result
            * queue.RunAsync("kind", 4, 2, Doubled, int.Parse).Result
            * queue.RunAsync(() => 5).Result));
        Assert.That(made.Wait(10_000));
        Assert.That(made.Result, Is.EqualTo(3 * 4 * 5));
        device.Dispose();
    }

    /// <summary>In an open step, which would end its tensors, it is done afterwards.</summary>
    [Test]
    public async Task WorkThatOtherWorkBeginsIsDone([Values] bool inStep)
    {
        var queue = _device.WorkQueue;
        var begun = Task.FromResult(Tensor.Zeros(new Shape(2), _device));
        await queue.RunAsync(() =>
        {
            using var step = inStep ? _device.Step() : null;
            begun = queue.RunAsync(() => Tensor.Ones(new Shape(2), _device));
            return true;
        });
        using var made = await begun;
        Assert.That(made.ToArray(), Is.EqualTo(new float[] { 1, 1 }));
    }

    /// <summary>Where networks take all cores: then pictures are coded behind them, else at once.</summary>
    [TestCase(0)]
    [TestCase(1)]
    public async Task PicturesAreCodedBetweenNetworks(int threads)
    {
        using var device = Device.Open("cpu", threads);
        Assume.That(device.UsesAllProcessors, Is.EqualTo(threads == 0), "a machine of one core");
        var queue = device.WorkQueue;
        Assert.That(queue.TranscodeAsync(() => 1).IsCompletedSuccessfully, "nothing computes");
        using var gate = new ManualResetEventSlim();
        using var gone = new CancellationTokenSource();
        var first = Hold(gate, queue);
        var isCoded = false;
        var (coded, left) = (
            queue.TranscodeAsync(() => Interlocked.Exchange(ref isCoded, true) ? 0 : 2), queue.TranscodeAsync(() => 3, gone.Token));
        Assert.That((coded.IsCompleted, left.IsCompleted), Is.EqualTo((threads == 1, threads == 1)));
        var second = queue.RunAsync(() => Volatile.Read(ref isCoded));
        await gone.CancelAsync();
        gate.Set();
        await first;
        Assert.That((await coded, await second), Is.EqualTo((2, true)));
        await Task.WhenAny(left);
        Assert.That(left.IsCanceled, Is.EqualTo(threads == 0));
    }

    /// <summary>Threads of the pool may all be waiting for their turn: the pictures that are coded before it need none of them.</summary>
    [Test]
    public void PicturesAreCodedWhileThePoolWaitsForItsTurn()
    {
        var queue = _device.WorkQueue;
        using var gate = new ManualResetEventSlim();
        var first = Hold(gate);
        var coded = Enumerable.Range(0, 4).Select(i => queue.TranscodeAsync(() => i)).ToList();
        var turns = Enumerable.Range(0, 200).Select(i => Task.Run(() => queue.Run(() => i))).ToList();
        Thread.Sleep(100); // Until they hold the pool's threads: there is no event for that.
        gate.Set();
        Assert.That(Task.WhenAll(turns).Wait(10_000), "each has its turn at once");
        Assert.That(Task.WhenAll(coded).Result, Is.EqualTo(new[] { 0, 1, 2, 3 }));
        Assert.That(first.Result, Is.Zero);
    }

    /// <summary>Free cores code pictures side by side: each of two waits for the other.</summary>
    [Test]
    public async Task FreeThreadsCodePicturesTogether()
    {
        Assume.That(Environment.ProcessorCount, Is.GreaterThan(1), "a machine of one core");
        using var gate = new ManualResetEventSlim();
        using var both = new Barrier(2);
        var first = Hold(gate);
        var coded = Enumerable.Range(0, 2).Select(_ => _device.WorkQueue.TranscodeAsync(() => both.SignalAndWait(10_000))).ToList();
        gate.Set();
        await first;
        Assert.That(await Task.WhenAll(coded), Is.All.True);
    }

    /// <summary>Work that makes too few results, or too many, fails; inputs of another type are no batch, whatever their kind.</summary>
    [TestCase(0)]
    [TestCase(2)]
    public async Task WorkMakesAResultOfEachInput(int results)
    {
        using var gate = new ManualResetEventSlim();
        var first = Hold(gate);
        var bad = _device.WorkQueue.RunAsync<int, int, int>("bad", 4, 1, _ => new int[results], made => made);
        var number = Double("kind", 1);
        var text = _device.WorkQueue.RunAsync<string, string, string>("kind", 4, "one", all => all, made => made);
        gate.Set();
        await first;
        Assert.That((await number, await text), Is.EqualTo((2, "one")));
        Assert.That(
            async () => await bad,
            Throws.InvalidOperationException.With.Message.EqualTo(
                $"the work made {results} results of 1 inputs: it must make one of each"));
    }

    /// <summary>They would be found out on the queue's thread, where nobody could be told.</summary>
    [Test]
    public void QuietTimesThatNoTimerTakesAreRefused()
    {
        foreach (var time in new[] { TimeSpan.MaxValue, TimeSpan.FromSeconds(-1) })
        {
            Assert.That(() => _device.WorkQueue.FreesMemoryAfter = time, Throws.TypeOf<ArgumentOutOfRangeException>());
        }

        _device.WorkQueue.FreesMemoryAfter = Timeout.InfiniteTimeSpan; // Never.
        Assert.That(_device.WorkQueue.Run(() => 1), Is.EqualTo(1));
    }

    [Test]
    public async Task WhoGoesAwayTakesThePictureAlong()
    {
        using var gate = new ManualResetEventSlim();
        using var gone = new CancellationTokenSource();
        var first = Hold(gate);
        var isCoded = false;
        var left = _device.WorkQueue.TranscodeAsync(() => isCoded = true, gone.Token);
        await gone.CancelAsync();
        var isGone = SpinWait.SpinUntil(() => left.IsCanceled, 10_000);
        gate.Set();
        await first;
        Assert.That(isGone, "at once, while the device is busy");
        _device.WorkQueue.Run(() => true);
        Assert.That(isCoded, Is.False);
    }

    [Test]
    public async Task WhoGoesAwayLeavesTheLine()
    {
        using var gate = new ManualResetEventSlim();
        using var gone = new CancellationTokenSource();
        var first = Hold(gate);
        var (left, stays) = (Double("kind", 1, gone.Token), Double("kind", 2));
        await gone.CancelAsync();
        Assert.That(async () => await left, Throws.InstanceOf<OperationCanceledException>(), "at once, while the device is busy");
        gate.Set();
        await first;
        Assert.That(await stays, Is.EqualTo(4));
        Assert.That(_together, Is.EqualTo(new[] { 1 }), "it was not worked on");
    }

    [Test]
    public void TheEndGivesUpWhatWaits()
    {
        using var gate = new ManualResetEventSlim();
        var first = Hold(gate);
        var waits = Double("kind", 1);
        var end = Task.Run(_device.Dispose);
        Assert.That(end.Wait(100), Is.False, "what has begun ends");
        gate.Set();
        end.Wait();
        Assert.That(first.Wait(1000));
        foreach (var late in (Func<Task<int>>[])[() => waits, () => Double("kind", 2)])
        {
            Assert.That(async () => await late(), Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("cpu was disposed"));
        }
    }

    /// <summary>Keeps the device busy, and returns once it is.</summary>
    private Task<int> Hold(ManualResetEventSlim gate, WorkQueue? queue = null)
    {
        var begun = new ManualResetEventSlim();
        var task = (queue ?? _device.WorkQueue).RunAsync(
            () =>
            {
                begun.Set();
                gate.Wait();
                return 0;
            },
            CancellationToken.None);
        begun.Wait();
        return task;
    }

    private Task<int> Double(string kind, int number, CancellationToken cancellation = default) =>
        _device.WorkQueue.RunAsync(kind, 4, number, Doubled, int.Parse, cancellation);

    private IReadOnlyList<string> Doubled(IReadOnlyList<int> numbers)
    {
        if (numbers.Contains(-1))
        {
            throw new ArgumentException("no number");
        }

        _together.Add(numbers.Count);
        return [.. numbers.Select(n => $"{2 * n}")];
    }

    /// <summary>Another device's kernels, of whose calls is told before they run.</summary>
    private sealed class ToldKernels(IKernels inner, Action tell) : IKernels
    {
        public void Run(KernelCall call)
        {
            tell();
            inner.Run(call);
        }

        public bool Fuses(KernelCall call) => inner.Fuses(call);
    }
}
