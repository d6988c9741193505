namespace IlgpuGan.TestsCommon.PtxMachine.Execution;

/// <summary>When a launch, its running group and that group's stretch between barriers began. Groups run one after the other.</summary>
/// <param name="hasFences">Whether the kernel orders groups by fences and flags, in ways that are not followed here.</param>
internal sealed class PtxClock(bool hasFences)
{
    // Grows over all launches, so that what earlier ones left behind is recognised.
    private static long s_time;

    private readonly long _launch = Next();
    private long _interval;

    /// <summary>The number of the running group.</summary>
    public int Group { get; private set; } = -1;

    public void StartGroup() => (Group, _interval) = (Group + 1, Next());

    public void PassBarrier() => _interval = Next();

    public PtxAccess Now(PtxWarp warp, int lane, int line) => new(_interval, Group, (warp.Index * PtxWarp.Lanes) + lane, warp.Epoch, line);

    /// <summary>Whether an access happened in this launch.</summary>
    public bool IsRecent(in PtxAccess access) => access.Time >= _launch;

    /// <summary>Whether nothing orders an access before one that happens now.</summary>
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
/// <param name="Time">When its stretch between barriers began.</param>
/// <param name="Group">The number of the group in its launch.</param>
/// <param name="Thread">The linear index in the group.</param>
/// <param name="WarpEpoch">How often the warp had synchronised itself.</param>
/// <param name="Line">Of the PTX text.</param>
internal readonly record struct PtxAccess(long Time, int Group, int Thread, int WarpEpoch, int Line)
{
    public bool IsInWarpOf(in PtxAccess other) => (Thread ^ other.Thread) < PtxWarp.Lanes;
}
