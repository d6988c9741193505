using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Functions;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// Some channels of an array [N, C, pixels] as a matrix: a row is an image, a column one pixel of one channel. Rows are contiguous however
/// small a plane is, and no vector is half empty.
/// </summary>
internal readonly unsafe struct ColumnBlock
{
    /// <summary>The accumulators of this many columns stay in a core's L1 cache.</summary>
    private const int MaxColumns = 512;

    public ColumnBlock(in NormPlan plan, int block)
    {
        First = block * Channels(plan);
        Count = Math.Min(Channels(plan), plan.Channels - First);
        (Pixels, Rows, Stride) = (plan.Inner, plan.Planes, plan.Channels * plan.Inner);
    }

    /// <summary>First channel of the block.</summary>
    public int First { get; }

    /// <summary>Channels of the block.</summary>
    public int Count { get; }

    /// <summary>Pixels of a plane: columns of a channel.</summary>
    public int Pixels { get; }

    /// <summary>Images.</summary>
    public int Rows { get; }

    /// <summary>Distance between successive rows.</summary>
    public long Stride { get; }

    public int Columns => Count * Pixels;

    /// <summary>The columns rounded up to whole vectors: those beyond <see cref="Columns"/> belong to other channels.</summary>
    public int Width => (Columns + Lanes.Count - 1) / Lanes.Count * Lanes.Count;

    /// <summary>Channels of every block but the last: if possible as many as fill vectors.</summary>
    public static int Channels(in NormPlan plan)
    {
        var channels = (int)Math.Max(Math.Min(MaxColumns / plan.Inner, Blocks.Size / plan.GroupSize), 1);
        var step = Lanes.Count >> Math.Min(System.Numerics.BitOperations.TrailingZeroCount(plan.Inner), 4);
        return channels < step ? channels : channels - (channels % step);
    }

    /// <summary>The block's first column in an array [N, C, pixels].</summary>
    public float* Of(DeviceSpan array) => array.Pointer() + ((long)First * Pixels);

    /// <summary>Writes a channel's number to each of its columns.</summary>
    /// <param name="columns">one number per column</param>
    /// <param name="channel">counted from the block's first</param>
    /// <param name="value">the number</param>
    public void Fill(float* columns, int channel, float value) => new Span<float>(columns + ((long)channel * Pixels), Pixels).Fill(value);

    /// <summary>Adds up a channel's columns.</summary>
    /// <param name="columns">one number per column</param>
    /// <param name="channel">counted from the block's first</param>
    public double Sum(double* columns, int channel)
    {
        var sum = 0.0;
        for (var pixel = 0; pixel < Pixels; pixel++)
        {
            sum += columns[((long)channel * Pixels) + pixel];
        }

        return sum;
    }
}

/// <summary>
/// The inner loops of batch normalisation over a <see cref="ColumnBlock"/>: sums run down the columns, so that no lane waits for another.
/// As in <see cref="NormRows"/> each lane adds up to eight numbers in float32, which are then accumulated in float64.
/// Pointers to coefficients and sums are those of the block's columns, <see cref="ColumnBlock.Width"/> of them. Whole vectors are read,
/// also beyond the last column.
/// </summary>
internal static unsafe class NormColumns
{
    /// <summary>Σ (x − centre) and Σ (x − centre)² of each column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Deviations(float* x, in ColumnBlock block, float* centre, double* deviations, double* squares)
    {
        var (rows, width, stride) = (block.Rows, block.Width, block.Stride);
        new Span<double>(deviations, width).Clear();
        new Span<double>(squares, width).Clear();
        for (var row = 0; row < rows; row += 8, x += 8 * stride)
        {
            // Rows beyond the last are the centre: their deviations are 0.
            var left = rows - row;
            var x1 = Row(x, 1, left, stride, centre);
            var x2 = Row(x, 2, left, stride, centre);
            var x3 = Row(x, 3, left, stride, centre);
            var x4 = Row(x, 4, left, stride, centre);
            var x5 = Row(x, 5, left, stride, centre);
            var x6 = Row(x, 6, left, stride, centre);
            var x7 = Row(x, 7, left, stride, centre);
            for (long i = 0; i < width; i += Lanes.Count)
            {
                var origin = Vector512.Load(centre + i);
                var a = Vector512.Load(x + i) - origin;
                var b = Vector512.Load(x1 + i) - origin;
                var c = Vector512.Load(x2 + i) - origin;
                var d = Vector512.Load(x3 + i) - origin;
                var e = Vector512.Load(x4 + i) - origin;
                var f = Vector512.Load(x5 + i) - origin;
                var g = Vector512.Load(x6 + i) - origin;
                var h = Vector512.Load(x7 + i) - origin;
                Add(deviations + i, ((a + b) + (c + d)) + ((e + f) + (g + h)));
                Add(
                    squares + i,
                    (Lanes.MultiplyAdd(a, a, b * b) + Lanes.MultiplyAdd(c, c, d * d)) +
                    (Lanes.MultiplyAdd(e, e, f * f) + Lanes.MultiplyAdd(g, g, h * h)));
            }
        }
    }

