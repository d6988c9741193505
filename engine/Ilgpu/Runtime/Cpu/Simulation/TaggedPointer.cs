namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>
/// How the simulator writes a pointer into 64 bits: the number of the allocation above, the offset below. A pointer that is moved out of
/// its allocation still knows where it came from, which is what makes every bounds error attributable.
/// </summary>
internal static class TaggedPointer
{
    /// <summary>The allocation number of the running group's shared memory.</summary>
    public const int Shared = 1;

    /// <summary>The allocation number of the running thread's local memory.</summary>
    public const int Local = 2;

    /// <summary>The first number of a buffer.</summary>
    public const int FirstBuffer = 8;

    private const int OffsetBits = 44;

    /// <summary>Zero offset lies in the middle of the range, so that a negative one does not borrow from the allocation number.</summary>
    private const long Bias = 1L << (OffsetBits - 1);

    public static long Make(int allocation, long offset) => ((long)allocation << OffsetBits) + Bias + offset;

    public static int AllocationOf(long pointer) => (int)(pointer >>> OffsetBits);

    public static long OffsetOf(long pointer) => (pointer & ((1L << OffsetBits) - 1)) - Bias;
}
