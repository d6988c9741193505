using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>Taps of <see cref="TensorOps.Blur"/> along one axis: upsampling with zeros, a fixed filter, and downsampling.</summary>
/// <param name="inputs">elements of the axis</param>
internal sealed class BlurTaps(int inputs, float[] kernel, int up, int down, int before, int after, PadMode edge)
{
    private static readonly TapCache<string> s_taps = new();

    /// <summary>The taps, cached.</summary>
    public ResampleTaps Taps()
    {
        var bits = string.Join(',', kernel.Select(BitConverter.SingleToInt32Bits));
        return s_taps.Of($"{inputs} {up} {down} {before} {after} {edge} {bits}", _ => Make());
    }

    /// <summary>The padding that keeps the size of the upsampled plane.</summary>
    public static Margins SamePadding(int kernel, int up)
    {
        var (before, after) = up > 1 ? (kernel / 2, (kernel - 1) / 2) : ((kernel - 1) / 2, kernel / 2);
        return new Margins(before, after, before, after);
    }

    private ResampleTaps Make()
    {
        var sum = kernel.Sum(k => (double)k) / up;
        var rows = new (int, float[])[((((long)inputs * up) + before + after - kernel.Length) / down) + 1];
        for (var i = 0; i < rows.Length; i++)
        {
            var weights = new SortedDictionary<int, double>();
            for (var tap = 0; tap < kernel.Length; tap++)
            {
                var index = (i * down) - before + tap;
                if (index % up == 0 && Fold(index / up) is { } input)
                {
                    weights[input] = weights.GetValueOrDefault(input) + (kernel[tap] / sum);
                }
            }

            var first = weights.Count == 0 ? 0 : weights.Keys.First();
            var row = new float[weights.Count == 0 ? 0 : weights.Keys.Last() - first + 1];
            foreach (var (input, weight) in weights)
            {
                row[input - first] = (float)weight;
            }

            rows[i] = (first, row);
        }

        return new ResampleTaps(inputs, rows);
    }

    /// <summary>
    /// The input that an index inside or outside the plane reads; null for a zero. It reflects once: <see cref="TensorOps.Blur"/> refuses
    /// what would reach further, and <see cref="ResampleTaps"/> an input that doesn't exist.
    /// </summary>
    private int? Fold(int index) => (edge, index >= 0 && index < inputs) switch
    {
        (_, true) => index,
        (PadMode.Replicate, _) => Math.Clamp(index, 0, inputs - 1),
        (PadMode.Reflect, _) => index < 0 ? -index : (2 * (inputs - 1)) - index,
        (PadMode.Circular, _) => ((index % inputs) + inputs) % inputs,
        _ => null,
    };
}

public static partial class TensorOps
{
    /// <summary>
    /// Antialiased up- or downsampling of x [N, C, H, W] (Zhang 2019; Karras et al. 2019) by a separable kernel, such as [1, 2, 1] or
    /// [1, 3, 3, 1], normalised to the sum 1. Each plane is upsampled with up − 1 zeros between neighbours (the kernel is then scaled by up
    /// per axis), padded, filtered, and subsampled to every down-th result. Usually one of the factors is 1.
    /// </summary>
    /// <param name="x">input</param>
    /// <param name="kernel">weights, the same along rows and columns</param>
    /// <param name="down">factor of downsampling</param>
    /// <param name="up">factor of upsampling</param>
    /// <param name="edge">the padding: copies of x's own pixels, or zeros</param>
    /// <param name="padding">
    /// rows and columns around the upsampled plane; null to keep its size, with the odd one after it, or before it if up is above 1
    /// </param>
    /// <exception cref="ShapeException">
    /// a setting is out of range, the result is empty, or a reflection reaches beyond the opposite border
    /// </exception>
    public static Tensor Blur(
        this Tensor x, ReadOnlySpan<float> kernel, int down = 1, int up = 1, PadMode edge = PadMode.Reflect, Margins? padding = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        var (_, h, w) = Planes.Of("blur", x.Shape);
        var weights = kernel.ToArray();
        var sum = weights.Sum();
        if (weights.Length == 0 || sum == 0 || !float.IsFinite(sum) || down < 1 || up < 1)
        {
            throw new ShapeException($"blur: a kernel [{string.Join(", ", weights)}], down {down}, up {up}: weights need a sum that is " +
                "not 0, factors start at 1");
        }

        var (top, bottom, left, right) = padding ?? BlurTaps.SamePadding(weights.Length, up);
        return ResampleOp.Planes(x, Taps(h, top, bottom), Taps(w, left, right));

        ResampleTaps Taps(int extent, int before, int after)
        {
            var reach = Math.Max(before / up, after == 0 ? 0 : ((after - 1) / up) + 1);
            var padded = ((long)extent * up) + before + after;
            _ = Extents.Of("blur", padded, x.Shape);
            if (before < 0 || after < 0 || padded < weights.Length || (edge == PadMode.Reflect && reach >= extent))
            {
                throw new ShapeException($"blur: a kernel of {weights.Length} with padding {before},{after} does not fit {x.Shape} " +
                    $"enlarged {up} times; a reflection needs sides above {reach}");
            }

            return new BlurTaps(extent, weights, up, down, before, after, edge).Taps();
        }
    }
}
