namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>
/// A list of calls as values, makers and readers: what a pass must know to replace some calls by another that leaves the same behind.
/// Places in the list stay what they are; a call that was replaced leaves its own empty, and a call that may become several has empty ones
/// before it.
/// </summary>
internal sealed class ValueGraph
{
    private readonly KernelCall?[] _calls;

    /// <summary>The places whose recorded calls each place now stands for, and the pass that put its call there last.</summary>
    private readonly (List<int> Recorded, string? Pass)[] _origins;

    /// <summary>The reads and writes of each array, in the order of the list, a call's reads before its writes.</summary>
    private readonly Dictionary<Storage, List<Access>> _accesses = [];

    private readonly HashSet<Storage> _added = [];
    private readonly Func<Storage, bool> _isTemporary;

    /// <param name="calls">the list</param>
    /// <param name="isTemporary">whether an array's content is dead after the last call</param>
    public ValueGraph(IReadOnlyList<KernelCall> calls, Func<Storage, bool> isTemporary)
    {
        _isTemporary = isTemporary;
        _calls = new KernelCall?[calls.Sum(call => RoomBefore(call) + 1)];
        _origins = new (List<int>, string?)[_calls.Length];
        var place = 0;
        for (var i = 0; i < calls.Count; i++)
        {
            place += RoomBefore(calls[i]);
            _origins[place].Recorded = [i];
            Add(place++, calls[i]);
        }
    }

    private readonly record struct Access(int Place, DeviceSpan Span, bool Writes);

    public int Count => _calls.Length;

    /// <summary>The pass that is under way, for <see cref="Origins"/>.</summary>
    public string? Pass { get; set; }

    /// <summary>Values that the plan puts into others; see <see cref="PartPlaces"/>.</summary>
    public Dictionary<Storage, DeviceSpan> Parts { get; } = [];

    /// <summary>Arrays that are a value in another form than the plain one; see <see cref="Recording.Forms"/>.</summary>
    public Dictionary<Storage, Form> Forms { get; } = [];

    /// <summary>The call at a place, null if it was replaced.</summary>
    public KernelCall? this[int place] => _calls[place];

    /// <summary>What is left of the list.</summary>
    public IReadOnlyList<KernelCall> Calls() => [.. _calls.OfType<KernelCall>()];

    /// <summary>For each of <see cref="Calls"/>, the recorded calls that it stands for, and the pass that made it; null for none.</summary>
    public IReadOnlyList<(IReadOnlyList<int> Recorded, string? Pass)> Origins() =>
        [.. _origins.Where((_, place) => _calls[place] is not null).Select(origin => ((IReadOnlyList<int>)origin.Recorded, origin.Pass))];

    /// <summary>What a call at a place reads in a span.</summary>
    public Value Of(DeviceSpan span, int place)
    {
        var (maker, version, readers, isLast) = (-1, 0, new List<int>(), true);
        foreach (var access in Accesses(span))
        {
            if (access.Writes && access.Place < place)
            {
                version += access.Place == maker ? 0 : 1;
                maker = access.Place;
                readers.Clear();
            }
            else if (access.Writes)
            {
                isLast = false;
                break;
            }
            else if (access.Span.Overlaps(span) && (readers.Count == 0 || readers[^1] != access.Place))
            {
                readers.Add(access.Place);
            }
        }

        return new Value(
            maker, readers, version, isLast && !IsTemporary(span.Storage),
            Parts.TryGetValue(span.Storage, out var part) ? part : null);
    }

    /// <summary>What the call at a place makes of a span.</summary>
    public Value MadeAt(int place, DeviceSpan span) => Of(span, place + 1);

    /// <summary>The call that made what a call at a place reads in a span, and its own place; (−1, null) for none.</summary>
    public (int Place, KernelCall? Call) MakerOf(DeviceSpan span, int place) =>
        Of(span, place).Maker is >= 0 and var maker ? (maker, _calls[maker]) : (-1, null);

