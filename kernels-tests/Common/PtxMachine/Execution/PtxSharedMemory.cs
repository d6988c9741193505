using System.Runtime.CompilerServices;

namespace IlgpuGan.TestsCommon.PtxMachine.Execution;

/// <summary>When a thread touched something: between which barriers of its group, and between which of its warp.</summary>
internal readonly record struct PtxTimestamp(int Thread, int Epoch, int WarpEpoch)
{
    /// <summary>Whether nothing orders the two moments.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Races(PtxTimestamp other) =>
        Epoch == other.Epoch && Thread != other.Thread
            && ((Thread ^ other.Thread) >= PtxWarp.Lanes || WarpEpoch == other.WarpEpoch);
}

/// <summary>The shared memory of a group, with what is needed to notice undefined values and races.</summary>
/// <param name="bytes">All of it.</param>
/// <param name="cellBytes">The smallest access of the kernel: what is noted is noted for so many bytes at once.</param>
internal sealed class PtxSharedMemory(int bytes, int cellBytes)
{
    private readonly Cell[] _cells = new Cell[(bytes + cellBytes - 1) / cellBytes];

    private enum State : byte
    {
        Undefined,
        Defined,
        Pending,
    }

    public byte[] Bytes { get; } = new byte[bytes];

    /// <summary>Forgets everything, for the next group.</summary>
    public void Clear()
    {
        Array.Clear(_cells);
        Array.Clear(Bytes);
    }

    public bool Contains(ulong address, int size) => address <= (ulong)Bytes.Length && address + (ulong)size <= (ulong)Bytes.Length;

    /// <summary>Notes a read. Returns whether all bytes are defined, and in words what is wrong, if anything is.</summary>
    /// <param name="at">The first byte.</param>
    /// <param name="size">How many.</param>
    /// <param name="now">Who reads, and when.</param>
    /// <param name="isStrong">Volatile, relaxed or atomic: may meet atomic operations of others.</param>
    /// <param name="problem">A race, or a copy that was not waited for.</param>
    public bool Read(int at, int size, PtxTimestamp now, bool isStrong, out string? problem)
    {
        problem = null;
        var isDefined = true;
        foreach (ref var cell in Cells(at, size))
        {
            if (cell.State != State.Defined)
            {
                isDefined = false;
                problem = cell.State == State.Pending ? "reads bytes that an asynchronous copy, not waited for, will write" : problem;
            }
            if (cell.Writer.Races(now) && !(isStrong && cell.IsAtomic))
            {
                problem = $"reads what thread {cell.Writer.Thread} writes between the same barriers";
            }
            if (isStrong)
            {
                continue;
            }
            if (cell.Reader.Epoch != now.Epoch)
            {
                (cell.Reader, cell.SecondReader) = (now, default);
            }
            else if (cell.Reader.Thread == now.Thread)
            {
                cell.Reader = now;
            }
            else if (!cell.SecondReader.Races(now))
            {
                cell.SecondReader = now;
            }
        }

        return isDefined;
    }

    /// <summary>Checks and notes a write; the bytes themselves are the caller's. Two threads may write the same value.</summary>
    public string? Write(int at, ReadOnlySpan<byte> value, PtxTimestamp now, bool isDefined, bool atomic)
    {
        string? problem = null;
        var cells = Cells(at, value.Length);
        for (var k = 0; k < cells.Length; k++)
        {
            ref var cell = ref cells[k];
            var isSame = isDefined && cell.State == State.Defined
                && value.Slice(k * cellBytes, cellBytes).SequenceEqual(Bytes.AsSpan(at + (k * cellBytes), cellBytes));
            problem ??= cell.State == State.Pending
                ? "writes bytes that an asynchronous copy, not waited for, writes as well"
                : cell.RaceOfWrite(now, isSame, atomic);
            (cell.State, cell.Writer, cell.IsAtomic) = (isDefined ? State.Defined : State.Undefined, now, atomic);
        }
        return problem;
    }

    /// <summary>Marks bytes as being under way: until the copy is waited for, nobody may touch them.</summary>
    public string? Begin(int at, int size, PtxTimestamp now)
    {
        string? problem = null;
        foreach (ref var cell in Cells(at, size))
        {
            problem ??= cell.State == State.Pending
                ? "copies to where another asynchronous copy is under way"
                : cell.RaceOfWrite(now, isSame: false, atomic: false);
            cell.State = State.Pending;
        }

        return problem;
    }

    /// <summary>Ends what <see cref="Begin"/> began; now the bytes are as if the thread had just written them.</summary>
    public void Complete(int at, ReadOnlySpan<byte> value, PtxTimestamp now)
    {
        value.CopyTo(Bytes.AsSpan(at));
        foreach (ref var cell in Cells(at, value.Length))
        {
            (cell.State, cell.Writer, cell.IsAtomic) = (State.Defined, now, false);
        }
    }

    private Span<Cell> Cells(int at, int size) => _cells.AsSpan(at / cellBytes, size / cellBytes);

    private struct Cell
    {
        public PtxTimestamp Writer;
        public PtxTimestamp Reader;
        public PtxTimestamp SecondReader;
        public State State;
        public bool IsAtomic;

        public readonly string? RaceOfWrite(PtxTimestamp now, bool isSame, bool atomic)
        {
            if (Writer.Races(now) && !(atomic && IsAtomic) && !isSame)
            {
                return $"writes what thread {Writer.Thread} writes between the same barriers";
            }
            if (atomic)
            {
                return null;
            }
            var reader = Reader.Races(now) ? Reader : SecondReader;
            return reader.Races(now) ? $"writes what thread {reader.Thread} reads between the same barriers" : null;
        }
    }
}
