using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using Doubles = System.Runtime.Intrinsics.Vector512<double>;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>The binary operation of a <see cref="Reduction"/>, in float64, so that only the result is rounded to float32.</summary>
internal interface IReducer
{
    /// <summary>The neutral element: the result for no numbers.</summary>
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

    /// <summary>NaN if either operand is.</summary>
    internal readonly struct Maximum : IReducer
    {
        public static double Identity => double.NegativeInfinity;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Doubles Combine(Doubles a, Doubles b) => Vector512.Max(a, b);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static double Combine(double a, double b) => Math.Max(a, b);
    }

    /// <summary>NaN if either operand is.</summary>
    internal readonly struct Minimum : IReducer
    {
        public static double Identity => double.PositiveInfinity;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Doubles Combine(Doubles a, Doubles b) => Vector512.Min(a, b);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static double Combine(double a, double b) => Math.Min(a, b);
    }

    /// <summary>Reduces a run of numbers with 32 accumulators, combined in a fixed order.</summary>
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

    /// <summary>Combines each element of a row with the accumulator of its column.</summary>
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

    /// <summary>
    /// Reduces the columns of rows shorter than a vector, with accumulators in registers. Reads whole vectors as long as they stay within
    /// the array.
    /// </summary>
    /// <param name="x">the first row</param>
    /// <param name="end">end of the array</param>
    /// <param name="pitch">distance between rows</param>
    /// <param name="rows">number of rows</param>
    /// <param name="results">result of each column</param>
    /// <param name="count">number of columns, fewer than 16</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void NarrowColumns<TReducer>(float* x, float* end, long pitch, long rows, double* results, long count)
        where TReducer : struct, IReducer
    {
        var room = end - x - Lanes.Count;
        var whole = room < 0 ? 0 : Math.Min((room / pitch) + 1, rows);
        var lower = Vector512.Create(TReducer.Identity);
        var upper = lower;
        for (long row = 0; row < whole; row++)
        {
            var (low, high) = Vector512.Widen(Vector512.Load(x + (row * pitch)));
            lower = TReducer.Combine(lower, low);
            upper = TReducer.Combine(upper, high);
        }

        var all = stackalloc double[Lanes.Count];
        lower.Store(all);
        upper.Store(all + Doubles.Count);
        for (var i = 0; i < count; i++)
        {
            results[i] = all[i];
            for (var row = whole; row < rows; row++)
            {
                results[i] = TReducer.Combine(results[i], x[(row * pitch) + i]);
            }
        }
    }

    /// <summary>Reduces each of 16 contiguous rows, element after element, and divides. Needs <see cref="Avx"/>.</summary>
    /// <param name="x">the first row</param>
    /// <param name="length">elements of a row, at least 4</param>
    /// <param name="divisor">divisor of the results</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe Vector512<float> ShortRows<TReducer>(float* x, nint length, double divisor)
        where TReducer : struct, IReducer
    {
        var result = (Vector512.Create(TReducer.Identity), Vector512.Create(TReducer.Identity));
        nint column = 0;
        for (; column <= length - Transpose.Columns; column += Transpose.Columns)
        {
            var (a, b, c, d) = Transpose.FourColumns(x + column, length);
            result = Accumulate<TReducer>(Accumulate<TReducer>(Accumulate<TReducer>(Accumulate<TReducer>(result, a), b), c), d);
        }

        if (column < length)
        {
            // The last four columns, some of which have been accumulated already.
            var (_, b, c, d) = Transpose.FourColumns(x + length - Transpose.Columns, length);
            result = length - column > 2 ? Accumulate<TReducer>(result, b) : result;
            result = length - column > 1 ? Accumulate<TReducer>(result, c) : result;
            result = Accumulate<TReducer>(result, d);
        }

        return Rounded(result, divisor);
    }

    /// <summary>Reduces each of 16 columns [rows, 16], row after row, and divides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe Vector512<float> Lanewise<TReducer>(float* x, long rows, double divisor)
        where TReducer : struct, IReducer
    {
        var result = (Vector512.Create(TReducer.Identity), Vector512.Create(TReducer.Identity));
        for (long row = 0; row < rows; row++)
        {
            result = Accumulate<TReducer>(result, Vector512.Load(x + (row * Lanes.Count)));
        }

        return Rounded(result, divisor);
    }

    /// <summary>Combines 16 accumulators, lower and upper half, with a number each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Doubles Lower, Doubles Upper) Accumulate<TReducer>((Doubles Lower, Doubles Upper) results, Vector512<float> numbers)
        where TReducer : struct, IReducer
    {
        var (lower, upper) = Vector512.Widen(numbers);
        return (TReducer.Combine(results.Lower, lower), TReducer.Combine(results.Upper, upper));
    }

    /// <summary>results / divisor, rounded to float32; most divisors are 1 and skip the division.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Rounded((Doubles Lower, Doubles Upper) results, double divisor) => divisor == 1
        ? Lanes.Narrow(results.Lower, results.Upper)
        : Lanes.Narrow(results.Lower / Vector512.Create(divisor), results.Upper / Vector512.Create(divisor));

    /// <summary>y = results / divisor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Round(double* results, double divisor, float* y, long count)
    {
        long i = 0;
        for (; i <= count - Lanes.Count; i += Lanes.Count)
        {
            Rounded((Vector512.Load(results + i), Vector512.Load(results + i + Doubles.Count)), divisor).Store(y + i);
        }

        for (; i < count; i++)
        {
            y[i] = (float)(results[i] / divisor);
        }
    }
}