    /// <summary>Whether an array is made by one call, and nobody reads it before: it is a value, and may be made earlier.</summary>
    public bool IsValue(DeviceSpan span) =>
        Accesses(span) is [{ Writes: true } first, .. var others] && others.TrueForAll(o => !o.Writes || o.Place == first.Place);

    /// <summary>Whether calls at two places read the same in a span: always true where there is none.</summary>
    public bool IsSame(DeviceSpan? span, int place, int other) =>
        span is not { } given || Of(given, place).Version == Of(given, other).Version;

    /// <summary>Whether no call between two places reads or changes state, so that it may as well change at the first.</summary>
    public bool MayChangeAt(int place, DeviceSpan? state, int other) =>
        state is not { } given || Accesses(given).TrueForAll(access => access.Place <= place || access.Place >= other);

    /// <summary>Whether an array's content is dead after the last call.</summary>
    public bool IsTemporary(Storage storage) => _added.Contains(storage) || _isTemporary(storage);

    /// <summary>A new value, beside another.</summary>
    public DeviceSpan NewValue(DeviceSpan beside, long length)
    {
        var storage = new TracedStorage(beside.Storage.Pool, length);
        _added.Add(storage);
        return new DeviceSpan(storage, 0, length);
    }

    /// <summary>Puts a call where another was, in place of several.</summary>
    public void Replace(int at, KernelCall fused, params ReadOnlySpan<int> replaced)
    {
        Remove(at);
        foreach (var place in replaced)
        {
            Remove(place);
        }

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

    /// <summary>Whether <see cref="PutBefore"/> has room for so many calls.</summary>
    public bool HasRoomBefore(int place, int calls) => Array.TrueForAll(_calls[(place - calls)..place], call => call is null);

    /// <summary>
    /// Puts calls before another that has room for them: before a concat for each operand, before what may be split or read operands
    /// in other forms for as many.
    /// </summary>
    /// <exception cref="InvalidOperationException">another call is there</exception>
    public void PutBefore(int place, params ReadOnlySpan<KernelCall> calls)
    {
        for (var i = 0; i < calls.Length; i++)
        {
            var at = place - calls.Length + i;
            if (_calls[at] is { } other)
            {
                throw new InvalidOperationException(
                    $"{Pass} puts {calls[i].Name} in the place of {other.Name}: ask HasRoomBefore, or let RoomBefore keep more places");
            }

            _origins[at] = ([.. _origins[place].Recorded], Pass);
            Add(at, calls[i]);
        }
    }

    /// <summary>Takes a call out.</summary>
    public void Remove(int place)
    {
        if (_calls[place] is { } call)
        {
            foreach (var span in call.Arrays)
            {
                Accesses(span).RemoveAll(access => access.Place == place);
            }

            _calls[place] = null;
        }
    }

    /// <summary>Lets all calls on an array use others in its place.</summary>
    public void Use(Storage array, Func<DeviceSpan, DeviceSpan> instead)
    {
        foreach (var place in _accesses[array].Select(access => access.Place).Distinct().ToList())
        {
            var call = _calls[place]!.On(span => span.Storage == array ? instead(span) : span);
            Remove(place);
            Add(place, call);
        }
    }

    /// <summary>Gives the call at a place scratch memory.</summary>
    public void GiveScratch(int place, long elements)
    {
        var call = _calls[place]!;
        Remove(place);
        Add(place, call with { Scratch = NewValue(call.Writes[0], elements) });
    }

    private static int RoomBefore(KernelCall call) => call switch
    {
        ConcatCall concat => concat.Operands.Length,
        Conv2dCall or BorderedConv2dCall or Conv2dInputGradientCall or Conv2dWeightGradientCall or BorderedConv2dWeightGradientCall => 2,
        UnaryGradientCall => 1,
        _ => 0,
    };

    private List<Access> Accesses(DeviceSpan span) => _accesses.TryGetValue(span.Storage, out var list) ? list : [];

    private void Add(int place, KernelCall call)
    {
        _calls[place] = call;
        foreach (var span in call.Reads)
        {
            Insert(new Access(place, span, Writes: false));
        }

        foreach (var span in call.Changes)
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
