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
        byte* address = Writable(thread, pointer, 1, (byte)value, site);
        *address = (byte)value;
    }

    public static void StoreInt16(SimulatedThread thread, long pointer, int value, int site)
    {
        byte* address = Writable(thread, pointer, 2, (ushort)value, site);
        *(short*)address = (short)value;
    }

    public static void StoreInt32(SimulatedThread thread, long pointer, int value, int site)
    {
        byte* address = Writable(thread, pointer, 4, (uint)value, site);
        *(int*)address = value;
    }

    public static void StoreInt64(SimulatedThread thread, long pointer, long value, int site)
    {
        byte* address = Writable(thread, pointer, 8, (ulong)value, site);
        *(long*)address = value;
    }

    public static void StoreFloat32(SimulatedThread thread, long pointer, float value, int site) =>
        StoreInt32(thread, pointer, BitConverter.SingleToInt32Bits(value), site);

    public static void StoreFloat64(SimulatedThread thread, long pointer, double value, int site) =>
        StoreInt64(thread, pointer, BitConverter.DoubleToInt64Bits(value), site);

    /// <summary>The host address of memory that is updated atomically.</summary>
    public static byte* Updatable(SimulatedThread thread, long pointer, int size, int site)
    {
        byte* address = Resolve(thread, pointer, size, "updates", site);
        int allocation = TaggedPointer.AllocationOf(pointer);
        if (allocation == TaggedPointer.Shared
            && thread.Group.Shadow.Write(thread.LinearIndex, TaggedPointer.OffsetOf(pointer), size, isAtomic: true) is { } defect)
        {
            thread.Group.Fail(thread, defect, site);
        }

        if (allocation == TaggedPointer.Local)
            DemandWritten(thread, TaggedPointer.OffsetOf(pointer), size, site);
        return address;
    }

    private static byte* Readable(SimulatedThread thread, long pointer, int size, int site)
    {
        byte* address = Resolve(thread, pointer, size, "reads", site);
        thread.Group.Counts?.Read(thread, pointer, site);
        int allocation = TaggedPointer.AllocationOf(pointer);
        if (allocation >= TaggedPointer.FirstBuffer)
            return address;
        long offset = TaggedPointer.OffsetOf(pointer);
        if (allocation == TaggedPointer.Local)
            DemandWritten(thread, offset, size, site);
        else if (thread.Group.Shadow.Read(thread.LinearIndex, offset, size) is { } defect)
            thread.Group.Fail(thread, defect, site);
        return address;
    }

    private static byte* Writable(SimulatedThread thread, long pointer, int size, ulong value, int site)
    {
        byte* address = Resolve(thread, pointer, size, "writes", site);
        thread.Group.Counts?.Write(thread, pointer, site);
        int allocation = TaggedPointer.AllocationOf(pointer);
        if (allocation >= TaggedPointer.FirstBuffer)
            return address;
        long offset = TaggedPointer.OffsetOf(pointer);
        if (allocation == TaggedPointer.Local)
        {
            new Span<byte>(thread.LocalWritten + offset, size).Fill(1);
            return address;
        }

        if (Holds(address, size, value))
            thread.Group.Shadow.Rewrite(thread.LinearIndex, offset, size);
        else if (thread.Group.Shadow.Write(thread.LinearIndex, offset, size, isAtomic: false) is { } defect)
            thread.Group.Fail(thread, defect, site);
        return address;
    }

    private static bool Holds(byte* address, int size, ulong value) => size switch
    {
        1 => *address == value,
        2 => *(ushort*)address == value,
        4 => *(uint*)address == value,
        _ => *(ulong*)address == value,
    };

    private static byte* Resolve(SimulatedThread thread, long pointer, int size, string verb, int site)
    {
        SimulatedGroup group = thread.Group;
        int allocation = TaggedPointer.AllocationOf(pointer);
        long offset = TaggedPointer.OffsetOf(pointer);
        byte* start;
        long length;
        if (allocation >= TaggedPointer.FirstBuffer && allocation < group.Allocations.Length)
        {
            ref readonly Allocation buffer = ref group.Allocations[allocation];
            start = (byte*)buffer.Address;
            length = buffer.LengthInBytes;
        }
        else
        {
            start = allocation == TaggedPointer.Shared ? group.Shared : thread.Local;
            length = allocation == TaggedPointer.Shared ? group.SharedBytes : allocation == TaggedPointer.Local ? group.LocalBytes : 0;
        }

        if (offset < 0 || offset + size > length)
            FailBounds(thread, allocation, offset, size, length, verb, site);
        if ((offset & (size - 1)) != 0)
            group.Fail(thread, $"{verb} {size} bytes at the misaligned offset {offset} of {SpaceOf(allocation)}", site);
        return start + offset;
    }

    private static void FailBounds(SimulatedThread thread, int allocation, long offset, int size, long length, string verb, int site)
    {
        string what = allocation < TaggedPointer.Shared || length == 0
            ? $"{verb} through a null or stale pointer"
            : $"{verb} out of bounds: {size} bytes at offset {offset} of {SpaceOf(allocation)} of {length} bytes";
        thread.Group.Fail(thread, what, site);
    }

    private static string SpaceOf(int allocation) => allocation switch
    {
        TaggedPointer.Shared => "shared memory",
        TaggedPointer.Local => "local memory",
        _ => "a buffer",
    };

    private static void DemandWritten(SimulatedThread thread, long offset, int size, int site)
    {
        if (new ReadOnlySpan<byte>(thread.LocalWritten + offset, size).Contains((byte)0))
            thread.Group.Fail(thread, "reads local memory that the thread has not written", site);
    }
}
