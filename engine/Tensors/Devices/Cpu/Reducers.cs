using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Doubles = System.Runtime.Intrinsics.Vector512<double>;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>How two numbers of a <see cref="Reduction"/> become one. In float64, so that only the last rounding is float32's.</summary>
internal interface IReducer
{
    /// <summary>The result of no numbers.</summary>
    static abstract double Identity { get; }

    static abstract Doubles Combine(Doubles a, Doubles b);

    static abstract double Combine(double a, double b);
}

internal static class Reducers
{
    internal readonly struct Sum : IReducer
    {
        public static double Identity => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Doubles Combine(Doubles a, Doubles b) => a + b;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static double Combine(double a, double b) => a + b;
    }

    /// <summary>NaN if any is.</summary>
    internal readonly struct Maximum : IReducer
    {
        public static double Identity => double.NegativeInfinity;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Doubles Combine(Doubles a, Doubles b) => Vector512.Max(a, b);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static double Combine(double a, double b) => Math.Max(a, b);
    }

    /// <summary>NaN if any is.</summary>
    internal readonly struct Minimum : IReducer
    {
        public static double Identity => double.PositiveInfinity;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Doubles Combine(Doubles a, Doubles b) => Vector512.Min(a, b);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static double Combine(double a, double b) => Math.Min(a, b);
    }

    /// <summary>Reduces a run of numbers: 32 running results, joined in a fixed order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe double Run<TReducer>(float* x, long count)
        where TReducer : struct, IReducer
    {
        var result = TReducer.Identity;
        long i = 0;
        if (count >= 2 * Lanes.Count)
        {
            var a = Vector512.Create(TReducer.Identity);
            var (b, c, d) = (a, a, a);
            for (; i <= count - (2 * Lanes.Count); i += 2 * Lanes.Count)
            {
                var (lower, upper) = Vector512.Widen(Vector512.Load(x + i));
                var (nextLower, nextUpper) = Vector512.Widen(Vector512.Load(x + i + Lanes.Count));
                a = TReducer.Combine(a, lower);
                b = TReducer.Combine(b, upper);
                c = TReducer.Combine(c, nextLower);
                d = TReducer.Combine(d, nextUpper);
            }

            a = TReducer.Combine(TReducer.Combine(a, b), TReducer.Combine(c, d));
            for (var lane = 0; lane < Doubles.Count; lane++)
            {
                result = TReducer.Combine(result, a[lane]);
            }
        }

        for (; i < count; i++)
        {
            result = TReducer.Combine(result, x[i]);
        }

        return result;
    }

    /// <summary>Reduces each column of a row into its running result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Columns<TReducer>(float* x, double* results, long count)
        where TReducer : struct, IReducer
    {
        long i = 0;
        for (; i <= count - Lanes.Count; i += Lanes.Count)
        {
            var (lower, upper) = Vector512.Widen(Vector512.Load(x + i));
            TReducer.Combine(Vector512.Load(results + i), lower).Store(results + i);
            TReducer.Combine(Vector512.Load(results + i + Doubles.Count), upper).Store(results + i + Doubles.Count);
        }

        for (; i < count; i++)
        {
            results[i] = TReducer.Combine(results[i], x[i]);
        }
    }

    /// <summary>Reduces each of 16 columns [rows, 16], row after row, and divides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe Vector512<float> Lanewise<TReducer>(float* x, long rows, double divisor)
        where TReducer : struct, IReducer
    {
        var lower = Vector512.Create(TReducer.Identity);
        var upper = lower;
        for (long row = 0; row < rows; row++)
        {
            var (low, high) = Vector512.Widen(Vector512.Load(x + (row * Lanes.Count)));
            lower = TReducer.Combine(lower, low);
            upper = TReducer.Combine(upper, high);
        }

        return Vector512.Narrow(lower / Vector512.Create(divisor), upper / Vector512.Create(divisor));
    }

    /// <summary>y = results / divisor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Round(double* results, double divisor, float* y, long count)
    {
        var divisors = Vector512.Create(divisor);
        long i = 0;
        for (; i <= count - Lanes.Count; i += Lanes.Count)
        {
            Vector512.Narrow(Vector512.Load(results + i) / divisors, Vector512.Load(results + i + Doubles.Count) / divisors).Store(y + i);
        }

        for (; i < count; i++)
        {
            y[i] = (float)(results[i] / divisor);
        }
    }
}
