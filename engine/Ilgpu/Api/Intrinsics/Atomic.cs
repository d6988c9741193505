using System.Runtime.CompilerServices;

namespace ILGPU;

/// <summary>
/// Indivisible updates of one memory location. All of them return the old value. In kernels they order nothing but their own location; on
/// the host they are .NET's interlocked operations.
/// </summary>
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

    /// <inheritdoc cref="Add(ref int, int)"/>
    public static Index1D Add(ref Index1D target, Index1D value) => Add(ref Unsafe.As<Index1D, int>(ref target), value.X);

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
}
