using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Functions;
using Doubles = System.Runtime.Intrinsics.Vector512<double>;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>Sixteen neighbouring channels of an array [N, C, pixels] with fewer pixels per plane than a vector has lanes.</summary>
internal readonly unsafe struct ChannelBlock(in NormPlan plan, int block)
{
    private readonly int _channels = plan.Channels;

    public int First { get; } = block * Lanes.Count;

    /// <summary>Channels of the block; fewer than 16 in the last.</summary>
    public int Count { get; } = Math.Min(Lanes.Count, plan.Channels - (block * Lanes.Count));

    public int Planes { get; } = plan.Planes;

    public int Inner { get; } = plan.Inner;

    /// <summary>Elements per channel: the number of vectors.</summary>
    public int Rows => Planes * Inner;

    /// <summary>Distance between successive vectors.</summary>
    public int Stride => InPlace ? _channels : Lanes.Count;

    /// <summary>Whether the channels of a row are contiguous in the array; else they are copied.</summary>
    private bool InPlace => Inner == 1 && Count == Lanes.Count;

    /// <summary>The first vector of an array's channels: in the array, or in a copy, in which the lanes of absent channels are 0.</summary>
    public float* Read(float* array, float* copy)
    {
        if (InPlace)
        {
            return array + First;
        }

        if (Count < Lanes.Count)
        {
            new Span<float>(copy, Rows * Lanes.Count).Clear();
        }

        for (var plane = 0; plane < Planes; plane++)
        {
            var source = Plane(array, plane);
            var rows = copy + ((long)plane * Inner * Lanes.Count);
            for (var lane = 0; lane < Count; lane++)
            {
                for (var pixel = 0; pixel < Inner; pixel++)
                {
                    rows[(pixel * Lanes.Count) + lane] = source[(lane * Inner) + pixel];
                }
            }
        }

        return copy;
    }

    /// <summary>Destination for the vectors of a result; call <see cref="Write"/> afterwards.</summary>
    public float* Place(float* array, float* copy) => InPlace ? array + First : copy;

    /// <summary>Copies a result to its array, unless it was written in place.</summary>
    public void Write(float* copy, float* array)
    {
        if (InPlace)
        {
            return;
        }

        for (var plane = 0; plane < Planes; plane++)
        {
            var destination = Plane(array, plane);
            var rows = copy + ((long)plane * Inner * Lanes.Count);
            for (var lane = 0; lane < Count; lane++)
            {
                for (var pixel = 0; pixel < Inner; pixel++)
                {
                    destination[(lane * Inner) + pixel] = rows[(pixel * Lanes.Count) + lane];
                }
            }
        }
    }

    private float* Plane(float* array, int plane) => array + ((((long)plane * _channels) + First) * Inner);
}

/// <summary>The <see cref="NormRow"/>s of sixteen channels, one per lane.</summary>
internal readonly record struct NormLanes(Vector512<float> Mean, Vector512<float> Scale, Vector512<float> Shift, Vector512<float> Slope)
{
    public static unsafe NormLanes Of(ReadOnlySpan<NormRow> rows)
    {
        var numbers = stackalloc float[4 * Lanes.Count];
        new Span<float>(numbers, 4 * Lanes.Count).Clear();
        for (var lane = 0; lane < rows.Length; lane++)
        {
            numbers[lane] = rows[lane].Mean;
            numbers[Lanes.Count + lane] = rows[lane].Scale;
            numbers[(2 * Lanes.Count) + lane] = rows[lane].Shift;
            numbers[(3 * Lanes.Count) + lane] = rows[lane].Slope;
        }

        return new NormLanes(
            Vector512.Load(numbers), Vector512.Load(numbers + Lanes.Count), Vector512.Load(numbers + (2 * Lanes.Count)),
            Vector512.Load(numbers + (3 * Lanes.Count)));
    }
}

