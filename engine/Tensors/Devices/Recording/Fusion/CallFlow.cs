namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>
/// A list of calls, and which of them reads what another wrote: what a pass must know to replace some of them by another that leaves the
/// same behind. Places in the list stay what they are; a call that was replaced leaves its own empty.
/// </summary>
internal sealed class CallFlow
{
    private readonly KernelCall?[] _calls;

    /// <summary>The places whose recorded calls each place now stands for, and the pass that put its call there last.</summary>
    private readonly (List<int> Recorded, string? Pass)[] _origins;

    /// <summary>The accesses to each block, in the order of the list, a call's reads before its writes.</summary>
    private readonly Dictionary<Storage, List<Access>> _accesses = [];

    private readonly Func<Storage, bool> _isTemporary;

    /// <param name="calls">the list</param>
    /// <param name="isTemporary">whether a block's content is dead after the last call</param>
    public CallFlow(IReadOnlyList<KernelCall> calls, Func<Storage, bool> isTemporary)
    {
        _calls = [.. calls];
        _origins = [.. calls.Select((_, place) => (new List<int> { place }, (string?)null))];
        _isTemporary = isTemporary;
        for (var i = 0; i < _calls.Length; i++)
        {
            Add(i, _calls[i]!);
        }
    }

    private readonly record struct Access(int Place, DeviceSpan Span, bool Writes)
    {
        public static Access None { get; } = new(-1, default, Writes: false);
    }

    public int Count => _calls.Length;

    /// <summary>The pass that is under way, for <see cref="Origins"/>.</summary>
    public string? Pass { get; set; }

    /// <summary>The call at a place, null if it was replaced.</summary>
    public KernelCall? this[int place] => _calls[place];

    /// <summary>What is left of the list.</summary>
    public IReadOnlyList<KernelCall> Calls() => [.. _calls.OfType<KernelCall>()];

    /// <summary>For each of <see cref="Calls"/>, the recorded calls that it stands for, and the pass that made it; null for none.</summary>
    public IReadOnlyList<(IReadOnlyList<int> Recorded, string? Pass)> Origins() =>
        [.. _origins.Where((_, place) => _calls[place] is not null).Select(origin => ((IReadOnlyList<int>)origin.Recorded, origin.Pass))];

    /// <summary>
    /// The place before <paramref name="place"/> where an element of a span was last written; −1 if that was before the list.
    /// </summary>
    public int LastWriter(DeviceSpan span, int place)
    {
        var accesses = Accesses(span);
        for (var i = accesses.Count - 1; i >= 0; i--)
        {
            if (accesses[i].Writes && accesses[i].Place < place && Overlap(accesses[i].Span, span))
            {
                return accesses[i].Place;
            }
        }

        return -1;
    }

    /// <summary>
    /// The place before <paramref name="place"/> where an element of a span was last read or written; −1 if that was before the list.
    /// </summary>
    public int LastAccess(DeviceSpan span, int place) =>
        Accesses(span).LastOrDefault(a => a.Place < place && Overlap(a.Span, span), Access.None).Place;

    /// <summary>
    /// The place after <paramref name="place"/> where an element of a span is next written or, if asked for, read; −1 if that is after the
    /// list.
    /// </summary>
    /// <param name="but">a call that does not count</param>
    public int NextAccess(DeviceSpan span, int place, bool ofReaders, int but) => Accesses(span)
        .FirstOrDefault(a => a.Place > place && a.Place != but && (a.Writes || ofReaders) && Overlap(a.Span, span), Access.None).Place;

    /// <summary>
    /// The places that read anything of what <paramref name="place"/> wrote to a span, in order; null if somebody may after the list.
    /// </summary>
    public List<int>? Readers(DeviceSpan span, int place)
    {
        var (readers, isOverwritten) = ReadersWithin(span, place);
        return isOverwritten || _isTemporary(span.Storage) ? readers : null;
    }

    /// <summary>The same of the list alone, and whether the list then writes over all of the span.</summary>
    public (List<int> Places, bool IsOverwritten) ReadersWithin(DeviceSpan span, int place)
    {
        var readers = new List<int>();
        var left = new List<DeviceSpan> { span };
        foreach (var access in Accesses(span))
        {
            if (access.Place <= place || !left.Exists(part => Overlap(access.Span, part)))
            {
                continue;
            }

            if (access.Writes)
            {
                left = [.. left.SelectMany(part => Without(part, access.Span))];
            }
            else if (readers.Count == 0 || readers[^1] != access.Place)
            {
                readers.Add(access.Place);
            }
        }

        return (readers, left.Count == 0);
    }

