namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>The checked memory accesses that translated kernels call.</summary>
internal static unsafe class SimulatedMemory
{
    public static int LoadInt8(SimulatedThread thread, long pointer, int site) => *(sbyte*)Readable(thread, pointer, 1, site);

    public static int LoadUInt8(SimulatedThread thread, long pointer, int site) => *Readable(thread, pointer, 1, site);

    public static int LoadInt16(SimulatedThread thread, long pointer, int site) => *(short*)Readable(thread, pointer, 2, site);

    public static int LoadUInt16(SimulatedThread thread, long pointer, int site) => *(ushort*)Readable(thread, pointer, 2, site);

    public static int LoadInt32(SimulatedThread thread, long pointer, int site) => *(int*)Readable(thread, pointer, 4, site);

    public static long LoadInt64(SimulatedThread thread, long pointer, int site) => *(long*)Readable(thread, pointer, 8, site);

    public static float LoadFloat32(SimulatedThread thread, long pointer, int site) => *(float*)Readable(thread, pointer, 4, site);

    public static double LoadFloat64(SimulatedThread thread, long pointer, int site) => *(double*)Readable(thread, pointer, 8, site);

    public static void StoreInt8(SimulatedThread thread, long pointer, int value, int site)
    {
        byte* address = Writable(thread, pointer, 1, value, site);
        *address = (byte)value;
    }

    public static void StoreInt16(SimulatedThread thread, long pointer, int value, int site)
    {
        byte* address = Writable(thread, pointer, 2, value, site);
        *(short*)address = (short)value;
    }

    public static void StoreInt32(SimulatedThread thread, long pointer, int value, int site)
    {
        byte* address = Writable(thread, pointer, 4, value, site);
        *(int*)address = value;
    }

    public static void StoreInt64(SimulatedThread thread, long pointer, long value, int site)
    {
        byte* address = Writable(thread, pointer, 8, value, site);
        *(long*)address = value;
    }

    public static void StoreFloat32(SimulatedThread thread, long pointer, float value, int site) =>
        StoreInt32(thread, pointer, BitConverter.SingleToInt32Bits(value), site);

    public static void StoreFloat64(SimulatedThread thread, long pointer, double value, int site) =>
        StoreInt64(thread, pointer, BitConverter.DoubleToInt64Bits(value), site);

    /// <summary>The host address of memory that is updated atomically.</summary>
    /// <param name="thread">Who updates it.</param>
    /// <param name="pointer">Where it is.</param>
    /// <param name="size">In bytes.</param>
    /// <param name="isCheckedAgain">
    /// Whether a plain read beside the operation does no harm, because what it reads is only a guess: of compare-and-exchange, which
    /// compares it, and of minimum and maximum, which compare once more.
    /// </param>
    /// <param name="site">The place in the source.</param>
    public static byte* Updatable(SimulatedThread thread, long pointer, int size, bool isCheckedAgain, int site)
    {
        byte* address = Resolve(thread, pointer, size, "updates", site, out Allocation? buffer);
        SimulatedGroup group = thread.Group;
        long offset = TaggedPointer.OffsetOf(pointer);
        if (TaggedPointer.AllocationOf(pointer) == TaggedPointer.Local)
        {
            DemandWritten(thread, offset, size, site);
            return address;
        }

        if (buffer is null && !group.SharedShadow.IsWritten(group, offset, size))
        {
            group.Fail(thread, "updates shared memory that the group has not written", site);
        }

        if (buffer is not null && !Checks(group, buffer))
        {
            return address;
        }

        if (buffer?.IsWritten(offset, size) == false)
        {
            group.Fail(
                thread,
                $"updates what nobody has written: {size} bytes at offset {offset} of {group.NameOf(TaggedPointer.AllocationOf(pointer))}",
                site);
        }

        if ((buffer is null ? group.SharedRaces : group.BufferRaces) == RaceChecks.Off)
        {
            return address;
        }

        bool meetsReads = !isCheckedAgain || (buffer is null ? group.SharedRaces : group.BufferRaces) == RaceChecks.Strict;
        if ((buffer?.Shadow ?? group.SharedShadow).Update(thread, offset, size, meetsReads, site) is { } collision)
        {
            FailRace(thread, "updates", pointer, size, collision, site);
        }

        return address;
    }

