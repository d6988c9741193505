using System.Runtime.ExceptionServices;
using ILGPU.Backends;
using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU;

/// <summary>A kernel on the simulator.</summary>
internal sealed unsafe class CPUKernel : Kernel
{
    private readonly TranslatedKernel translated;

    private readonly SimulationCounts? counts;

    public CPUKernel(CPUAccelerator accelerator, CompiledKernel compiled)
        : base(accelerator, compiled) =>
        (translated, counts) = (SimulatorTranslator.Translate(compiled.Image, Name, accelerator.Counts is not null), accelerator.Counts);

    private protected override void LaunchCore(AcceleratorStream stream, in KernelConfig config, byte* arguments)
    {
        var accelerator = (CPUAccelerator)Accelerator;
        long groups = config.GridDim.LongSize;
        int workers = accelerator.UsesSequentialExecution ? 1 : (int)Math.Min(Environment.ProcessorCount, groups);
        var queue = new GroupQueue(config.GridDim);
        if (workers == 1)
        {
            RunGroups(queue, config, arguments);
            return;
        }

        KernelConfig shape = config;
        IntPtr packed = (IntPtr)arguments;
        Thread[] helpers = [.. Enumerable.Range(1, workers - 1).Select(_ => StartHelper(queue, shape, packed))];
        Guard(queue, shape, packed);
        foreach (Thread helper in helpers)
            helper.Join();
        queue.Failure?.Throw();
    }

    protected override void DisposeAcceleratorObject(bool disposing)
    {
    }

    private Thread StartHelper(GroupQueue queue, KernelConfig config, IntPtr arguments)
    {
        var thread = new Thread(() => Guard(queue, config, arguments))
        {
            IsBackground = true,
            Name = "Simulator",
            Priority = ((CPUAccelerator)Accelerator).ThreadPriority,
        };
        thread.Start();
        return thread;
    }

    /// <summary>Carries the first failure of a helper to the caller.</summary>
    private void Guard(GroupQueue queue, in KernelConfig config, IntPtr arguments)
    {
        try
        {
            RunGroups(queue, config, (byte*)arguments);
        }
        catch (Exception exception)
        {
            queue.Stop(ExceptionDispatchInfo.Capture(exception));
        }
    }

    private void RunGroups(GroupQueue queue, in KernelConfig config, byte* arguments)
    {
        var accelerator = (CPUAccelerator)Accelerator;
        using var group = new SimulatedGroup(translated, config, accelerator.WarpSize, accelerator.Allocations.Entries);
        while (queue.TryTake(out Index3D index))
        {
            group.Counts = counts is null ? null : new();
            group.Run(index.X, index.Y, index.Z, arguments);
            counts?.Add(group.Counts!);
        }
    }

    /// <summary>Hands out the groups of a grid, X fastest, until they run out or one fails.</summary>
    private sealed class GroupQueue(Index3D grid)
    {
        private long next;

        public ExceptionDispatchInfo? Failure { get; private set; }

        public bool TryTake(out Index3D index)
        {
            long number = Interlocked.Increment(ref next) - 1;
            index = new((int)(number % grid.X), (int)(number / grid.X % grid.Y), (int)(number / grid.X / grid.Y));
            return number < grid.LongSize && Volatile.Read(ref failed) == 0;
        }

        public void Stop(ExceptionDispatchInfo failure)
        {
            if (Interlocked.Exchange(ref failed, 1) == 0)
                Failure = failure;
        }

        private int failed;
    }
}
