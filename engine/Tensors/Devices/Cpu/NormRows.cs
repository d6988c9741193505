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

/// <summary>
/// The inner loops of normalisation over a run of neighbouring elements of one group. Each lane adds up to eight numbers in float32,
/// then the lanes go into float64: as fast as float32 alone, and the error of a long sum stays that of eight terms.
/// </summary>
internal static unsafe class NormRows
{
    /// <summary>Elements whose sum is begun in float32.</summary>
    private const int Strip = 8 * Lanes.Count;

    /// <summary>Σ x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Sum(float* x, long count)
    {
        var total = Doubles.Zero;
        long i = 0;
        while (i <= count - Lanes.Count)
        {
            var end = Math.Min(i + Strip, count) - Lanes.Count;
            var sum = Vector512<float>.Zero;
            for (; i <= end; i += Lanes.Count)
            {
                sum += Vector512.Load(x + i);
            }

            total = Add(total, sum);
        }

        var result = i > 0 ? AddLanes(total) : 0;
        for (; i < count; i++)
        {
            result += x[i];
        }

        return result;
    }

    /// <summary>Σ (x − centre) and Σ (x − centre)².</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (double Deviation, double Square) Deviations(float* x, long count, float centre)
    {
        var origin = Vector512.Create(centre);
        var (deviations, squares) = (Doubles.Zero, Doubles.Zero);
        long i = 0;
        while (i <= count - Lanes.Count)
        {
            var end = Math.Min(i + Strip, count) - Lanes.Count;
            var (deviation, square) = (Vector512<float>.Zero, Vector512<float>.Zero);
            for (; i <= end; i += Lanes.Count)
            {
                var d = Vector512.Load(x + i) - origin;
                deviation += d;
                square = Lanes.MultiplyAdd(d, d, square);
            }

            deviations = Add(deviations, deviation);
            squares = Add(squares, square);
        }

        var (deviationSum, squareSum) = i > 0 ? (AddLanes(deviations), AddLanes(squares)) : (0, 0);
        for (; i < count; i++)
        {
            var d = (double)x[i] - centre;
            deviationSum += d;
            squareSum += d * d;
        }

        return (deviationSum, squareSum);
    }

    /// <summary>Adds a run to the sums of its group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddGradientSums(float* x, float* dy, long count, float mean, ref GradientSums sums)
    {
        var centre = Vector512.Create(mean);
        var (gradients, deviations, products) = (Doubles.Zero, Doubles.Zero, Doubles.Zero);
        long i = 0;
        while (i <= count - Lanes.Count)
        {
            var end = Math.Min(i + Strip, count) - Lanes.Count;
            var (gradient, deviation, product) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
            for (; i <= end; i += Lanes.Count)
            {
                var d = Vector512.Load(x + i) - centre;
                var g = Vector512.Load(dy + i);
                gradient += g;
                deviation += d;
                product = Lanes.MultiplyAdd(g, d, product);
            }

            gradients = Add(gradients, gradient);
            deviations = Add(deviations, deviation);
            products = Add(products, product);
        }

        if (i > 0)
        {
            sums.Gradient += AddLanes(gradients);
            sums.Deviation += AddLanes(deviations);
            sums.Product += AddLanes(products);
        }

        for (; i < count; i++)
        {
            var d = (double)x[i] - mean;
            sums.Gradient += dy[i];
            sums.Deviation += d;
            sums.Product += dy[i] * d;
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Doubles Add(Doubles total, Vector512<float> sum)
    {
        var (lower, upper) = Vector512.Widen(sum);
        return total + lower + upper;
    }

    /// <summary>Lane after lane, in order.</summary>
    private static double AddLanes(Doubles values)
    {
        var sum = values[0];
        for (var lane = 1; lane < Doubles.Count; lane++)
        {
            sum += values[lane];
        }

        return sum;
    }
}