    private static byte* Readable(SimulatedThread thread, long pointer, int size, int site)
    {
        byte* address = Resolve(thread, pointer, size, "reads", site, out Allocation? buffer);
        SimulatedGroup group = thread.Group;
        group.Counts?.Read(thread, pointer, size, site);
        long offset = TaggedPointer.OffsetOf(pointer);
        if (buffer is not null)
        {
            if (!Checks(group, buffer))
            {
                return address;
            }

            if (!buffer.IsWritten(offset, size))
            {
                group.Fail(
                    thread,
                    $"reads what nobody has written: {size} bytes at offset {offset} of " +
                        $"{group.NameOf(TaggedPointer.AllocationOf(pointer))}",
                    site);
            }

            if (group.BufferRaces != RaceChecks.Off && buffer.Shadow!.Read(thread, offset, size, site) is { } collision)
            {
                FailRace(thread, "reads", pointer, size, collision, site);
            }
        }
        else if (TaggedPointer.AllocationOf(pointer) == TaggedPointer.Local)
        {
            DemandWritten(thread, offset, size, site);
        }
        else if (!group.SharedShadow.IsWritten(group, offset, size))
        {
            group.Fail(thread, "reads shared memory that the group has not written", site);
        }
        else if (group.SharedRaces != RaceChecks.Off && group.SharedShadow.Read(thread, offset, size, site) is { } collision)
        {
            FailRace(thread, "reads", pointer, size, collision, site);
        }

        return address;
    }

    private static byte* Writable(SimulatedThread thread, long pointer, int size, long value, int site)
    {
        byte* address = Resolve(thread, pointer, size, "writes", site, out Allocation? buffer);
        SimulatedGroup group = thread.Group;
        group.Counts?.Write(thread, pointer, size, site);
        long offset = TaggedPointer.OffsetOf(pointer);
        if (buffer is null && TaggedPointer.AllocationOf(pointer) == TaggedPointer.Local)
        {
            new Span<byte>(thread.LocalWritten + offset, size).Fill(1);
            return address;
        }

        buffer?.MarkScalar(offset, size);
        if (buffer is not null && (!Checks(group, buffer) || group.BufferRaces == RaceChecks.Off))
        {
            return address;
        }

        RaceChecks level = buffer is null ? group.SharedRaces : group.BufferRaces;
        Written written = new((IntPtr)address, size, value, CountsWhenSame: level == RaceChecks.Strict);

        // Shared memory is noted even if races are not looked for: that it was written is read off it.
        if ((buffer?.Shadow ?? group.SharedShadow).Write(thread, offset, written, site) is { } collision && level != RaceChecks.Off)
        {
            FailRace(thread, "writes", pointer, size, collision, site);
        }

        return address;
    }

    private static bool Checks(SimulatedGroup group, Allocation buffer) => group.ChecksBuffers && buffer.Shadow is not null;

    private static byte* Resolve(SimulatedThread thread, long pointer, int size, string verb, int site, out Allocation? buffer)
    {
        SimulatedGroup group = thread.Group;
        int allocation = TaggedPointer.AllocationOf(pointer);
        long offset = TaggedPointer.OffsetOf(pointer);
        byte* start;
        long length;
        buffer = null;
        if (allocation >= TaggedPointer.FirstBuffer)
        {
            buffer = allocation < group.Allocations.Length ? group.Allocations[allocation] : null;
            start = buffer is null ? null : buffer.Address;
            length = buffer?.LengthInBytes ?? 0;
        }
        else
        {
            start = allocation == TaggedPointer.Shared ? group.Shared : thread.Local;
            length = allocation == TaggedPointer.Shared ? group.SharedBytes : allocation == TaggedPointer.Local ? group.LocalBytes : 0;
        }

        if (offset < 0 || offset + size > length)
        {
            FailBounds(thread, allocation, offset, size, length, verb, site);
        }

        if ((offset & (size - 1)) != 0)
        {
            group.Fail(thread, $"{verb} {size} bytes at the misaligned offset {offset} of {group.NameOf(allocation)}", site);
        }

        return start + offset;
    }

    private static void FailBounds(SimulatedThread thread, int allocation, long offset, int size, long length, string verb, int site)
    {
        string what = allocation < TaggedPointer.Shared || length == 0
            ? $"{verb} through a null or stale pointer"
            : $"{verb} out of bounds: {size} bytes at offset {offset} of {thread.Group.NameOf(allocation)} of {length} bytes";
        thread.Group.Fail(thread, what, site);
    }

    private static void FailRace(SimulatedThread thread, string verb, long pointer, int size, Collision collision, int site)
    {
        SimulatedGroup group = thread.Group;
        int allocation = TaggedPointer.AllocationOf(pointer);
        RaceChecks level = allocation == TaggedPointer.Shared ? group.SharedRaces : group.BufferRaces;
        group.FailRace(
            thread, verb, (TaggedPointer.OffsetOf(pointer), size), group.NameOf(allocation), collision, site, level == RaceChecks.Report);
    }

    private static void DemandWritten(SimulatedThread thread, long offset, int size, int site)
    {
        if (new ReadOnlySpan<byte>(thread.LocalWritten + offset, size).Contains((byte)0))
        {
            thread.Group.Fail(thread, "reads local memory that the thread has not written", site);
        }
    }
}
