namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>An access that another one, not ordered after it, must not meet.</summary>
/// <param name="Touch">Who and where.</param>
/// <param name="Verb">What it does.</param>
internal readonly record struct Collision(Touch Touch, string Verb);

/// <summary>A scalar that is written.</summary>
/// <param name="Address">Where to.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Value">What, in the low bytes.</param>
/// <param name="CountsWhenSame">Whether it is a race even if the value is there already.</param>
internal readonly unsafe record struct Written(IntPtr Address, int Size, long Value, bool CountsWhenSame)
{
    /// <summary>Stores the value.</summary>
    /// <returns>Whether it was there already.</returns>
    public bool Store()
    {
        void* address = (void*)Address;
        return Size switch
        {
            1 => Exchange((byte*)address, (byte)Value),
            2 => Exchange((short*)address, (short)Value),
            4 => Exchange((int*)address, (int)Value),
            _ => Exchange((long*)address, Value),
        };
    }

    private static bool Exchange<T>(T* address, T value)
        where T : unmanaged, IEquatable<T>
    {
        T old = *address;
        *address = value;
        return old.Equals(value);
    }
}

/// <summary>
/// Who accessed each cell of a buffer during this launch, or of shared memory since its group began. Two accesses to a cell, at least one
/// of them a write, race unless both are atomic, a barrier of the group lies between two threads of the group, or a barrier of the warp
/// between two of the warp. Unless the check is strict, two kinds of it do no harm: several threads that store the same value, and a read
/// beside atomic operations that check what was read.
/// </summary>
/// <remarks>
/// A cell keeps its last write and two reads. Two are enough: reads of two groups meet any writer, as do, until the group's next barrier,
/// reads of two of its warps; of reads by one warp only the last stretch counts, and two threads of it meet any writer. With atomic
/// operations, which race with reads and writes but not with each other, it is the same.
/// </remarks>
/// <param name="bytes">The size of the memory.</param>
/// <param name="isOfGroup">Whether it is shared memory, which one host thread alone works on.</param>
internal sealed class AccessShadow(long bytes, bool isOfGroup)
{
    /// <summary>Set in a cell's write while a host thread works on the cell.</summary>
    private const long Locked = long.MinValue;

    private readonly Lock _preparing = new();

    private Cell[] _cells = [];

    /// <summary>Atomic operations that plain reads must not meet, cell by cell; null before the first.</summary>
    private Touches[]? _updates;

    /// <summary>Atomic operations that plain reads may meet; null before the first.</summary>
    private Touches[]? _guarded;

    private int _shift = int.MaxValue;

    private int _preparedFor;

    private int _restarts;

    /// <summary>Notes a read.</summary>
    /// <returns>A write that it races with.</returns>
    public Collision? Read(SimulatedThread thread, long offset, int size, int site)
    {
        SimulatedGroup group = thread.Group;
        Cell[] map = CellsFor(group);
        Touch now = group.Clock.Now(thread, site);
        int last = (int)((offset + size - 1) >> _shift);
        Collision? collision = null;
        for (int i = (int)(offset >> _shift); i <= last; i++)
        {
            if (!map[i].Reads.Includes(now))
            {
                collision = ReadCell(ref map[i], i, group, now) ?? collision;
            }
        }

        return collision;
    }

    /// <summary>
    /// Notes a write. The value is stored before another thread can note the next, so that it sees whether its own is the same.
    /// </summary>
    /// <returns>An access that it races with.</returns>
    public Collision? Write(SimulatedThread thread, long offset, Written written, int site)
    {
        SimulatedGroup group = thread.Group;
        Cell[] map = CellsFor(group);
        Touch now = group.Clock.Now(thread, site);
        int first = (int)(offset >> _shift);
        int last = (int)((offset + written.Size - 1) >> _shift);
        bool isSame = false;
        Collision? collision = null;
        for (int i = first; i <= last; i++)
        {
            if (!new Touch(map[i].Write).IsWith(now))
            {
                collision = WriteCell(ref map[i], i, group, now, written, i == first, ref isSame) ?? collision;
            }
        }

        return collision;
    }

    /// <summary>Notes an atomic operation.</summary>
    /// <returns>An access that it races with.</returns>
    public Collision? Update(SimulatedThread thread, long offset, int size, bool meetsReads, int site)
    {
        SimulatedGroup group = thread.Group;
        Cell[] map = CellsFor(group);
        Touches[] noted = meetsReads ? Prepared(ref _updates) : Prepared(ref _guarded);
        Touch now = group.Clock.Now(thread, site);
        int last = (int)((offset + size - 1) >> _shift);
        Collision? collision = null;
        for (int i = (int)(offset >> _shift); i <= last; i++)
        {
            if (!noted[i].Includes(now))
            {
                collision = UpdateCell(ref map[i], ref noted[i], meetsReads, group, now) ?? collision;
            }
        }

        return collision;
    }

    /// <summary>Whether the group has written all the bytes of its shared memory.</summary>
    public bool IsWritten(SimulatedGroup group, long offset, int size)
    {
        Cell[] map = CellsFor(group);
        int last = (int)((offset + size - 1) >> _shift);
        for (int i = (int)(offset >> _shift); i <= last; i++)
        {
            if (new Touch(map[i].Write).Moment < group.Clock.GroupStart)
            {
                return false;
            }
        }

        return true;
    }

