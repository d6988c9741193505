using IlgpuGan.Serve;
using IlgpuGan.Tensors.Devices;
using NUnit.Framework;

namespace IlgpuGan.ToolsTests.Serve;

/// <summary>The line in front of the device.</summary>
public sealed class ComputeThreadTests
{
    private readonly List<int> _together = [];
    private ComputeThread _thread = null!;

    [SetUp]
    public void Start()
    {
        _together.Clear();
        _thread = new ComputeThread(Device.Open("cpu"));
    }

    [TearDown]
    public void Stop() => _thread.Dispose();

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

    /// <summary>What is made is finished before the next work, on another thread; a fault in that reaches only whose it is.</summary>
    [Test]
    public async Task WhatIsMadeIsFinishedBeforeTheNextWork()
    {
        using var gate = new ManualResetEventSlim();
        var first = Hold(gate);
        var finished = 0;
        var all = Enumerable.Range(0, 6).Select(i => _thread.Run(
            new object(),
            1,
            i,
            _ => (IReadOnlyList<(int Before, Thread Thread)>)[(Volatile.Read(ref finished), Thread.CurrentThread)],
            made =>
            {
                Assert.That(Thread.CurrentThread, Is.Not.SameAs(made.Thread));
                Thread.Sleep(5);
                Interlocked.Increment(ref finished);
                return i == 3 ? throw new ArgumentException("bad") : made.Before;
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

    [Test]
    public async Task WhoGoesAwayLeavesTheLine()
    {
        using var gate = new ManualResetEventSlim();
        using var gone = new CancellationTokenSource();
        var first = Hold(gate);
        var (left, stays) = (Double("kind", 1, gone.Token), Double("kind", 2));
        await gone.CancelAsync();
        Assert.That(async () => await left, Throws.InstanceOf<OperationCanceledException>(), "at once, while the thread is busy");
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
        var end = Task.Run(_thread.Dispose);
        Assert.That(end.Wait(100), Is.False, "what has begun ends");
        gate.Set();
        end.Wait();
        Assert.That(first.Wait(1000));
        Assert.That(async () => await waits, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await Double("kind", 2), Throws.InstanceOf<OperationCanceledException>());
    }

    /// <summary>Keeps the thread busy, and returns once it is.</summary>
    private Task<int> Hold(ManualResetEventSlim gate)
    {
        var begun = new ManualResetEventSlim();
        var task = _thread.Run(
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

    private Task<int> Double(string kind, int number, CancellationToken cancellation = default) => _thread.Run(
        kind,
        4,
        number,
        numbers =>
        {
            if (numbers.Contains(-1))
            {
                throw new ArgumentException("no number");
            }

            _together.Add(numbers.Count);
            return (IReadOnlyList<string>)[.. numbers.Select(n => $"{2 * n}")];
        },
        int.Parse,
        cancellation);
}
