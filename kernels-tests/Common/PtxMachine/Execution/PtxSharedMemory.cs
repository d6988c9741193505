using System.Runtime.CompilerServices;

namespace IlgpuGan.TestsCommon.PtxMachine.Execution;

/// <summary>When a thread accessed memory: its barrier interval in the group and in the warp.</summary>
internal readonly record struct PtxTimestamp(int Thread, int Epoch, int WarpEpoch)
{
    /// <summary>Whether the two accesses are unordered.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Races(PtxTimestamp other) =>
        Epoch == other.Epoch && Thread != other.Thread
            && ((Thread ^ other.Thread) >= PtxWarp.Lanes || WarpEpoch == other.WarpEpoch);
}

/// <summary>The shared memory of a group, with detection of undefined values and races.</summary>
/// <param name="bytes">The size in bytes.</param>
/// <param name="cellBytes">The smallest access of the kernel: the granularity of the records.</param>
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

    /// <summary>Resets the memory for the next group.</summary>
    public void Clear()
    {
        Array.Clear(_cells);
        Array.Clear(Bytes);
    }

    public bool Contains(ulong address, int size) => address <= (ulong)Bytes.Length && address + (ulong)size <= (ulong)Bytes.Length;

    /// <summary>Records a read. Returns whether all bytes are defined.</summary>
    /// <param name="at">The first byte.</param>
    /// <param name="size">The number of bytes.</param>
    /// <param name="now">The thread and time of the read.</param>
    /// <param name="isStrong">Whether the read is volatile, relaxed or atomic, and so does not race with atomic operations.</param>
    /// <param name="problem">A description of a race, or of a copy without a wait; null for none.</param>
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

    /// <summary>Checks and records a write; the caller writes the bytes. Two threads may write the same value.</summary>
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

    /// <summary>Marks bytes as the target of an asynchronous copy: no thread may access them before its wait.</summary>
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

    /// <summary>Completes a copy after <see cref="Begin"/>: the bytes count as just written by the thread.</summary>
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
