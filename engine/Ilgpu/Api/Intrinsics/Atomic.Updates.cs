// Written by tools/type-tables: change it there.
namespace ILGPU;

/// <content>Updates that repeat until nobody came in between.</content>
public static partial class Atomic
{
    /// <summary>Adds <paramref name="value"/>; integers wrap.</summary>
    /// <returns>The old value.</returns>
    public static int Add(ref int target, int value)
    {
        int old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, old + value, old) != old);

        return old;
    }

    /// <inheritdoc cref="Add(ref int, int)"/>
    public static long Add(ref long target, long value)
    {
        long old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, old + value, old) != old);

        return old;
    }

    /// <inheritdoc cref="Add(ref int, int)"/>
    public static uint Add(ref uint target, uint value)
    {
        uint old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, old + value, old) != old);

        return old;
    }

    /// <inheritdoc cref="Add(ref int, int)"/>
    public static ulong Add(ref ulong target, ulong value)
    {
        ulong old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, old + value, old) != old);

        return old;
    }

    /// <inheritdoc cref="Add(ref int, int)"/>
    public static float Add(ref float target, float value)
    {
        float old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, old + value, old) is var seen
            && Interop.FloatAsInt(seen) != Interop.FloatAsInt(old));

        return old;
    }

    /// <inheritdoc cref="Add(ref int, int)"/>
    public static double Add(ref double target, double value)
    {
        double old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, old + value, old) is var seen
            && Interop.FloatAsInt(seen) != Interop.FloatAsInt(old));

        return old;
    }

    /// <summary>Keeps the larger of the two.</summary>
    /// <returns>The old value.</returns>
    public static int Max(ref int target, int value)
    {
        int old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, Math.Max(old, value), old) != old);

        return old;
    }

    /// <inheritdoc cref="Max(ref int, int)"/>
    public static long Max(ref long target, long value)
    {
        long old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, Math.Max(old, value), old) != old);

        return old;
    }

    /// <inheritdoc cref="Max(ref int, int)"/>
    public static uint Max(ref uint target, uint value)
    {
        uint old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, Math.Max(old, value), old) != old);

        return old;
    }

    /// <inheritdoc cref="Max(ref int, int)"/>
    public static ulong Max(ref ulong target, ulong value)
    {
        ulong old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, Math.Max(old, value), old) != old);

        return old;
    }

    /// <inheritdoc cref="Max(ref int, int)"/>
    public static float Max(ref float target, float value)
    {
        float old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, Math.Max(old, value), old) is var seen
            && Interop.FloatAsInt(seen) != Interop.FloatAsInt(old));

        return old;
    }

    /// <inheritdoc cref="Max(ref int, int)"/>
    public static double Max(ref double target, double value)
    {
        double old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, Math.Max(old, value), old) is var seen
            && Interop.FloatAsInt(seen) != Interop.FloatAsInt(old));

        return old;
    }

    /// <summary>Keeps the smaller of the two.</summary>
    /// <returns>The old value.</returns>
    public static int Min(ref int target, int value)
    {
        int old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, Math.Min(old, value), old) != old);

        return old;
    }

    /// <inheritdoc cref="Min(ref int, int)"/>
    public static long Min(ref long target, long value)
    {
        long old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, Math.Min(old, value), old) != old);

        return old;
    }

    /// <inheritdoc cref="Min(ref int, int)"/>
    public static uint Min(ref uint target, uint value)
    {
        uint old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, Math.Min(old, value), old) != old);

        return old;
    }

    /// <inheritdoc cref="Min(ref int, int)"/>
    public static ulong Min(ref ulong target, ulong value)
    {
        ulong old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, Math.Min(old, value), old) != old);

        return old;
    }

    /// <inheritdoc cref="Min(ref int, int)"/>
    public static float Min(ref float target, float value)
    {
        float old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, Math.Min(old, value), old) is var seen
            && Interop.FloatAsInt(seen) != Interop.FloatAsInt(old));

        return old;
    }

    /// <inheritdoc cref="Min(ref int, int)"/>
    public static double Min(ref double target, double value)
    {
        double old;
        do
        {
            old = Volatile.Read(ref target);
        }
        while (Interlocked.CompareExchange(ref target, Math.Min(old, value), old) is var seen
            && Interop.FloatAsInt(seen) != Interop.FloatAsInt(old));

        return old;
    }

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
}
