namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>
/// A list of calls in lanes that a device may run side by side. The calls of a lane follow each other as in the list. A call waits for
/// calls of other lanes where one touches memory that the other writes, and where no other wait or its own lane implies it already. Running
/// the list in order is always allowed, too.
/// </summary>
/// <remarks>
/// Each call, in the order of the list, goes to the lane where it can begin first by an estimate of its time, and to that of its latest
/// dependency where lanes are equal. The estimate knows only a call's <see cref="KernelCall.Cost"/>; it decides how well lanes are filled,
/// not what is right.
/// </remarks>
internal sealed class CallLanes
{
    // About those of a large card. Only their ratios matter.
    private const double FlopsPerSecond = 3e13;
    private const double BytesPerSecond = 2.5e12;
    private const double SecondsPerCall = 3e-6;
    private const double SecondsPerWait = 1e-6;

    private readonly int[] _lanes;

    /// <summary>For each call, how many calls of its lane are before it.</summary>
    private readonly int[] _positions;

    private readonly int[][] _waits;

    /// <summary>For each call and lane, how many of the lane's calls are certain to be finished when the call begins.</summary>
    private readonly int[][] _finished;

    /// <param name="calls">the list, on values or on memory</param>
    /// <param name="lanes">the number of lanes</param>
    public CallLanes(IReadOnlyList<KernelCall> calls, int lanes)
    {
        Count = lanes;
        (_lanes, _positions) = (new int[calls.Count], new int[calls.Count]);
        (_waits, _finished) = (new int[calls.Count][], new int[calls.Count][]);
        var accesses = new Dictionary<Storage, List<Access>>();
        var latest = Enumerable.Repeat(-1, lanes).ToArray();
        var (laneEnds, ends) = (new double[lanes], new double[calls.Count]);
        for (var i = 0; i < calls.Count; i++)
        {
            // In one lane the list says everything.
            var dependencies = lanes == 1 ? [] : Enter(calls[i], i, accesses);
            var (lane, start) = Choose(dependencies, laneEnds, ends);
            var seconds = Seconds(calls[i]);
            laneEnds[lane] = ends[i] = start + seconds;
            Work += seconds;
            Append(i, lane, latest[lane], dependencies);
            latest[lane] = i;
        }

        Length = laneEnds.Max();
    }

    /// <summary>The number of lanes.</summary>
    public int Count { get; }

    /// <summary>The number of calls.</summary>
    public int Calls => _lanes.Length;

    /// <summary>Estimated seconds of all calls, one after the other.</summary>
    public double Work { get; }

    /// <summary>Estimated seconds until the last lane is done.</summary>
    public double Length { get; }

    /// <summary>The lane of a call.</summary>
    public int LaneOf(int call) => _lanes[call];

    /// <summary>The calls of other lanes that must be finished before a call begins.</summary>
    public IReadOnlyList<int> WaitsOf(int call) => _waits[call];

    /// <summary>From the first to the last of some calls.</summary>
    public LaneTime TimeOf(IEnumerable<int> calls)
    {
        var (begin, end) = (new int[Count], new int[Count]);
        Array.Fill(begin, int.MaxValue);
        foreach (var call in calls)
        {
            end[_lanes[call]] = Math.Max(end[_lanes[call]], _positions[call] + 1);
            for (var lane = 0; lane < Count; lane++)
            {
                begin[lane] = Math.Min(begin[lane], _finished[call][lane]);
            }
        }

        return new LaneTime(begin, end);
    }

    private static double Seconds(KernelCall call)
    {
        var cost = call.Cost;
        return SecondsPerCall + Math.Max(cost.Flops / FlopsPerSecond, cost.Bytes / BytesPerSecond);
    }

    /// <summary>
    /// Enters a call's accesses. Returns the earlier calls that must be finished before it begins, but for those that others of them imply.
    /// </summary>
    /// <param name="index">of the call in the list</param>
    /// <param name="accesses">those on which a later call may depend, of the earlier calls and then also of this one</param>
    private static SortedSet<int> Enter(KernelCall call, int index, Dictionary<Storage, List<Access>> accesses)
    {
        var dependencies = new SortedSet<int>();
        foreach (var read in call.Reads.Select(Located))
        {
            dependencies.UnionWith(On(read).Where(other => other.Writes && other.Span.Overlaps(read)).Select(other => other.Call));
        }

        foreach (var write in call.Changes.Select(Located))
        {
            dependencies.UnionWith(On(write).Where(other => other.Span.Overlaps(write)).Select(other => other.Call));
        }

        foreach (var read in call.Reads.Select(Located))
        {
            On(read).Add(new Access(index, read, Writes: false));
        }

        foreach (var write in call.Changes.Select(Located))
        {
            // A later call that meets what is written over here waits for this call, which waits for those accesses.
            On(write).RemoveAll(other =>
                other.Span.Offset >= write.Offset && other.Span.Offset + other.Span.Length <= write.Offset + write.Length);
            On(write).Add(new Access(index, write, Writes: true));
        }

        return dependencies;

        static DeviceSpan Located(DeviceSpan span) => span.Storage.Locate(span.Offset, span.Length);

        List<Access> On(DeviceSpan span)
        {
            if (!accesses.TryGetValue(span.Storage, out var list))
            {
                accesses.Add(span.Storage, list = []);
            }

            return list;
        }
    }

    /// <summary>The lane where a call can begin first, by the estimate, and when.</summary>
    /// <param name="laneEnds">when each lane's calls so far are finished</param>
    /// <param name="ends">when each call is finished</param>
    private (int Lane, double Start) Choose(SortedSet<int> dependencies, double[] laneEnds, double[] ends)
    {
        var lane = dependencies.Count == 0 ? 0 : _lanes[dependencies.MaxBy(call => ends[call])];
        var start = StartIn(lane);
        for (var other = 0; other < Count; other++)
        {
            if (StartIn(other) is var earlier && earlier < start)
            {
                (lane, start) = (other, earlier);
            }
        }

        return (lane, start);

        double StartIn(int candidate)
        {
            var begin = laneEnds[candidate];
            foreach (var call in dependencies)
            {
                begin = Math.Max(begin, ends[call] + (_lanes[call] == candidate ? 0 : SecondsPerWait));
            }

            return begin;
        }
    }

    /// <summary>Puts a call at the end of a lane, with the waits that its dependencies need.</summary>
    /// <param name="call">the call</param>
    /// <param name="lane">its lane</param>
    /// <param name="latest">the lane's last call so far; −1 for none</param>
    /// <param name="dependencies">calls that must be finished before it</param>
    private void Append(int call, int lane, int latest, SortedSet<int> dependencies)
    {
        var finished = latest < 0 ? new int[Count] : [.. _finished[latest]];
        finished[lane] = latest < 0 ? 0 : _positions[latest] + 1;
        (_lanes[call], _positions[call], _finished[call]) = (lane, finished[lane], finished);

        // The latest first: it may imply an earlier one, and never the reverse.
        var waits = new List<int>();
        foreach (var awaited in dependencies.Reverse())
        {
            if (_positions[awaited] < finished[_lanes[awaited]])
            {
                continue;
            }

            waits.Add(awaited);
            for (var other = 0; other < Count; other++)
            {
                finished[other] = Math.Max(finished[other], _finished[awaited][other]);
            }

            finished[_lanes[awaited]] = _positions[awaited] + 1;
        }

        _waits[call] = [.. waits];
    }

    /// <summary>What a call does with a part of the memory.</summary>
    private readonly record struct Access(int Call, DeviceSpan Span, bool Writes);
}