/// <summary>
/// The inner loops of batch normalisation over a <see cref="ChannelBlock"/>: each lane is a channel, summed in the order of
/// <see cref="NormRows"/> for a short run. The results have the same bits.
/// </summary>
internal static unsafe class NormColumns
{
    /// <summary>Mean and Σ (x − mean)² of eight channels, computed as in <see cref="NormGroups.PartMoments"/>.</summary>
    public static (Doubles Mean, Doubles Squares) Moments(float* x, in ChannelBlock block)
    {
        var count = Doubles.One * block.Rows;
        var sum = Doubles.Zero;
        for (var pixel = 0; pixel < block.Inner; pixel++)
        {
            sum += Wide(x + ((long)pixel * block.Stride));
        }

        var centre = Rounded(sum / Vector512.Create((double)block.Inner));
        var (mean, squares) = MomentsAround(centre, x, block, count);
        var (offset, variance) = (mean - centre, squares / count);
        var isFar = Vector512.GreaterThan(offset * offset, Vector512.Create(4.0) * variance);
        if (isFar == Doubles.Zero)
        {
            return (mean, squares);
        }

        var (nearMean, nearSquares) = MomentsAround(Rounded(mean), x, block, count);
        return (Vector512.ConditionalSelect(isFar, nearMean, mean), Vector512.ConditionalSelect(isFar, nearSquares, squares));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (Doubles Mean, Doubles Squares) MomentsAround(Doubles centre, float* x, in ChannelBlock block, Doubles count)
    {
        var (deviations, squares) = (Doubles.Zero, Doubles.Zero);
        var (planes, inner, stride) = (block.Planes, block.Inner, block.Stride);
        for (var plane = 0; plane < planes; plane++)
        {
            var (deviation, square) = (Doubles.Zero, Doubles.Zero);
            for (var pixel = 0; pixel < inner; pixel++, x += stride)
            {
                var d = Wide(x) - centre;
                deviation += d;
                square += d * d;
            }

            deviations += deviation;
            squares += square;
        }

        return (centre + (deviations / count), squares - (deviations * deviations / count));
    }

    /// <summary>The sums of sixteen channels; dy is the gradient of the activation's output.</summary>
    /// <param name="sums">one per lane</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GradientSums<TActivation>(float* x, float* dy, in ChannelBlock block, in NormLanes row, Span<GradientSums> sums)
        where TActivation : struct, ILaneFunction
    {
        var (centre, scale, shift, slope) = (row.Mean, row.Scale, row.Shift, row.Slope);
        var (lowerCentre, upperCentre) = Vector512.Widen(centre);
        var (lowerGradient, upperGradient) = (Doubles.Zero, Doubles.Zero);
        var (lowerDeviation, upperDeviation) = (Doubles.Zero, Doubles.Zero);
        var (lowerProduct, upperProduct) = (Doubles.Zero, Doubles.Zero);
        var (rows, stride) = (block.Rows, block.Stride);
        for (var i = 0; i < rows; i++, x += stride, dy += stride)
        {
            var value = Vector512.Load(x);
            var dz = NormRows.ActivationGradient<TActivation>(value - centre, Vector512.Load(dy), scale, shift, slope);
            var (lowerG, upperG) = Vector512.Widen(dz);
            var (lowerX, upperX) = Vector512.Widen(value);
            var (lowerD, upperD) = (lowerX - lowerCentre, upperX - upperCentre);
            lowerGradient += lowerG;
            upperGradient += upperG;
            lowerDeviation += lowerD;
            upperDeviation += upperD;
            lowerProduct += lowerG * lowerD;
            upperProduct += upperG * upperD;
        }

        for (var lane = 0; lane < block.Count; lane++)
        {
            var (half, at) = (lane < Doubles.Count, lane % Doubles.Count);
            sums[lane] = new GradientSums
            {
                Gradient = (half ? lowerGradient : upperGradient)[at],
                Product = (half ? lowerProduct : upperProduct)[at],
                Deviation = (half ? lowerDeviation : upperDeviation)[at],
            };
        }
    }

    /// <summary>y = activation(addend + (x − mean) · scale + shift).</summary>
    /// <param name="addend">null for none</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<TActivation>(float* x, float* addend, float* y, in ChannelBlock block, in NormLanes row)
        where TActivation : struct, ILaneFunction
    {
        var (centre, scale, shift, slope) = (row.Mean, row.Scale, row.Shift, row.Slope);
        var (rows, stride) = (block.Rows, (long)block.Stride);
        for (var i = 0; i < rows; i++)
        {
            var normalized = Lanes.MultiplyAdd(Vector512.Load(x + (i * stride)) - centre, scale, shift);
            var sum = addend is null ? normalized : Vector512.Load(addend + (i * stride)) + normalized;
            TActivation.Apply(sum, slope, slope).Store(y + (i * stride));
        }
    }

    /// <summary>sum += dz, where dz is the gradient of the activation's input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddGradient<TActivation>(float* x, float* dy, float* sum, in ChannelBlock block, in NormLanes row)
        where TActivation : struct, ILaneFunction
    {
        var (centre, scale, shift, slope) = (row.Mean, row.Scale, row.Shift, row.Slope);
        var (rows, stride) = (block.Rows, (long)block.Stride);
        for (var i = 0; i < rows; i++)
        {
            var at = i * stride;
            var g = NormRows.ActivationGradient<TActivation>(Vector512.Load(x + at) - centre, Vector512.Load(dy + at), scale, shift, slope);
            (Vector512.Load(sum + at) + g).Store(sum + at);
        }
    }

    /// <summary>dx = dz · dyScale + (x − mean) · xScale + term, where dz is the gradient of the activation's input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ApplyGradient<TActivation>(
        float* x, float* dy, float* dx, in ChannelBlock block, in NormLanes row, Vector512<float> dyScale, Vector512<float> xScale,
        Vector512<float> term)
        where TActivation : struct, ILaneFunction
    {
        var (centre, scale, shift, slope) = (row.Mean, row.Scale, row.Shift, row.Slope);
        var (rows, stride) = (block.Rows, (long)block.Stride);
        for (var i = 0; i < rows; i++)
        {
            var at = i * stride;
            var d = Vector512.Load(x + at) - centre;
            var g = NormRows.ActivationGradient<TActivation>(d, Vector512.Load(dy + at), scale, shift, slope);
            Lanes.MultiplyAdd(g, dyScale, Lanes.MultiplyAdd(d, xScale, term)).Store(dx + at);
        }
    }

    /// <summary>Loads eight numbers as float64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Doubles Wide(float* x)
    {
        var (lower, upper) = Vector256.Widen(Vector256.Load(x));
        return Vector512.Create(lower, upper);
    }

    /// <summary>Numbers rounded to float32.</summary>
    private static Doubles Rounded(Doubles values)
    {
        var (lower, _) = Vector512.Widen(Lanes.Narrow(values, values));
        return lower;
    }
}