    private Collision? ReadCell(ref Cell cell, int index, SimulatedGroup group, Touch now)
    {
        long since = Since(group);
        long write = Enter(ref cell.Write, group);
        Collision? collision = null;
        if (group.Clock.IsUnordered(new(write), now, since))
        {
            collision = new(new(write), "writes");
        }
        else if (_updates?[index].Unordered(group.Clock, now, since) is { } update)
        {
            collision = new(update, "updates");
        }
        else
        {
            cell.Reads.Add(now, group.Clock, since);
        }

        Volatile.Write(ref cell.Write, write);
        return collision;
    }

    private Collision? WriteCell(
        ref Cell cell, int index, SimulatedGroup group, Touch now, in Written written, bool isFirst, ref bool isSame)
    {
        long since = Since(group);
        long write = Enter(ref cell.Write, group);
        Collision? collision = null;
        if (isFirst)
        {
            isSame = written.Store() && !written.CountsWhenSame;
        }

        if (!isSame && group.Clock.IsUnordered(new(write), now, since))
        {
            collision = new(new(write), "writes");
        }
        else if (_updates?[index].Unordered(group.Clock, now, since) is { } update)
        {
            collision = new(update, "updates");
        }
        else if (_guarded?[index].Unordered(group.Clock, now, since) is { } exchange)
        {
            collision = new(exchange, "updates");
        }
        else if (cell.Reads.Unordered(group.Clock, now, since) is { } read)
        {
            collision = new(read, "reads");
        }

        Volatile.Write(ref cell.Write, now.Bits);
        return collision;
    }

    private Collision? UpdateCell(ref Cell cell, ref Touches noted, bool meetsReads, SimulatedGroup group, Touch now)
    {
        long since = Since(group);
        long write = Enter(ref cell.Write, group);
        Collision? collision = null;
        if (group.Clock.IsUnordered(new(write), now, since))
        {
            collision = new(new(write), "writes");
        }
        else if (meetsReads && cell.Reads.Unordered(group.Clock, now, since) is { } read)
        {
            collision = new(read, "reads");
        }
        else
        {
            noted.Add(now, group.Clock, since);
        }

        Volatile.Write(ref cell.Write, write);
        return collision;
    }

    private long Since(SimulatedGroup group) => isOfGroup ? group.Clock.GroupStart : group.Clock.Launch.First;

    /// <summary>Locks the cell, unless nobody else works on it.</summary>
    private long Enter(ref long write, SimulatedGroup group)
    {
        if (isOfGroup || group.IsAlone)
        {
            return write;
        }

        var spin = default(SpinWait);
        while (true)
        {
            long seen = Volatile.Read(ref write);
            if ((seen & Locked) == 0 && Interlocked.CompareExchange(ref write, seen | Locked, seen) == seen)
            {
                return seen;
            }

            spin.SpinOnce();
        }
    }

    private Cell[] CellsFor(SimulatedGroup group)
    {
        if (Volatile.Read(ref _preparedFor) != group.Clock.Launch.Launch)
        {
            Prepare(group);
        }

        return _cells;
    }

    /// <summary>Makes cells as small as the kernel's smallest access, and keeps them for the next launch.</summary>
    private void Prepare(SimulatedGroup group)
    {
        lock (_preparing)
        {
            LaunchTimeline launch = group.Clock.Launch;
            if (_preparedFor == launch.Launch)
            {
                return;
            }

            int wanted = int.Log2(group.CellBytes);
            if (wanted < _shift || _restarts != launch.Restarts)
            {
                _shift = Math.Min(_shift, wanted);
                _cells = new Cell[(bytes + (1L << _shift) - 1) >> _shift];
                (_updates, _guarded) = (null, null);
                _restarts = launch.Restarts;
            }

            Volatile.Write(ref _preparedFor, launch.Launch);
        }
    }

    private Touches[] Prepared(ref Touches[]? noted)
    {
        if (Volatile.Read(ref noted) is { } known)
        {
            return known;
        }

        lock (_preparing)
        {
            Touches[] made = noted ?? new Touches[_cells.Length];
            Volatile.Write(ref noted, made);
            return made;
        }
    }

    private struct Cell
    {
        /// <summary>The bits of the last write that was no atomic operation, and the lock.</summary>
        public long Write;

        public Touches Reads;
    }

    /// <summary>Up to two accesses, so chosen that whatever races with one that was left out races with one of them.</summary>
    private struct Touches
    {
        private long _first;

        private long _second;

        public readonly bool Includes(Touch now) => new Touch(_first).IsWith(now) || new Touch(_second).IsWith(now);

        public readonly Touch? Unordered(GroupClock clock, Touch now, long since)
        {
            if (clock.IsUnordered(new(_first), now, since))
            {
                return new(_first);
            }

            return clock.IsUnordered(new(_second), now, since) ? new Touch(_second) : null;
        }

        /// <summary>Takes the place of an access that is ordered before this one; of two that are not, the second may tell less.</summary>
        public void Add(Touch now, GroupClock clock, long since)
        {
            bool keepsFirst = clock.IsUnordered(new(_first), now, since);
            bool keepsSecond = clock.IsUnordered(new(_second), now, since);
            if (!keepsFirst)
            {
                (_first, _second) = (now.Bits, keepsSecond ? _second : 0);
            }
            else if (!keepsSecond || TellsMore(now, clock))
            {
                _second = now.Bits;
            }
        }

        private readonly bool TellsMore(Touch now, GroupClock clock)
        {
            var (one, other) = (new Touch(_first), new Touch(_second));
            if (clock.GroupOf(one) != clock.GroupOf(other))
            {
                return false;
            }

            return clock.GroupOf(now) != clock.GroupOf(one) || (clock.IsSameWarp(one, other) && !clock.IsSameWarp(one, now));
        }
    }
}
