namespace IlgpuGan.TestsCommon.PtxMachine.Execution;

/// <summary>Logical time of a launch, its running group and the group's current barrier interval. Groups run one after the other.</summary>
/// <param name="hasFences">Whether the kernel orders groups by fences and flags, which the race check does not model.</param>
internal sealed class PtxClock(bool hasFences)
{
    // Increases over all launches, so that accesses of earlier launches are recognised.
    private static long s_time;

    private readonly long _launch = Next();
    private long _interval;

    /// <summary>The index of the running group in its launch.</summary>
    public int Group { get; private set; } = -1;

    public void StartGroup() => (Group, _interval) = (Group + 1, Next());

    public void PassBarrier() => _interval = Next();

    public PtxAccess Now(PtxWarp warp, int lane, int line) => new(_interval, Group, (warp.Index * PtxWarp.Lanes) + lane, warp.Epoch, line);

    /// <summary>Whether an access happened in this launch.</summary>
    public bool IsRecent(in PtxAccess access) => access.Time >= _launch;

    /// <summary>Whether an earlier access is unordered with one that happens now.</summary>
    public bool IsUnordered(in PtxAccess earlier, in PtxAccess now)
    {
        if (earlier.Time < _launch)
        {
            return false;
        }
        if (earlier.Group != Group)
        {
            return !hasFences;
        }
        return earlier.Time == _interval && earlier.Thread != now.Thread
            && (!earlier.IsInWarpOf(now) || earlier.WarpEpoch == now.WarpEpoch);
    }

    private static long Next() => Interlocked.Increment(ref s_time);
}

/// <summary>An access to global memory.</summary>
/// <param name="Time">The start of its barrier interval.</param>
/// <param name="Group">The index of the group in its launch.</param>
/// <param name="Thread">The linear index of the thread in its group.</param>
/// <param name="WarpEpoch">The number of warp barriers that the warp had passed.</param>
/// <param name="Line">The line of the PTX text.</param>
internal readonly record struct PtxAccess(long Time, int Group, int Thread, int WarpEpoch, int Line)
{
    public bool IsInWarpOf(in PtxAccess other) => (Thread ^ other.Thread) < PtxWarp.Lanes;
}
