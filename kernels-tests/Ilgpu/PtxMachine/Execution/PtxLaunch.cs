namespace IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Execution;

/// <summary>One launch: its groups run one after the other.</summary>
internal sealed class PtxLaunch(
    PtxKernel kernel, PtxGlobalMemory memory, byte[] arguments, (int X, int Y, int Z) grid, (int X, int Y, int Z) group, int dynamicBytes)
{
    private static int launches;

    public PtxKernel Kernel { get; } = kernel;

    public PtxGlobalMemory Memory { get; } = memory;

    /// <summary>The packed parameters.</summary>
    public byte[] Arguments { get; } = arguments;

    public (int X, int Y, int Z) Grid { get; } = grid;

    public (int X, int Y, int Z) Group { get; } = group;

    public int DynamicBytes { get; } = dynamicBytes;

    public PtxClock Clock { get; } = new(kernel.HasFences);

    /// <summary>Tells launches apart.</summary>
    public int Id { get; } = Interlocked.Increment(ref launches);

    /// <summary>What vprintf writes to.</summary>
    public required TextWriter Output { get; init; }

    public void Run()
    {
        if (Kernel.Entry.MostThreads < Group.X * Group.Y * Group.Z)
            throw new PtxFaultException($"{Kernel.Entry.Name} allows {Kernel.Entry.MostThreads} threads a group, not {Group}");
        for (var z = 0; z < Grid.Z; z++)
        {
            for (var y = 0; y < Grid.Y; y++)
            {
                for (var x = 0; x < Grid.X; x++)
                {
                    Clock.StartGroup();
                    new PtxGroup(this, (x, y, z)).Run();
                }
            }
        }
    }
}
