namespace IlgpuGan.TestsCommon.PtxMachine.Execution;

/// <summary>One launch. Its groups run one after the other, forwards or backwards.</summary>
internal sealed class PtxLaunch(
    PtxKernel kernel, PtxGlobalMemory memory, byte[] arguments, (int X, int Y, int Z) grid, (int X, int Y, int Z) group, int dynamicBytes)
{
    private static int s_launches;

    public PtxKernel Kernel { get; } = kernel;

    public PtxGlobalMemory Memory { get; } = memory;

    /// <summary>The packed parameters.</summary>
    public byte[] Arguments { get; } = arguments;

    public (int X, int Y, int Z) Grid { get; } = grid;

    public (int X, int Y, int Z) Group { get; } = group;

    public int DynamicBytes { get; } = dynamicBytes;

    public PtxClock Clock { get; } = new(kernel.HasFences);

    /// <summary>A unique number.</summary>
    public int Id { get; } = Interlocked.Increment(ref s_launches);

    /// <summary>Counts memory traffic; null for no counting.</summary>
    public PtxCounts? Counts { get; init; }

    /// <summary>Whether the last group runs first.</summary>
    public bool IsBackwards { get; init; }

    public void Run()
    {
        if (Kernel.Entry.MaxThreads < Group.X * Group.Y * Group.Z)
        {
            throw new PtxFaultException($"{Kernel.Entry.Name} allows {Kernel.Entry.MaxThreads} threads a group, not {Group}");
        }
        var running = new PtxGroup(this);
        var count = (long)Grid.X * Grid.Y * Grid.Z;
        for (var i = 0L; i < count; i++)
        {
            var index = IsBackwards ? count - 1 - i : i;
            var (line, x) = Math.DivRem(index, Grid.X);
            var (z, y) = Math.DivRem(line, Grid.Y);
            Clock.StartGroup();
            running.Run(((int)x, (int)y, (int)z));
        }
    }
}
