namespace IlgpuGan.TestsCommon.PtxMachine.Execution;

/// <summary>When a thread touched something: between which barriers of its group, and between which of its warp.</summary>
internal readonly record struct PtxMoment(int Thread, int Epoch, int WarpEpoch)
{
    /// <summary>Whether nothing orders the two moments.</summary>
    public bool Races(PtxMoment other) =>
        Epoch == other.Epoch && Thread != other.Thread
            && (Thread / PtxWarp.Lanes != other.Thread / PtxWarp.Lanes || WarpEpoch == other.WarpEpoch);
}

/// <summary>The shared memory of a group, with what is needed to notice undefined bytes and races.</summary>
internal sealed class PtxSharedMemory(int bytes)
{
    private const byte Undefined = 0;
    private const byte Defined = 1;
    private const byte Pending = 2;
    private readonly byte[] _states = new byte[bytes];
    private readonly PtxMoment[] _writers = new PtxMoment[bytes];
    private readonly bool[] _isAtomic = new bool[bytes];
    private readonly PtxMoment[] _readers = new PtxMoment[bytes];
    private readonly PtxMoment[] _secondReaders = new PtxMoment[bytes];

    public byte[] Bytes { get; } = new byte[bytes];

    public bool Contains(ulong address, int size) => address <= (ulong)Bytes.Length && address + (ulong)size <= (ulong)Bytes.Length;

    /// <summary>Notes a read. Returns whether all bytes are defined, and in words what is wrong, if anything is.</summary>
    /// <param name="at">The first byte.</param>
    /// <param name="size">How many.</param>
    /// <param name="now">Who reads, and when.</param>
    /// <param name="isStrong">Volatile, relaxed or atomic: may meet atomic operations of others.</param>
    /// <param name="problem">A race, or a copy that was not waited for.</param>
    public bool Read(int at, int size, PtxMoment now, bool isStrong, out string? problem)
    {
        problem = null;
        var isDefined = true;
        for (var k = at; k < at + size; k++)
        {
            if (_states[k] == Pending)
            {
                problem = "reads bytes that an asynchronous copy, not waited for, will write";
            }
            isDefined &= _states[k] == Defined;
            if (_writers[k].Races(now) && !(isStrong && _isAtomic[k]))
            {
                problem = $"reads what thread {_writers[k].Thread} writes between the same barriers";
            }
            if (isStrong)
            {
                continue;
            }
            if (_readers[k].Epoch != now.Epoch)
            {
                (_readers[k], _secondReaders[k]) = (now, default);
            }
            else if (_readers[k].Thread == now.Thread)
            {
                _readers[k] = now;
            }
            else if (!_secondReaders[k].Races(now))
            {
                _secondReaders[k] = now;
            }
        }

        return isDefined;
    }

    /// <summary>Checks and notes a write; the bytes themselves are the caller's. Two threads may write the same value.</summary>
    public string? Write(int at, ReadOnlySpan<byte> value, PtxMoment now, bool isDefined, bool atomic)
    {
        string? problem = null;
        for (var k = 0; k < value.Length; k++)
        {
            problem ??= Write(at + k, value[k], now, isDefined, atomic);
        }
        return problem;
    }

    /// <summary>Marks bytes as being under way: until the copy is waited for, nobody may touch them.</summary>
    public string? Begin(int at, int size, PtxMoment now)
    {
        string? problem = null;
        for (var k = at; k < at + size; k++)
        {
            if (_states[k] == Pending)
            {
                problem ??= "copies to where another asynchronous copy is under way";
            }
            problem ??= RaceOfWrite(k, now, isSame: false, atomic: false);
            _states[k] = Pending;
        }

        return problem;
    }

    /// <summary>Ends what <see cref="Begin"/> began; now the bytes are as if the thread had just written them.</summary>
    public void Complete(int at, ReadOnlySpan<byte> value, PtxMoment now)
    {
        value.CopyTo(Bytes.AsSpan(at));
        for (var k = at; k < at + value.Length; k++)
        {
            (_states[k], _writers[k], _isAtomic[k]) = (Defined, now, false);
        }
    }

    private string? Write(int at, byte value, PtxMoment now, bool isDefined, bool atomic)
    {
        if (_states[at] == Pending)
        {
            return "writes bytes that an asynchronous copy, not waited for, writes as well";
        }
        var problem = RaceOfWrite(at, now, isSame: isDefined && _states[at] == Defined && Bytes[at] == value, atomic);
        (_states[at], _writers[at], _isAtomic[at]) = (isDefined ? Defined : Undefined, now, atomic);
        return problem;
    }

    private string? RaceOfWrite(int at, PtxMoment now, bool isSame, bool atomic)
    {
        if (_writers[at].Races(now) && !(atomic && _isAtomic[at]) && !isSame)
        {
            return $"writes what thread {_writers[at].Thread} writes between the same barriers";
        }
        if (atomic)
        {
            return null;
        }
        var reader = _readers[at].Races(now) ? _readers[at] : _secondReaders[at];
        return reader.Races(now) ? $"writes what thread {reader.Thread} reads between the same barriers" : null;
    }
}