    /// <summary>Σ dz, Σ dz · (x − mean) and Σ (x − mean) of each column, where dz is the gradient of the activation's input.</summary>
    /// <param name="zeros">a row of zeros</param>
    /// <param name="sums">the three of all columns, one after the other</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GradientSums<TActivation>(
        float* x, float* dy, in ColumnBlock block, in ColumnCoefficients row, float* zeros, double* sums)
        where TActivation : struct, ILaneFunction
    {
        var (rows, width, stride) = (block.Rows, block.Width, block.Stride);
        var mean = row.Mean;
        var scale = row.Scale;
        var shift = row.Shift;
        var slope = Vector512.Create(row.Slope);
        var gradients = sums;
        var products = gradients + width;
        var deviations = products + width;
        new Span<double>(sums, 3 * width).Clear();
        for (var first = 0; first < rows; first += 4, x += 4 * stride, dy += 4 * stride)
        {
            var left = rows - first;
            var x1 = Row(x, 1, left, stride, mean);
            var x2 = Row(x, 2, left, stride, mean);
            var x3 = Row(x, 3, left, stride, mean);
            var dy1 = Row(dy, 1, left, stride, zeros);
            var dy2 = Row(dy, 2, left, stride, zeros);
            var dy3 = Row(dy, 3, left, stride, zeros);
            for (long i = 0; i < width; i += Lanes.Count)
            {
                var (centre, factor, addend) = (Vector512.Load(mean + i), Vector512.Load(scale + i), Vector512.Load(shift + i));
                var a = Vector512.Load(x + i) - centre;
                var b = Vector512.Load(x1 + i) - centre;
                var c = Vector512.Load(x2 + i) - centre;
                var d = Vector512.Load(x3 + i) - centre;
                var e = NormRows.ActivationGradient<TActivation>(a, Vector512.Load(dy + i), factor, addend, slope);
                var f = NormRows.ActivationGradient<TActivation>(b, Vector512.Load(dy1 + i), factor, addend, slope);
                var g = NormRows.ActivationGradient<TActivation>(c, Vector512.Load(dy2 + i), factor, addend, slope);
                var h = NormRows.ActivationGradient<TActivation>(d, Vector512.Load(dy3 + i), factor, addend, slope);
                Add(gradients + i, (e + f) + (g + h));
                Add(deviations + i, (a + b) + (c + d));
                Add(products + i, Lanes.MultiplyAdd(a, e, b * f) + Lanes.MultiplyAdd(c, g, d * h));
            }
        }
    }

    /// <summary>y = activation(addend + (x − mean) · scale + shift).</summary>
    /// <param name="addend">null for none</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<TActivation>(float* x, float* addend, float* y, in ColumnBlock block, in ColumnCoefficients row)
        where TActivation : struct, ILaneFunction
    {
        var mean = row.Mean;
        var scale = row.Scale;
        var shift = row.Shift;
        var slope = Vector512.Create(row.Slope);
        for (var (image, columns) = (0, block.Columns); image < block.Rows; image++, x += block.Stride, y += block.Stride)
        {
            for (long i = 0; i < columns; i += Lanes.Count)
            {
                var deviation = Vector512.Load(x + i) - Vector512.Load(mean + i);
                var value = Lanes.MultiplyAdd(deviation, Vector512.Load(scale + i), Vector512.Load(shift + i));
                value = addend is null ? value : Vector512.Load(addend + i) + value;
                Lanes.StoreUpTo(TActivation.Apply(value, slope, slope), y + i, columns - i);
            }

            addend = addend is null ? null : addend + block.Stride;
        }
    }

    /// <summary>sum = addend + dz, where dz is the gradient of the activation's input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddGradient<TActivation>(
        float* x, float* dy, float* addend, float* sum, in ColumnBlock block, in ColumnCoefficients row)
        where TActivation : struct, ILaneFunction
    {
        var mean = row.Mean;
        var scale = row.Scale;
        var shift = row.Shift;
        var slope = Vector512.Create(row.Slope);
        for (var (image, columns) = (0, block.Columns); image < block.Rows; image++)
        {
            for (long i = 0; i < columns; i += Lanes.Count)
            {
                var deviation = Vector512.Load(x + i) - Vector512.Load(mean + i);
                var g = NormRows.ActivationGradient<TActivation>(
                    deviation, Vector512.Load(dy + i), Vector512.Load(scale + i), Vector512.Load(shift + i), slope);
                Lanes.StoreUpTo(Vector512.Load(addend + i) + g, sum + i, columns - i);
            }

            x += block.Stride;
            dy += block.Stride;
            addend += block.Stride;
            sum += block.Stride;
        }
    }

    /// <summary>dx = dz · dyScale + (x − mean) · xScale + term, where dz is the gradient of the activation's input.</summary>
    /// <param name="factors">dyScale of all columns, then xScale, then term</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ApplyGradient<TActivation>(
        float* x, float* dy, float* dx, in ColumnBlock block, in ColumnCoefficients row, float* factors)
        where TActivation : struct, ILaneFunction
    {
        var mean = row.Mean;
        var scale = row.Scale;
        var shift = row.Shift;
        var dyScale = factors;
        var xScale = dyScale + block.Width;
        var term = xScale + block.Width;
        var slope = Vector512.Create(row.Slope);
        for (var (image, columns) = (0, block.Columns); image < block.Rows; image++)
        {
            for (long i = 0; i < columns; i += Lanes.Count)
            {
                var d = Vector512.Load(x + i) - Vector512.Load(mean + i);
                var g = NormRows.ActivationGradient<TActivation>(
                    d, Vector512.Load(dy + i), Vector512.Load(scale + i), Vector512.Load(shift + i), slope);
                var rest = Lanes.MultiplyAdd(d, Vector512.Load(xScale + i), Vector512.Load(term + i));
                Lanes.StoreUpTo(Lanes.MultiplyAdd(g, Vector512.Load(dyScale + i), rest), dx + i, columns - i);
            }

            x += block.Stride;
            dy += block.Stride;
            dx += block.Stride;
        }
    }

    /// <summary>A row, or a replacement beyond the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* Row(float* first, int row, int rows, long stride, float* replacement) =>
        row < rows ? first + (row * stride) : replacement;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(double* totals, Vector512<float> sum)
    {
        var (lower, upper) = Vector512.Widen(sum);
        (Vector512.Load(totals) + lower).Store(totals);
        (Vector512.Load(totals + Vector512<double>.Count) + upper).Store(totals + Vector512<double>.Count);
    }
}

/// <summary>The <see cref="NormRow"/>s of a <see cref="ColumnBlock"/>: one number per column; the slope is that of all.</summary>
internal readonly unsafe struct ColumnCoefficients
{
    public float* Mean { get; init; }

    public float* Scale { get; init; }

    public float* Shift { get; init; }

    public float Slope { get; init; }
}
