using IlgpuGan.Tensors.Devices.Cpu;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>
/// Loops in the background of others: each task runs once, beside what the caller does, and is done when somebody has waited for it.
/// </summary>
public sealed class BackgroundLoopTests
{
    [Test]
    public void EveryTaskRunsOnceBesideOtherLoops([Values(1, 2, 3, 8)] int threads, [Values(0, 1, 100)] int tasks)
    {
        using var pool = new CpuThreads(threads);
        int[] first = new int[tasks], second = new int[tasks], foreground = new int[64];
        var (early, late) = (new BackgroundLoop<Count>(), new BackgroundLoop<Count>());
        for (var round = 1; round <= 50; round++)
        {
            early.Assign(tasks, new Count(first));
            pool.Begin(early);
            pool.For(foreground.Length, new Count(foreground));
            late.Assign(tasks, new Count(second));
            pool.Begin(late);
            pool.For(foreground.Length, new Count(foreground));
            pool.Finish(early);
            Assert.That(first, Is.All.EqualTo(round));
            pool.Finish(late);
            Assert.That(second, Is.All.EqualTo(round));
            Assert.That(foreground, Is.All.EqualTo(2 * round));
        }
    }

    [Test]
    public void AWorkerTakesThemWhileTheCallerGoesOn()
    {
        using var pool = new CpuThreads(2);
        using var ran = new ManualResetEventSlim();
        var loop = new BackgroundLoop<Signal>();
        Thread.Sleep(20); // The worker sleeps by now.
        loop.Assign(1, new Signal(ran));
        pool.Begin(loop);
        Assert.That(ran.Wait(TimeSpan.FromSeconds(20)), "nobody took the task");
        pool.Finish(loop);
    }

    [Test]
    public void AnExceptionReachesWhoeverWaits([Values(1, 3)] int threads)
    {
        using var pool = new CpuThreads(threads);
        var runs = new int[20];
        var (failing, other) = (new BackgroundLoop<CpuThreadsTests.Fail>(), new BackgroundLoop<Count>());
        failing.Assign(10, new CpuThreadsTests.Fail(7));
        other.Assign(runs.Length, new Count(runs));
        pool.Begin(failing);
        pool.Begin(other);
        Assert.That(() => pool.Finish(failing), Throws.TypeOf<ArithmeticException>().With.Message.EqualTo("task 7"));
        pool.Finish(other);
        Assert.That(runs, Is.All.EqualTo(1));

        failing.Assign(10, new CpuThreadsTests.Fail(-1));
        pool.Begin(failing);
        Assert.That(() => pool.Finish(failing), Throws.Nothing, "the failure of the time before");
    }

    /// <summary>Where a replay fails, what it has begun is made whole.</summary>
    [Test]
    public void AllThatIsBegunIsFinished([Values(1, 2, 3)] int threads)
    {
        using var pool = new CpuThreads(threads);
        var (one, other) = (new int[1000], new int[70]);
        var (first, second) = (new BackgroundLoop<Count>(), new BackgroundLoop<Count>());
        first.Assign(one.Length, new Count(one));
        second.Assign(other.Length, new Count(other));
        pool.Begin(first);
        pool.Begin(second);
        pool.FinishAll();
        Assert.That(one.Concat(other), Is.All.EqualTo(1));
    }

    [Test]
    public void ALoopAllocatesNothing()
    {
        using var pool = new CpuThreads(2);
        var runs = new int[16];
        var loop = new BackgroundLoop<Count>();
        Run();

        // A lock that had to wait may allocate once: what each run allocates is in the least of them.
        Assert.That(Enumerable.Range(0, 5).Min(_ => Allocated()), Is.Zero);

        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Run();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        void Run()
        {
            loop.Assign(runs.Length, new Count(runs));
            pool.Begin(loop);
            pool.Finish(loop);
        }
    }

    private readonly struct Count(int[] runs) : ITask
    {
        public void Run(int task, int worker) => Interlocked.Increment(ref runs[task]);
    }

    private readonly struct Signal(ManualResetEventSlim ran) : ITask
    {
        public void Run(int task, int worker) => ran.Set();
    }
}
