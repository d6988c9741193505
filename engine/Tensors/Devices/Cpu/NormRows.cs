using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Doubles = System.Runtime.Intrinsics.Vector512<double>;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>What the gradient of normalisation needs to know of a whole group.</summary>
internal struct GradientSums
{
    /// <summary>Σ dy.</summary>
    public double Gradient;

    /// <summary>Σ dy · (x − mean).</summary>
    public double Product;

    /// <summary>Σ (x − mean): what float32 cost the mean.</summary>
    public double Deviation;

    /// <summary>Σ dy · (x − mean) had the mean not been rounded; over many elements that rounding adds up.</summary>
    public readonly double CentredProduct(double count) => Product - (Gradient * Deviation / count);
}

/// <summary>The inner loops of normalisation over a run of neighbouring elements of one group. Sums are float64.</summary>
internal static unsafe class NormRows
{
    /// <summary>Σ (x − mean)².</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double SquaredDeviations(float* x, long count, double mean)
    {
        var centre = Vector512.Create(mean);
        var (a, b) = (Doubles.Zero, Doubles.Zero);
        long i = 0;
        for (; i <= count - Lanes.Count; i += Lanes.Count)
        {
            var (lower, upper) = Vector512.Widen(Vector512.Load(x + i));
            lower -= centre;
            upper -= centre;
            a = Vector512.MultiplyAddEstimate(lower, lower, a);
            b = Vector512.MultiplyAddEstimate(upper, upper, b);
        }

        var sum = Sum(a + b);
        for (; i < count; i++)
        {
            sum += (x[i] - mean) * (x[i] - mean);
        }

        return sum;
    }

    /// <summary>Adds a run to the sums of its group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddGradientSums(float* x, float* dy, long count, float mean, ref GradientSums sums)
    {
        var centre = Vector512.Create((double)mean);
        var (sumLower, sumUpper, deviationLower, deviationUpper) = (Doubles.Zero, Doubles.Zero, Doubles.Zero, Doubles.Zero);
        var (productLower, productUpper) = (Doubles.Zero, Doubles.Zero);
        long i = 0;
        for (; i <= count - Lanes.Count; i += Lanes.Count)
        {
            var (lower, upper) = Vector512.Widen(Vector512.Load(x + i));
            var (dyLower, dyUpper) = Vector512.Widen(Vector512.Load(dy + i));
            lower -= centre;
            upper -= centre;
            sumLower += dyLower;
            sumUpper += dyUpper;
            deviationLower += lower;
            deviationUpper += upper;
            productLower = Vector512.MultiplyAddEstimate(dyLower, lower, productLower);
            productUpper = Vector512.MultiplyAddEstimate(dyUpper, upper, productUpper);
        }

        sums.Gradient += Sum(sumLower + sumUpper);
        sums.Deviation += Sum(deviationLower + deviationUpper);
        sums.Product += Sum(productLower + productUpper);
        for (; i < count; i++)
        {
            var deviation = (double)x[i] - mean;
            sums.Gradient += dy[i];
            sums.Deviation += deviation;
            sums.Product += dy[i] * deviation;
        }
    }

    /// <summary>y = (x − mean) · scale + shift.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* x, float* y, long count, float mean, float scale, float shift)
    {
        var (centre, factor, term) = (Vector512.Create(mean), Vector512.Create(scale), Vector512.Create(shift));
        long i = 0;
        for (; i <= count - Lanes.Count; i += Lanes.Count)
        {
            Lanes.MultiplyAdd(Vector512.Load(x + i) - centre, factor, term).Store(y + i);
        }

        if (i < count)
        {
            Lanes.Store(Lanes.MultiplyAdd(Lanes.Load(x + i, count - i) - centre, factor, term), y + i, count - i);
        }
    }

    /// <summary>dx = dy · dyScale + (x − mean) · xScale + shift.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ApplyGradient(float* x, float* dy, float* dx, long count, float mean, float dyScale, float xScale, float shift)
    {
        var (centre, dyFactor) = (Vector512.Create(mean), Vector512.Create(dyScale));
        var (xFactor, term) = (Vector512.Create(xScale), Vector512.Create(shift));
        long i = 0;
        for (; i <= count - Lanes.Count; i += Lanes.Count)
        {
            var part = Lanes.MultiplyAdd(Vector512.Load(x + i) - centre, xFactor, term);
            Lanes.MultiplyAdd(Vector512.Load(dy + i), dyFactor, part).Store(dx + i);
        }

        if (i < count)
        {
            var part = Lanes.MultiplyAdd(Lanes.Load(x + i, count - i) - centre, xFactor, term);
            Lanes.Store(Lanes.MultiplyAdd(Lanes.Load(dy + i, count - i), dyFactor, part), dx + i, count - i);
        }
    }

    /// <summary>Lane after lane, in order.</summary>
    private static double Sum(Doubles values)
    {
        var sum = values[0];
        for (var lane = 1; lane < Doubles.Count; lane++)
        {
            sum += values[lane];
        }

        return sum;
    }
}
