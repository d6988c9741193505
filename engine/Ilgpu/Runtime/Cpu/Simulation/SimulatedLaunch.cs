using System.Runtime.ExceptionServices;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>One launch: what its groups share, and which of them are still to run.</summary>
/// <param name="kernel">What runs.</param>
/// <param name="config">The shape of grid and groups.</param>
/// <param name="accelerator">Where.</param>
/// <param name="workers">How many host threads run groups.</param>
/// <param name="arguments">The packed arguments.</param>
internal sealed unsafe class SimulatedLaunch(
    TranslatedKernel kernel, KernelConfig config, CPUAccelerator accelerator, int workers, byte* arguments)
{
    private readonly HashSet<(int Site, int Other)> _reported = [];

    private long _next;

    private int _failed;

    public TranslatedKernel Kernel => kernel;

    public KernelConfig Config => config;

    public byte* Arguments => arguments;

    public int WarpSize { get; } = accelerator.WarpSize;

    /// <summary>The buffers of the accelerator.</summary>
    public Allocation?[] Allocations { get; } = accelerator.Allocations.Entries;

    public LaunchTimeline Timeline => accelerator.Timeline;

    public bool ChecksBuffers { get; } = accelerator.ChecksBuffers;

    /// <summary>How races are met.</summary>
    public (RaceChecks Buffers, RaceChecks Shared) Races { get; } = (accelerator.BufferRaces, accelerator.SharedRaces);

    /// <summary>Whether one host thread runs all groups.</summary>
    public bool IsSequential => workers == 1;

    /// <summary>What ended the launch early, if anything did.</summary>
    public ExceptionDispatchInfo? Failure { get; private set; }

    /// <summary>Hands out the groups of the grid, X fastest, until they run out or one fails.</summary>
    public bool TryTakeGroup(out long number)
    {
        number = Interlocked.Increment(ref _next) - 1;
        return number < config.GridDim.LongSize && Volatile.Read(ref _failed) == 0;
    }

    /// <summary>Hands on a race that does not end the launch, once for each pair of places in the source.</summary>
    public void Report((int Site, int Other) places, string message)
    {
        lock (_reported)
        {
            if (_reported.Add(places))
            {
                accelerator.OnRaceReported(kernel, places, message);
            }
        }
    }

    public Index3D PositionOf(long group)
    {
        Index3D grid = config.GridDim;
        return new((int)(group % grid.X), (int)(group / grid.X % grid.Y), (int)(group / grid.X / grid.Y));
    }

    public void Stop(ExceptionDispatchInfo failure)
    {
        if (Interlocked.Exchange(ref _failed, 1) == 0)
        {
            Failure = failure;
        }
    }

    /// <summary>How the kernel calls a buffer: the names of the views that look into it.</summary>
    public string NameOf(int allocation)
    {
        string[] names = [.. kernel.Views
            .Where(view => TaggedPointer.AllocationOf(*(long*)(arguments + view.Offset)) == allocation)
            .Select(view => $"'{view.Name}'")];
        return names.Length == 0 ? "a buffer" : $"the buffer of {string.Join(" and ", names)}";
    }
}
