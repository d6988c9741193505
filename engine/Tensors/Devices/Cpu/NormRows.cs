using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Functions;
using Doubles = System.Runtime.Intrinsics.Vector512<double>;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>Sums over a group that the gradient of normalisation needs.</summary>
internal struct GradientSums
{
    /// <summary>Σ dy.</summary>
    public double Gradient;

    /// <summary>Σ dy · (x − mean).</summary>
    public double Product;

    /// <summary>Σ (x − mean): not 0, since the mean was rounded to float32.</summary>
    public double Deviation;

    /// <summary>Σ dy · (x − mean) corrected for the rounding of the mean, which adds up over many elements.</summary>
    public readonly double CentredProduct(double count) => Product - (Gradient * Deviation / count);
}

/// <summary>Coefficients of a normalisation (x − mean) · scale + shift and of the activation after it.</summary>
/// <param name="Mean">mean of the group</param>
/// <param name="Scale">weight / √(variance + ε)</param>
/// <param name="Shift">bias</param>
/// <param name="Slope">p of the activation</param>
internal readonly record struct NormRow(float Mean, float Scale, float Shift, float Slope);

/// <summary>
/// The inner loops of normalisation over a contiguous run of elements of one group. Each lane adds up to eight numbers in float32,
/// pairwise so that additions are independent, then the lanes are accumulated in float64: as fast as float32 alone,
/// and the error of a long sum stays that of eight terms.
/// The activation after the norm is a type argument; <see cref="Identity"/> compiles to nothing.
/// </summary>
internal static unsafe class NormRows
{
    /// <summary>Elements summed in float32 before accumulation in float64.</summary>
    private const int Strip = 8 * Lanes.Count;

    /// <summary>Σ x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Sum(float* x, long count)
    {
        var total = Doubles.Zero;
        long i = 0;
        for (; i <= count - Strip; i += Strip)
        {
            total = Add(total, SumOfEight(x + i, Lanes.Count));
        }

        for (; i <= count - Lanes.Count; i += Lanes.Count)
        {
            total = Add(total, Vector512.Load(x + i));
        }

        var result = AddLanes(total);
        for (; i < count; i++)
        {
            result += x[i];
        }

        return result;
    }

    /// <summary>An estimate of the mean: of a few vectors spread over the run, or of all elements of a short run.</summary>
    public static float Sample(float* x, long count)
    {
        if (count < Strip)
        {
            return (float)(Sum(x, count) / count);
        }

        var step = (count - Lanes.Count) / 7;
        return (float)(AddLanes(Add(Doubles.Zero, SumOfEight(x, step))) / Strip);
    }

    /// <summary>Σ (x − centre) and Σ (x − centre)².</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (double Deviation, double Square) Deviations(float* x, long count, float centre)
    {
        var origin = Vector512.Create(centre);
        var (deviations, squares) = (Doubles.Zero, Doubles.Zero);
        long i = 0;
        for (; i <= count - Strip; i += Strip)
        {
            var a = Vector512.Load(x + i) - origin;
            var b = Vector512.Load(x + i + 16) - origin;
            var c = Vector512.Load(x + i + 32) - origin;
            var d = Vector512.Load(x + i + 48) - origin;
            var e = Vector512.Load(x + i + 64) - origin;
            var f = Vector512.Load(x + i + 80) - origin;
            var g = Vector512.Load(x + i + 96) - origin;
            var h = Vector512.Load(x + i + 112) - origin;
            deviations = Add(deviations, Pairwise(a, b, c, d) + Pairwise(e, f, g, h));
            squares = Add(squares, (SquareSum(a, b) + SquareSum(c, d)) + (SquareSum(e, f) + SquareSum(g, h)));
        }

        for (; i <= count - Lanes.Count; i += Lanes.Count)
        {
            var d = Vector512.Load(x + i) - origin;
            deviations = Add(deviations, d);
            squares = Add(squares, d * d);
        }

        var (deviationSum, squareSum) = (AddLanes(deviations), AddLanes(squares));
        for (; i < count; i++)
        {
            var d = (double)x[i] - centre;
            deviationSum += d;
            squareSum += d * d;
        }

        return (deviationSum, squareSum);
    }

