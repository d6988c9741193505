using System.Numerics;

namespace ILGPU.Util;

/// <summary>Small things for kernels and the host.</summary>
public static class Utilities
{
    /// <summary>Exchanges the values.</summary>
    public static void Swap<T>(ref T first, ref T second)
    {
        T kept = first;
        first = second;
        second = kept;
    }

    /// <summary>Exchanges the values if <paramref name="performSwap"/> says so, which is returned.</summary>
    public static bool Swap<T>(bool performSwap, ref T first, ref T second)
    {
        if (performSwap)
        {
            Swap(ref first, ref second);
        }

        return performSwap;
    }

    /// <summary>One of two values, both of which have been computed.</summary>
    public static T Select<T>(bool takeFirst, T first, T second) => takeFirst ? first : second;

    /// <summary>Whether the magnitude is a power of two; that of <see cref="long.MinValue"/> is taken for none.</summary>
    public static bool IsPowerOf2(long value) => value > long.MinValue && IsPowerOf2((ulong)Math.Abs(value));

    /// <summary>Whether exactly one bit is set.</summary>
    public static bool IsPowerOf2(ulong value) => BitOperations.PopCount(value) == 1;

    /// <summary>The greatest common divisor of two numbers that are at least 0.</summary>
    public static long GCD(long a, long b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }

    /// <summary>The least common multiple of two numbers above 0.</summary>
    public static long LCM(long a, long b) => a / GCD(a, b) * b;
}
