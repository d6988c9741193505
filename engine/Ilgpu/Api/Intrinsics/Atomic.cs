using System.Runtime.CompilerServices;
using ILGPU.AtomicOperations;

namespace ILGPU;

/// <summary>
/// Indivisible updates of one memory location. All of them return the old value. In kernels they order nothing but their own location; on
/// the host they are .NET's interlocked operations.
/// </summary>
public static partial class Atomic
{
    /// <inheritdoc cref="Add(ref int, int)"/>
    public static Index1D Add(ref Index1D target, Index1D value) => Add(ref Unsafe.As<Index1D, int>(ref target), value.X);

    /// <summary>Replaces the value.</summary>
    /// <returns>The old value.</returns>
    public static int Exchange(ref int target, int value) => Interlocked.Exchange(ref target, value);

    /// <inheritdoc cref="Exchange(ref int, int)"/>
    public static uint Exchange(ref uint target, uint value) => Interlocked.Exchange(ref target, value);

    /// <inheritdoc cref="Exchange(ref int, int)"/>
    public static long Exchange(ref long target, long value) => Interlocked.Exchange(ref target, value);

    /// <inheritdoc cref="Exchange(ref int, int)"/>
    public static ulong Exchange(ref ulong target, ulong value) => Interlocked.Exchange(ref target, value);

    /// <inheritdoc cref="Exchange(ref int, int)"/>
    public static float Exchange(ref float target, float value) => Interlocked.Exchange(ref target, value);

    /// <inheritdoc cref="Exchange(ref int, int)"/>
    public static double Exchange(ref double target, double value) => Interlocked.Exchange(ref target, value);

    /// <inheritdoc cref="Exchange(ref int, int)"/>
    public static Index1D Exchange(ref Index1D target, Index1D value) => Exchange(ref Unsafe.As<Index1D, int>(ref target), value.X);

    /// <summary>Replaces the value by <paramref name="value"/> where it equals <paramref name="compare"/>, bit by bit.</summary>
    /// <returns>The old value.</returns>
    public static int CompareExchange(ref int target, int compare, int value) =>
        Interlocked.CompareExchange(ref target, value, compare);

    /// <inheritdoc cref="CompareExchange(ref int, int, int)"/>
    public static uint CompareExchange(ref uint target, uint compare, uint value) =>
        Interlocked.CompareExchange(ref target, value, compare);

    /// <inheritdoc cref="CompareExchange(ref int, int, int)"/>
    public static long CompareExchange(ref long target, long compare, long value) =>
        Interlocked.CompareExchange(ref target, value, compare);

    /// <inheritdoc cref="CompareExchange(ref int, int, int)"/>
    public static ulong CompareExchange(ref ulong target, ulong compare, ulong value) =>
        Interlocked.CompareExchange(ref target, value, compare);

    /// <inheritdoc cref="CompareExchange(ref int, int, int)"/>
    public static float CompareExchange(ref float target, float compare, float value) =>
        Interlocked.CompareExchange(ref target, value, compare);

    /// <inheritdoc cref="CompareExchange(ref int, int, int)"/>
    public static double CompareExchange(ref double target, double compare, double value) =>
        Interlocked.CompareExchange(ref target, value, compare);

    /// <inheritdoc cref="CompareExchange(ref int, int, int)"/>
    public static Index1D CompareExchange(ref Index1D target, Index1D compare, Index1D value) =>
        CompareExchange(ref Unsafe.As<Index1D, int>(ref target), compare.X, value.X);

    /// <summary>
    /// Any update of one location, by repeating <paramref name="compareExchangeOperation"/> until nobody came in between.
    /// </summary>
    /// <returns>The old value.</returns>
    public static T MakeAtomic<T, TOperation, TCompareExchangeOperation>(
        ref T target,
        T value,
        TOperation operation,
        TCompareExchangeOperation compareExchangeOperation)
        where T : unmanaged
        where TOperation : struct, IAtomicOperation<T>
        where TCompareExchangeOperation : struct, ICompareExchangeOperation<T>
    {
        // A plain read would race with the updates of others.
        T current = compareExchangeOperation.CompareExchange(ref target, default, default);
        T expected;
        do
        {
            expected = current;
            T wanted = operation.Operation(expected, value);
            current = compareExchangeOperation.CompareExchange(ref target, expected, wanted);
        }
        while (!compareExchangeOperation.IsSame(expected, current));

        return current;
    }
}