    /// <summary>Adds a run to the sums of its group; dy is the gradient of the activation's output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddGradientSums<TActivation>(float* x, float* dy, long count, in NormRow row, ref GradientSums sums)
        where TActivation : struct, ILaneFunction
    {
        var centre = Vector512.Create(row.Mean);
        var (scale, shift, slope) = (Vector512.Create(row.Scale), Vector512.Create(row.Shift), Vector512.Create(row.Slope));
        var (gradients, deviations, products) = (Doubles.Zero, Doubles.Zero, Doubles.Zero);
        long i = 0;
        for (; i <= count - (Strip / 2); i += Strip / 2)
        {
            var a = Vector512.Load(x + i) - centre;
            var b = Vector512.Load(x + i + 16) - centre;
            var c = Vector512.Load(x + i + 32) - centre;
            var d = Vector512.Load(x + i + 48) - centre;
            var e = ActivationGradient<TActivation>(a, Vector512.Load(dy + i), scale, shift, slope);
            var f = ActivationGradient<TActivation>(b, Vector512.Load(dy + i + 16), scale, shift, slope);
            var g = ActivationGradient<TActivation>(c, Vector512.Load(dy + i + 32), scale, shift, slope);
            var h = ActivationGradient<TActivation>(d, Vector512.Load(dy + i + 48), scale, shift, slope);
            gradients = Add(gradients, (e + f) + (g + h));
            deviations = Add(deviations, (a + b) + (c + d));
            products = Add(products, Lanes.MultiplyAdd(a, e, b * f) + Lanes.MultiplyAdd(c, g, d * h));
        }

        for (; i <= count - Lanes.Count; i += Lanes.Count)
        {
            var d = Vector512.Load(x + i) - centre;
            var g = ActivationGradient<TActivation>(d, Vector512.Load(dy + i), scale, shift, slope);
            gradients = Add(gradients, g);
            deviations = Add(deviations, d);
            products = Add(products, g * d);
        }

        sums.Gradient += AddLanes(gradients);
        sums.Deviation += AddLanes(deviations);
        sums.Product += AddLanes(products);
        if (i < count)
        {
            var rest = count - i;
            var dz = stackalloc float[Lanes.Count];
            ActivationGradient<TActivation>(Lanes.Load(x + i, rest) - centre, Lanes.Load(dy + i, rest), scale, shift, slope).Store(dz);
            for (var lane = 0; lane < rest; lane++)
            {
                var d = (double)x[i + lane] - row.Mean;
                double g = dz[lane];
                sums.Gradient += g;
                sums.Deviation += d;
                sums.Product += g * d;
            }
        }
    }

    /// <summary>
    /// Normalises the run at offset <paramref name="at"/> of x and addend, and writes the branch too if there is one. The branch is written
    /// first, since the result may overwrite x.
    /// </summary>
    public static void Apply<TActivation>(
        float* x, DeviceSpan? addend, float* result, NormBranch? branch, long at, long count, in NormRow row)
        where TActivation : struct, ILaneFunction
    {
        if (branch is { Activation: UnaryFunction.Relu } relu)
        {
            Apply<Relu>(x, addend, relu.Y.Pointer() + at, null, at, count, row with { Slope = relu.Slope });
        }
        else if (branch is { } leaky)
        {
            Apply<LeakyRelu>(x, addend, leaky.Y.Pointer() + at, null, at, count, row with { Slope = leaky.Slope });
        }

        if (addend is { } other)
        {
            Apply<TActivation>(x + at, other.Pointer() + at, result, count, row);
        }
        else
        {
            Apply<TActivation>(x + at, result, count, row);
        }
    }

    /// <summary>y = activation((x − mean) · scale + shift).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<TActivation>(float* x, float* y, long count, in NormRow row)
        where TActivation : struct, ILaneFunction
    {
        var (centre, slope) = (Vector512.Create(row.Mean), Vector512.Create(row.Slope));
        var (scale, shift) = (Vector512.Create(row.Scale), Vector512.Create(row.Shift));
        long i = 0;
        for (; i <= count - Lanes.Count; i += Lanes.Count)
        {
            TActivation.Apply(Lanes.MultiplyAdd(Vector512.Load(x + i) - centre, scale, shift), slope, slope).Store(y + i);
        }

        if (i < count)
        {
            Lanes.Store(
                TActivation.Apply(Lanes.MultiplyAdd(Lanes.Load(x + i, count - i) - centre, scale, shift), slope, slope), y + i, count - i);
        }
    }

