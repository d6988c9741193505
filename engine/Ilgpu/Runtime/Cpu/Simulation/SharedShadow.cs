namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>
/// Who last touched each cell of shared memory, and when. Two accesses to a cell, at least one of them a write, race unless a barrier of the
/// group lies between them, or one of the warp if both threads are of the same warp. Writing the value that is there already races with
/// nobody, and neither do atomic operations with each other. A cell that the group never wrote is uninitialised.
/// </summary>
/// <remarks>A record is group epoch (upper 32 bits), warp epoch (20 bits), thread (12 bits). Epochs grow over all groups, so nothing is cleared.</remarks>
internal sealed class SharedShadow(int bytes, int cellBytes)
{
    /// <summary>Stands for a thread: more than one.</summary>
    private const int Several = 0xFFE;

    /// <summary>Stands for a thread: whichever, by an atomic operation.</summary>
    private const int Atomic = 0xFFF;

    private readonly long[] writes = new long[(bytes + cellBytes - 1) / cellBytes];

    private readonly long[] reads = new long[(bytes + cellBytes - 1) / cellBytes];

    private readonly int shift = int.Log2(cellBytes);

    private long groupStart;

    private long epoch;

    private int warpEpoch;

    public int WarpSize { get; init; }

    public void StartGroup() => groupStart = ++epoch;

    public void PassBarrier() => epoch++;

    public void PassWarpBarrier() => warpEpoch = (warpEpoch + 1) & 0xFFFFF;

    /// <summary>What is wrong with reading, or null.</summary>
    public string? Read(int thread, long offset, int size)
    {
        int last = (int)((offset + size - 1) >> shift);
        for (int cell = (int)(offset >> shift); cell <= last; cell++)
        {
            long write = writes[cell];
            if (write >> 32 < groupStart)
                return "reads shared memory that the group has not written";
            if (Conflicts(write, thread))
                return $"data race: reads what {Describe(write)} writes without a barrier between";
            long read = reads[cell];
            reads[cell] = read >> 32 == epoch && ThreadOf(read) != thread ? Record(Several) : Record(thread);
        }

        return null;
    }

    /// <summary>What is wrong with writing other bytes than those that are there, or null.</summary>
    public string? Write(int thread, long offset, int size, bool isAtomic)
    {
        int last = (int)((offset + size - 1) >> shift);
        for (int cell = (int)(offset >> shift); cell <= last; cell++)
        {
            long write = writes[cell];
            if (isAtomic && write >> 32 < groupStart)
                return "updates shared memory that the group has not written";
            bool bothAtomic = isAtomic && ThreadOf(write) == Atomic;
            if (!bothAtomic && Conflicts(write, thread))
                return $"data race: writes what {Describe(write)} writes without a barrier between";
            if (Conflicts(reads[cell], thread))
                return $"data race: writes what {Describe(reads[cell])} reads without a barrier between";
            writes[cell] = Record(isAtomic ? Atomic : thread);
        }

        return null;
    }

    /// <summary>Notes a write of the bytes that are there already, which races with nobody.</summary>
    public void Rewrite(int thread, long offset, int size)
    {
        int last = (int)((offset + size - 1) >> shift);
        for (int cell = (int)(offset >> shift); cell <= last; cell++)
        {
            if (writes[cell] >> 32 < epoch)
                writes[cell] = Record(thread);
        }
    }

    private static int ThreadOf(long record) => (int)(record & 0xFFF);

    private static string Describe(long record) => ThreadOf(record) switch
    {
        Atomic => "an atomic operation",
        Several => "another thread",
        int thread => $"the thread with linear index {thread}",
    };

    private long Record(int thread) => (epoch << 32) | ((long)warpEpoch << 12) | (uint)thread;

    private bool Conflicts(long record, int thread)
    {
        if (record >> 32 != epoch)
            return false;
        int other = ThreadOf(record);
        if (other == thread)
            return false;
        bool sameWarp = other < Several && other / WarpSize == thread / WarpSize;
        return !sameWarp || ((record >> 12) & 0xFFFFF) == warpEpoch;
    }
}
