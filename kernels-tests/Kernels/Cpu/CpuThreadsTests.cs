using System.Reflection;
using IlgpuGan.Tensors.Devices.Cpu;

namespace IlgpuGan.KernelsTests.Cpu;

public sealed class CpuThreadsTests
{
    [Test]
    public void EveryTaskRunsOnce([Values(1, 2, 3, 8)] int threads, [Values(0, 1, 2, 1000)] int tasks)
    {
        using var pool = new CpuThreads(threads);
        var runs = new int[tasks];
        for (var round = 1; round <= 50; round++)
        {
            pool.For(tasks, new Count(runs, threads));
            Assert.That(runs, Is.All.EqualTo(round));
        }
    }

    [Test]
    public void ALoopAfterASleepRunsToo()
    {
        using var pool = new CpuThreads(3);
        var runs = new int[64];
        for (var round = 1; round <= 5; round++)
        {
            Thread.Sleep(20);
            pool.For(runs.Length, new Count(runs, 3));
            Assert.That(runs, Is.All.EqualTo(round));
        }
    }

    [Test]
    public void AnExceptionReachesTheCallerAndThePoolGoesOn([Values(1, 3)] int threads)
    {
        using var pool = new CpuThreads(threads);
        var runs = new int[20];
        Assert.That(() => pool.For(100, new Fail(37)), Throws.TypeOf<ArithmeticException>().With.Message.EqualTo("task 37"));
        pool.For(runs.Length, new Count(runs, threads));
        Assert.That(runs, Is.All.EqualTo(1));
    }

    /// <summary>
    /// Made part of so small a caller, as the compiler does with loops that have run often, kernels took up to twenty times as long.
    /// </summary>
    [Test]
    public void TasksAreNotMadePartOfTheirCaller()
    {
        const MethodImplAttributes AsWritten = MethodImplAttributes.NoInlining | MethodImplAttributes.NoOptimization;
        var invoke = typeof(CpuThreads).GetMethod("Invoke", BindingFlags.NonPublic | BindingFlags.Static)!;
        var background = typeof(BackgroundLoop<Fail>).GetMethod(nameof(ITask.Run))!;
        Assert.That(invoke.MethodImplementationFlags & AsWritten, Is.EqualTo(AsWritten));
        Assert.That(background.MethodImplementationFlags & AsWritten, Is.EqualTo(AsWritten));
    }

    [Test]
    public void ALoopInsideALoopIsRefused()
    {
        using var pool = new CpuThreads(2);
        Assert.That(() => pool.For(2, new Nest(pool)), Throws.InvalidOperationException);
    }

    [Test]
    public void ALoopAllocatesNothing()
    {
        using var pool = new CpuThreads(2);
        var runs = new int[16];
        pool.For(runs.Length, new Count(runs, 2));
        var before = GC.GetAllocatedBytesForCurrentThread();
        pool.For(runs.Length, new Count(runs, 2));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private readonly struct Count(int[] runs, int threads) : ITask
    {
        public void Run(int task, int worker)
        {
            if (worker < 0 || worker >= threads)
            {
                throw new ArgumentOutOfRangeException(nameof(worker));
            }

            Interlocked.Increment(ref runs[task]);
        }
    }

    internal readonly struct Fail(int at) : ITask
    {
        public void Run(int task, int worker)
        {
            if (task == at)
            {
                throw new ArithmeticException($"task {task}");
            }
        }
    }

    private readonly struct Nest(CpuThreads pool) : ITask
    {
        public void Run(int task, int worker) => pool.For(1, new Fail(-1));
    }
}
