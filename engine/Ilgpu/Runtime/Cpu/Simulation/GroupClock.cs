namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>Where a group stands between its barriers, and which accesses are ordered before what it does now.</summary>
/// <param name="launch">The running launch.</param>
/// <param name="warpSize">Threads of a warp.</param>
/// <param name="hasFences">
/// Whether the kernel orders accesses of different groups by fences and atomic flags; what they order is not known here, so that accesses
/// of different groups count as ordered.
/// </param>
internal sealed class GroupClock(LaunchTimeline launch, int warpSize, bool hasFences)
{
    private long _group;

    private int _barriers;

    private long _moment;

    public LaunchTimeline Launch => launch;

    /// <summary>The first moment of the group: its shared memory holds nothing older.</summary>
    public long GroupStart { get; private set; }

    public void StartGroup(long number)
    {
        (_group, _barriers) = (number, 0);
        GroupStart = _moment = launch.Begin(new(_group, _barriers));
    }

    public void PassBarrier() => _moment = launch.Begin(new(_group, ++_barriers));

    /// <summary>A warp passes a barrier of its own; the other warps of the group do nothing before the next such call.</summary>
    public void PassWarpBarrier() => _moment = launch.Begin(new(_group, _barriers));

    public Touch Now(SimulatedThread thread, int site) => new(_moment, site, thread.LinearIndex);

    /// <summary>The number of the group that did it.</summary>
    public long GroupOf(Touch touch) => launch.At(touch.Moment).Group;

    /// <summary>Whether nothing orders an access before one that happens now.</summary>
    /// <param name="earlier">The access.</param>
    /// <param name="now">The one that happens now.</param>
    /// <param name="since">The first moment that counts.</param>
    public bool IsUnordered(Touch earlier, Touch now, long since)
    {
        if (earlier.Moment < since)
        {
            return false;
        }

        if (earlier.Moment == now.Moment)
        {
            return earlier.Thread != now.Thread;
        }

        Stretch then = launch.At(earlier.Moment);
        if (then.Group != _group)
        {
            return !hasFences;
        }

        return then.Barriers == _barriers && !IsSameWarp(earlier, now);
    }

    public bool IsSameWarp(Touch one, Touch other) => one.Thread / warpSize == other.Thread / warpSize;
}
