namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>Counts what one group does; see <see cref="SimulationCounts"/>.</summary>
internal sealed class GroupCounts
{
    /// <summary>How often each thread has passed each place of the source, by which accesses of a warp are matched.</summary>
    private readonly Dictionary<(int Thread, int Site), int> passes = [];

    private readonly HashSet<(int Warp, int Site, int Pass, long Sector)> sectors = [];

    public long Instructions { get; private set; }

    public long Multiplications { get; private set; }

    public long GlobalReads { get; private set; }

    public long GlobalWrites { get; private set; }

    public long GlobalSectors => sectors.Count;

    public long SharedReads { get; private set; }

    public long SharedWrites { get; private set; }

    public long Barriers { get; private set; }

    /// <summary>Counts a block of instructions; translated kernels call this.</summary>
    public void Pass(int instructions, int multiplications)
    {
        Instructions += instructions;
        Multiplications += multiplications;
    }

    public void PassBarrier() => Barriers++;

    public void Read(SimulatedThread thread, long pointer, int site)
    {
        if (TaggedPointer.AllocationOf(pointer) >= TaggedPointer.FirstBuffer)
        {
            GlobalReads++;
            Touch(thread, pointer, site);
        }
        else if (TaggedPointer.AllocationOf(pointer) == TaggedPointer.Shared)
        {
            SharedReads++;
        }
    }

    public void Write(SimulatedThread thread, long pointer, int site)
    {
        if (TaggedPointer.AllocationOf(pointer) >= TaggedPointer.FirstBuffer)
        {
            GlobalWrites++;
            Touch(thread, pointer, site);
        }
        else if (TaggedPointer.AllocationOf(pointer) == TaggedPointer.Shared)
        {
            SharedWrites++;
        }
    }

    private void Touch(SimulatedThread thread, long pointer, int site)
    {
        ref int pass =
            ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(passes, (thread.LinearIndex, site), out _);
        sectors.Add((thread.LinearIndex / thread.Group.WarpSize, site, pass++, pointer / SimulationCounts.SectorBytes));
    }
}
