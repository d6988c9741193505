using System.Numerics;
using ILGPU.IR;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>Atomic operations on the host's memory. Groups may run on several host threads, so they are really atomic.</summary>
internal static unsafe class HostAtomics
{
    public static int Update(long pointer, int value, AtomicKind kind)
    {
        int* address = (int*)pointer;
        int old;
        do
        {
            old = Volatile.Read(ref *address);
        }
        while (Interlocked.CompareExchange(ref *address, Apply(old, value, kind), old) != old);

        return old;
    }

    public static long Update(long pointer, long value, AtomicKind kind)
    {
        long* address = (long*)pointer;
        long old;
        do
        {
            old = Volatile.Read(ref *address);
        }
        while (Interlocked.CompareExchange(ref *address, Apply(old, value, kind), old) != old);

        return old;
    }

    public static float Update(long pointer, float value, AtomicKind kind)
    {
        int* address = (int*)pointer;
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

    public static double Update(long pointer, double value, AtomicKind kind)
    {
        long* address = (long*)pointer;
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

    public static int CompareExchange(long pointer, int expected, int value) =>
        Interlocked.CompareExchange(ref *(int*)pointer, value, expected);

    public static long CompareExchange(long pointer, long expected, long value) =>
        Interlocked.CompareExchange(ref *(long*)pointer, value, expected);

    public static float CompareExchange(long pointer, float expected, float value) =>
        BitConverter.Int32BitsToSingle(
            CompareExchange(pointer, BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(value)));

    public static double CompareExchange(long pointer, double expected, double value) =>
        BitConverter.Int64BitsToDouble(
            CompareExchange(pointer, BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(value)));

    private static T Apply<T>(T old, T value, AtomicKind kind)
        where T : IBinaryInteger<T>, IMinMaxValue<T> => kind switch
    {
        AtomicKind.Add => old + value,
        AtomicKind.MinS => T.Min(old, value),
        AtomicKind.MinU => IsBelow(old, value) ? old : value,
        AtomicKind.MaxS => T.Max(old, value),
        AtomicKind.MaxU => IsBelow(old, value) ? value : old,
        AtomicKind.And => old & value,
        AtomicKind.Or => old | value,
        AtomicKind.Xor => old ^ value,
        _ => value,
    };

    /// <summary>Compares as unsigned numbers: with the sign bits turned round.</summary>
    private static bool IsBelow<T>(T a, T b)
        where T : IBinaryInteger<T>, IMinMaxValue<T> => (a ^ T.MinValue) < (b ^ T.MinValue);

    /// <remarks>The sum of two singles is exact enough in double that rounding it once more gives the single sum.</remarks>
    private static double Apply(double old, double value, AtomicKind kind) => kind switch
    {
        AtomicKind.Add => old + value,
        AtomicKind.MinS => double.MinNumber(old, value),
        AtomicKind.MaxS => double.MaxNumber(old, value),
        _ => value,
    };
}
