using System.Runtime.CompilerServices;
using ILGPU.AtomicOperations;

namespace ILGPU;

/// <content>Bitwise updates, exchanges, and updates by a user's operation.</content>
public static partial class Atomic
{
    /// <summary>Bitwise and.</summary>
    /// <returns>The old value.</returns>
    public static int And(ref int target, int value)
    {
        int old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, old & value, old) != old);

        return old;
    }

    /// <inheritdoc cref="And(ref int, int)"/>
    public static uint And(ref uint target, uint value)
    {
        uint old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, old & value, old) != old);

        return old;
    }

    /// <inheritdoc cref="And(ref int, int)"/>
    public static long And(ref long target, long value)
    {
        long old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, old & value, old) != old);

        return old;
    }

    /// <inheritdoc cref="And(ref int, int)"/>
    public static ulong And(ref ulong target, ulong value)
    {
        ulong old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, old & value, old) != old);

        return old;
    }

    /// <summary>Bitwise or.</summary>
    /// <returns>The old value.</returns>
    public static int Or(ref int target, int value)
    {
        int old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, old | value, old) != old);

        return old;
    }

    /// <inheritdoc cref="Or(ref int, int)"/>
    public static uint Or(ref uint target, uint value)
    {
        uint old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, old | value, old) != old);

        return old;
    }

    /// <inheritdoc cref="Or(ref int, int)"/>
    public static long Or(ref long target, long value)
    {
        long old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, old | value, old) != old);

        return old;
    }

    /// <inheritdoc cref="Or(ref int, int)"/>
    public static ulong Or(ref ulong target, ulong value)
    {
        ulong old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, old | value, old) != old);

        return old;
    }

    /// <summary>Bitwise exclusive or.</summary>
    /// <returns>The old value.</returns>
    public static int Xor(ref int target, int value)
    {
        int old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, old ^ value, old) != old);

        return old;
    }

    /// <inheritdoc cref="Xor(ref int, int)"/>
    public static uint Xor(ref uint target, uint value)
    {
        uint old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, old ^ value, old) != old);

        return old;
    }

    /// <inheritdoc cref="Xor(ref int, int)"/>
    public static long Xor(ref long target, long value)
    {
        long old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, old ^ value, old) != old);

        return old;
    }

    /// <inheritdoc cref="Xor(ref int, int)"/>
    public static ulong Xor(ref ulong target, ulong value)
    {
        ulong old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, old ^ value, old) != old);

        return old;
    }

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
