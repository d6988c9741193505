using ILGPU.IR;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>
/// The atomic operations that translated kernels call. Groups may run on several host threads, so they are really atomic.
/// </summary>
internal static unsafe class SimulatedAtomics
{
    public static int Update(SimulatedThread thread, long pointer, int value, AtomicKind kind, int site)
    {
        int* address = (int*)SimulatedMemory.Updatable(thread, pointer, sizeof(int), IsCheckedAgain(kind), site);
        int old;
        do
        {
            old = Volatile.Read(ref *address);
        }
        while (Interlocked.CompareExchange(ref *address, Apply(old, value, kind), old) != old);

        return old;
    }

    public static long Update(SimulatedThread thread, long pointer, long value, AtomicKind kind, int site)
    {
        long* address = (long*)SimulatedMemory.Updatable(thread, pointer, sizeof(long), IsCheckedAgain(kind), site);
        long old;
        do
        {
            old = Volatile.Read(ref *address);
        }
        while (Interlocked.CompareExchange(ref *address, Apply(old, value, kind), old) != old);

        return old;
    }

    public static float Update(SimulatedThread thread, long pointer, float value, AtomicKind kind, int site)
    {
        int* address = (int*)SimulatedMemory.Updatable(thread, pointer, sizeof(float), IsCheckedAgain(kind), site);
        int old;
        float wanted;
        do
        {
            old = Volatile.Read(ref *address);
            wanted = (float)Apply(BitConverter.Int32BitsToSingle(old), value, kind);
        }
        while (Interlocked.CompareExchange(ref *address, BitConverter.SingleToInt32Bits(wanted), old) != old);

        return BitConverter.Int32BitsToSingle(old);
    }

    public static double Update(SimulatedThread thread, long pointer, double value, AtomicKind kind, int site)
    {
        long* address = (long*)SimulatedMemory.Updatable(thread, pointer, sizeof(double), IsCheckedAgain(kind), site);
        long old;
        double wanted;
        do
        {
            old = Volatile.Read(ref *address);
            wanted = Apply(BitConverter.Int64BitsToDouble(old), value, kind);
        }
        while (Interlocked.CompareExchange(ref *address, BitConverter.DoubleToInt64Bits(wanted), old) != old);

        return BitConverter.Int64BitsToDouble(old);
    }

    public static int CompareExchange(SimulatedThread thread, long pointer, int expected, int value, int site) =>
        Interlocked.CompareExchange(
            ref *(int*)SimulatedMemory.Updatable(thread, pointer, sizeof(int), isCheckedAgain: true, site), value, expected);

    public static long CompareExchange(SimulatedThread thread, long pointer, long expected, long value, int site) =>
        Interlocked.CompareExchange(
            ref *(long*)SimulatedMemory.Updatable(thread, pointer, sizeof(long), isCheckedAgain: true, site), value, expected);

    public static float CompareExchange(SimulatedThread thread, long pointer, float expected, float value, int site) =>
        BitConverter.Int32BitsToSingle(CompareExchange(
            thread, pointer, BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(value), site));

    public static double CompareExchange(SimulatedThread thread, long pointer, double expected, double value, int site) =>
        BitConverter.Int64BitsToDouble(CompareExchange(
            thread, pointer, BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(value), site));

    private static bool IsCheckedAgain(AtomicKind kind) =>
        kind is AtomicKind.MinS or AtomicKind.MinU or AtomicKind.MaxS or AtomicKind.MaxU;

    private static int Apply(int old, int value, AtomicKind kind) => kind switch
    {
        AtomicKind.Add => old + value,
        AtomicKind.MinS => Math.Min(old, value),
        AtomicKind.MinU => SimulatedMath.MinU(old, value),
        AtomicKind.MaxS => Math.Max(old, value),
        AtomicKind.MaxU => SimulatedMath.MaxU(old, value),
        AtomicKind.And => old & value,
        AtomicKind.Or => old | value,
        AtomicKind.Xor => old ^ value,
        _ => value,
    };

    private static long Apply(long old, long value, AtomicKind kind) => kind switch
    {
        AtomicKind.Add => old + value,
        AtomicKind.MinS => Math.Min(old, value),
        AtomicKind.MinU => SimulatedMath.MinU(old, value),
        AtomicKind.MaxS => Math.Max(old, value),
        AtomicKind.MaxU => SimulatedMath.MaxU(old, value),
        AtomicKind.And => old & value,
        AtomicKind.Or => old | value,
        AtomicKind.Xor => old ^ value,
        _ => value,
    };

    /// <remarks>The sum of two singles is exact enough in double that rounding it once more gives the single sum.</remarks>
    private static double Apply(double old, double value, AtomicKind kind) => kind switch
    {
        AtomicKind.Add => old + value,
        AtomicKind.MinS => double.MinNumber(old, value),
        AtomicKind.MaxS => double.MaxNumber(old, value),
        _ => value,
    };
}