    /// <summary>y = activation(addend + (x − mean) · scale + shift).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<TActivation>(float* x, float* addend, float* y, long count, in NormRow row)
        where TActivation : struct, ILaneFunction
    {
        var (centre, slope) = (Vector512.Create(row.Mean), Vector512.Create(row.Slope));
        var (scale, shift) = (Vector512.Create(row.Scale), Vector512.Create(row.Shift));
        long i = 0;
        for (; i <= count - Lanes.Count; i += Lanes.Count)
        {
            var normalized = Lanes.MultiplyAdd(Vector512.Load(x + i) - centre, scale, shift);
            TActivation.Apply(Vector512.Load(addend + i) + normalized, slope, slope).Store(y + i);
        }

        if (i < count)
        {
            var rest = count - i;
            var normalized = Lanes.MultiplyAdd(Lanes.Load(x + i, rest) - centre, scale, shift);
            Lanes.Store(TActivation.Apply(Lanes.Load(addend + i, rest) + normalized, slope, slope), y + i, rest);
        }
    }

    /// <summary>sum = addend + dz, where dz is the gradient of the activation's input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddGradient<TActivation>(float* x, float* dy, float* addend, float* sum, long count, in NormRow row)
        where TActivation : struct, ILaneFunction
    {
        var (centre, slope) = (Vector512.Create(row.Mean), Vector512.Create(row.Slope));
        var (scale, shift) = (Vector512.Create(row.Scale), Vector512.Create(row.Shift));
        long i = 0;
        for (; i <= count - Lanes.Count; i += Lanes.Count)
        {
            var g = ActivationGradient<TActivation>(Vector512.Load(x + i) - centre, Vector512.Load(dy + i), scale, shift, slope);
            (Vector512.Load(addend + i) + g).Store(sum + i);
        }

        if (i < count)
        {
            var rest = count - i;
            var g = ActivationGradient<TActivation>(Lanes.Load(x + i, rest) - centre, Lanes.Load(dy + i, rest), scale, shift, slope);
            Lanes.Store(Lanes.Load(addend + i, rest) + g, sum + i, rest);
        }
    }

    /// <summary>dx = dz · Dy + (x − mean) · X + Term, where dz is the gradient of the activation's input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ApplyGradient<TActivation>(
        float* x, float* dy, float* dx, long count, in NormRow row, (float Dy, float X, float Term) factors)
        where TActivation : struct, ILaneFunction
    {
        var (centre, slope) = (Vector512.Create(row.Mean), Vector512.Create(row.Slope));
        var (scale, shift) = (Vector512.Create(row.Scale), Vector512.Create(row.Shift));
        var (dyFactor, xFactor, rest) = (Vector512.Create(factors.Dy), Vector512.Create(factors.X), Vector512.Create(factors.Term));
        long i = 0;
        for (; i <= count - Lanes.Count; i += Lanes.Count)
        {
            var d = Vector512.Load(x + i) - centre;
            var g = ActivationGradient<TActivation>(d, Vector512.Load(dy + i), scale, shift, slope);
            Lanes.MultiplyAdd(g, dyFactor, Lanes.MultiplyAdd(d, xFactor, rest)).Store(dx + i);
        }

        if (i < count)
        {
            var d = Lanes.Load(x + i, count - i) - centre;
            var g = ActivationGradient<TActivation>(d, Lanes.Load(dy + i, count - i), scale, shift, slope);
            Lanes.Store(Lanes.MultiplyAdd(g, dyFactor, Lanes.MultiplyAdd(d, xFactor, rest)), dx + i, count - i);
        }
    }

    /// <summary>
    /// The gradient of the activation's input, which is recomputed: (leaky) ReLU's gradient needs only its sign, which is that of the
    /// output.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ActivationGradient<TActivation>(
        Vector512<float> deviation, Vector512<float> dy, Vector512<float> scale, Vector512<float> shift, Vector512<float> slope)
        where TActivation : struct, ILaneFunction =>
        TActivation.Gradient(Lanes.MultiplyAdd(deviation, scale, shift), dy, slope, slope);

    /// <summary>The sum of eight vectors, <paramref name="step"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> SumOfEight(float* x, long step) =>
        Pairwise(Vector512.Load(x), Vector512.Load(x + step), Vector512.Load(x + (2 * step)), Vector512.Load(x + (3 * step)))
        + Pairwise(
            Vector512.Load(x + (4 * step)), Vector512.Load(x + (5 * step)), Vector512.Load(x + (6 * step)), Vector512.Load(x + (7 * step)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Pairwise(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d) =>
        (a + b) + (c + d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> SquareSum(Vector512<float> a, Vector512<float> b) => Lanes.MultiplyAdd(a, a, b * b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Doubles Add(Doubles total, Vector512<float> sum)
    {
        var (lower, upper) = Vector512.Widen(sum);
        return total + (lower + upper);
    }

    /// <summary>Adds the lanes by halves, in the same order on every processor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double AddLanes(Doubles values)
    {
        var four = values.GetLower() + values.GetUpper();
        var two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }
}
