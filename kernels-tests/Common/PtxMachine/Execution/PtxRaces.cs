namespace IlgpuGan.TestsCommon.PtxMachine.Execution;

internal enum PtxAccessKind
{
    /// <summary>ld, and the source of cp.async.</summary>
    Read,

    /// <summary>st.</summary>
    Write,

    /// <summary>atom, red, and volatile or relaxed loads and stores, which don't race with each other (section 8.7).</summary>
    Strong,
}

/// <summary>
/// Race detection for a block of global memory: the accesses to each cell during a launch. Two accesses to a cell, at least one of them not
/// a plain read, race unless both are strong or a barrier of the group or warp separates them. For each kind a cell keeps two accesses: of
/// two groups if possible, else of two warps, else of two lanes. Any later access that races with a dropped one also races with a kept one.
/// </summary>
internal sealed class PtxRaces(int bytes)
{
    private Pair[] _reads = [];
    private Pair[] _writes = [];
    private Pair[]? _strong;
    private int _cellBytes;

    /// <summary>Records an access. Returns a description of the race, or null.</summary>
    public string? Record(PtxLaunch launch, int at, int size, in PtxAccess now, PtxAccessKind kind)
    {
        Prepare(launch.Kernel.CellBytes);
        if (kind == PtxAccessKind.Strong)
        {
            _strong ??= new Pair[_reads.Length];
        }
        for (var cell = at / _cellBytes; cell <= (at + size - 1) / _cellBytes; cell++)
        {
            if (Racing(launch.Clock, cell, now, kind) is { } problem)
            {
                return problem;
            }
            (kind switch { PtxAccessKind.Read => _reads, PtxAccessKind.Write => _writes, _ => _strong! })[cell].Add(launch.Clock, now);
        }

        return null;
    }

    private string? Racing(PtxClock clock, int cell, in PtxAccess now, PtxAccessKind kind)
    {
        if (_writes[cell].IsRecent(clock) && _writes[cell].Unordered(clock, now) is { } write)
        {
            return Describe(now, kind, write, "writes");
        }
        if (kind != PtxAccessKind.Read && _reads[cell].IsRecent(clock) && _reads[cell].Unordered(clock, now) is { } read)
        {
            return Describe(now, kind, read, "reads");
        }
        return kind != PtxAccessKind.Strong && _strong?[cell].Unordered(clock, now) is { } update
            ? Describe(now, kind, update, "updates")
            : null;
    }

    private static string Describe(in PtxAccess now, PtxAccessKind kind, in PtxAccess other, string verb)
    {
        var mine = kind switch { PtxAccessKind.Read => "reads", PtxAccessKind.Write => "writes", _ => "updates" };
        var order = other.Group == now.Group ? "between the same barriers" : "in the same launch";
        return $"{mine} global memory that thread {other.Thread} of group {other.Group} {verb} {order}, at line {other.Line}";
    }

    // Records of earlier launches are out of date, so the cell size may change between launches.
    private void Prepare(int wanted)
    {
        if (_cellBytes != 0 && _cellBytes <= wanted)
        {
            return;
        }
        _cellBytes = wanted;
        (_reads, _writes, _strong) = (new Pair[(bytes + wanted - 1) / wanted], new Pair[(bytes + wanted - 1) / wanted], null);
    }

    private struct Pair
    {
        private PtxAccess _first;
        private PtxAccess _second;

        /// <summary>Whether an access was recorded in this launch.</summary>
        public readonly bool IsRecent(PtxClock clock) => clock.IsRecent(_first) || clock.IsRecent(_second);

        public readonly PtxAccess? Unordered(PtxClock clock, in PtxAccess now) =>
            clock.IsUnordered(_first, now) ? _first : clock.IsUnordered(_second, now) ? _second : null;

        public void Add(PtxClock clock, in PtxAccess now)
        {
            if (!IsRecent(clock))
            {
                _first = now;
            }
            else if (!clock.IsUnordered(_first, now))
            {
                if (!clock.IsUnordered(_second, now))
                {
                    _second = default;
                }
                _first = now;
            }
            else if (!clock.IsUnordered(_second, now)
                || (_first.Group == _second.Group
                    && (now.Group != _first.Group || (_first.IsInWarpOf(_second) && !now.IsInWarpOf(_first)))))
            {
                _second = now;
            }
        }
    }
}