    /// <summary>Whether a storage's content is dead after the last call.</summary>
    public bool IsTemporary(Storage storage) => _isTemporary(storage);

    /// <summary>The places that write to a storage, in order.</summary>
    public List<int> WritersOf(Storage storage) => _accesses.TryGetValue(storage, out var list)
        ? [.. list.Where(access => access.Writes).Select(access => access.Place).Distinct()]
        : [];

    /// <summary>Lets all calls on a storage use another in its place.</summary>
    public void Substitute(Storage storage, Storage by)
    {
        foreach (var place in _accesses[storage].Select(access => access.Place).Distinct().ToList())
        {
            var call = _calls[place]!.Map(span => span.Storage == storage ? span with { Storage = by } : span);
            Remove(place);
            _calls[place] = call;
            Add(place, call);
        }
    }

    /// <summary>True if nothing between two places, both excluded, but the calls given writes to a span.</summary>
    public bool IsUnchanged(DeviceSpan? span, int first, int end, params ReadOnlySpan<int> but) =>
        span is not { } given || IsFree(given, first, end, ofReaders: false, but);

    /// <summary>True if nothing between two places, both excluded, but the calls given reads or writes a span.</summary>
    public bool IsUntouched(DeviceSpan? span, int first, int end, params ReadOnlySpan<int> but) =>
        span is not { } given || IsFree(given, first, end, ofReaders: true, but);

    /// <summary>True if a span shares no element with any of others.</summary>
    public static bool IsApart(DeviceSpan span, params ReadOnlySpan<DeviceSpan?> others)
    {
        foreach (var other in others)
        {
            if (other is { } given && Overlap(span, given))
            {
                return false;
            }
        }

        return true;
    }

    public static bool Overlap(DeviceSpan a, DeviceSpan b) =>
        a.Storage == b.Storage && a.Offset < b.Offset + b.Length && b.Offset < a.Offset + a.Length;

    /// <summary>Puts a call where another was, in place of several.</summary>
    public void Replace(int at, KernelCall fused, params ReadOnlySpan<int> replaced)
    {
        Remove(at);
        foreach (var place in replaced)
        {
            Remove(place);
        }

        _calls[at] = fused;
        foreach (var place in replaced)
        {
            if (place != at)
            {
                _origins[at].Recorded.AddRange(_origins[place].Recorded);
            }
        }

        _origins[at].Pass = Pass;
        Add(at, fused);
    }

    /// <summary>Takes a call out.</summary>
    public void Remove(int place)
    {
        if (_calls[place] is { } call)
        {
            foreach (var span in call.Reads.Concat(call.Writes))
            {
                Accesses(span).RemoveAll(access => access.Place == place);
            }

            _calls[place] = null;
        }
    }

    /// <summary>What is left of a span without those of its elements that another has.</summary>
    private static IEnumerable<DeviceSpan> Without(DeviceSpan span, DeviceSpan other)
    {
        if (!Overlap(span, other))
        {
            yield return span;
            yield break;
        }

        if (other.Offset > span.Offset)
        {
            yield return span with { Length = other.Offset - span.Offset };
        }

        var (end, otherEnd) = (span.Offset + span.Length, other.Offset + other.Length);
        if (otherEnd < end)
        {
            yield return span with { Offset = otherEnd, Length = end - otherEnd };
        }
    }

    private bool IsFree(DeviceSpan span, int first, int end, bool ofReaders, ReadOnlySpan<int> but)
    {
        foreach (var access in Accesses(span))
        {
            if (access.Place > first && access.Place < end && (access.Writes || ofReaders) && !but.Contains(access.Place)
                && Overlap(access.Span, span))
            {
                return false;
            }
        }

        return true;
    }

    private List<Access> Accesses(DeviceSpan span) => _accesses.TryGetValue(span.Storage, out var list) ? list : [];

    private void Add(int place, KernelCall call)
    {
        foreach (var span in call.Reads)
        {
            Insert(new Access(place, span, Writes: false));
        }

        foreach (var span in call.Writes)
        {
            Insert(new Access(place, span, Writes: true));
        }
    }

    private void Insert(Access access)
    {
        if (!_accesses.TryGetValue(access.Span.Storage, out var list))
        {
            _accesses.Add(access.Span.Storage, list = []);
        }

        var index = list.Count;
        while (index > 0 && list[index - 1].Place > access.Place)
        {
            index--;
        }

        list.Insert(index, access);
    }
}
