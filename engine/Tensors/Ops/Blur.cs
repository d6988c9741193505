using System.Collections.Concurrent;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>A fixed filter of rows and columns between an enlargement with zeros and a choice of every so many results.</summary>
internal static class BlurTaps
{
    private static readonly ConcurrentDictionary<string, ResampleTaps> s_taps = new(StringComparer.Ordinal);

    /// <summary>The taps along an axis of <paramref name="inputs"/>, made once.</summary>
    public static ResampleTaps Of(int inputs, float[] kernel, int up, int down, int before, int after, PadMode edge)
    {
        var bits = string.Join(',', kernel.Select(BitConverter.SingleToInt32Bits));
        return s_taps.GetOrAdd(
            $"{inputs} {up} {down} {before} {after} {edge} {bits}", _ => Make(inputs, kernel, up, down, before, after, edge));
    }

    /// <summary>A padding that keeps the size of the enlarged plane.</summary>
    public static (int Before, int After) SamePadding(int kernel, int up) =>
        up > 1 ? (kernel / 2, (kernel - 1) / 2) : ((kernel - 1) / 2, kernel / 2);

    private static ResampleTaps Make(int inputs, float[] kernel, int up, int down, int before, int after, PadMode edge)
    {
        var sum = kernel.Sum(k => (double)k) / up;
        var rows = new (int, float[])[(((inputs * up) + before + after - kernel.Length) / down) + 1];
        for (var i = 0; i < rows.Length; i++)
        {
            var weights = new SortedDictionary<int, double>();
            for (var tap = 0; tap < kernel.Length; tap++)
            {
                var place = (i * down) - before + tap;
                if (place % up == 0 && Fold(place / up, inputs, edge) is { } input)
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

    private static int? Fold(int place, int inputs, PadMode edge) => (edge, place >= 0 && place < inputs) switch
    {
        (_, true) => place,
        (PadMode.Replicate, _) => Math.Clamp(place, 0, inputs - 1),
        (PadMode.Reflect, _) => place < 0 ? -place : (2 * (inputs - 1)) - place,
        _ => null,
    };
}

public static partial class TensorOps
{
    /// <summary>
    /// Filters rows and columns of x [N, C, H, W] with a fixed kernel, such as [1, 2, 1] or [1, 3, 3, 1], whose weights are divided by
    /// their sum: first each plane is enlarged with up − 1 zeros between neighbours (and the weights count up times), then it is padded,
    /// then every down-th result is taken. One factor is usually 1: antialiased shrinking or enlarging (Zhang 2019; Karras et al. 2019).
    /// </summary>
    /// <param name="x">input</param>
    /// <param name="kernel">weights of a row, and of a column</param>
    /// <param name="down">results for each that is taken</param>
    /// <param name="up">sides grow as many times</param>
    /// <param name="edge">what stands around a plane: copies of x's own pixels, or zeros</param>
    /// <param name="padding">
    /// rows and columns before and after the enlarged plane; null for as many as keep its size, the odd one after it, or before it where it
    /// grows
    /// </param>
    /// <exception cref="ShapeException">
    /// a setting out of its range, no result is left, or a reflection reaches beyond the opposite border
    /// </exception>
    public static Tensor Blur(
        this Tensor x, ReadOnlySpan<float> kernel, int down = 1, int up = 1, PadMode edge = PadMode.Reflect,
            (int Before, int After)? padding = null)
    {
        var (_, h, w) = Planes.Of("blur", x.Shape);
        var weights = kernel.ToArray();
        var sum = weights.Sum();
        if (weights.Length == 0 || sum == 0 || !float.IsFinite(sum) || down < 1 || up < 1)
        {
            throw new ShapeException($"blur: a kernel [{string.Join(", ", weights)}], down {down}, up {up}: weights need a sum that is " +
                "not 0, factors start at 1");
        }

        var (before, after) = padding ?? BlurTaps.SamePadding(weights.Length, up);
        var reach = Math.Max(before / up, after == 0 ? 0 : ((after - 1) / up) + 1);
        if (before < 0 || after < 0 || (Math.Min(h, w) * up) + before + after < weights.Length
            || (edge == PadMode.Reflect && reach >= Math.Min(h, w)))
        {
            throw new ShapeException($"blur: a kernel of {weights.Length} with padding {before},{after} does not fit {x.Shape} enlarged " +
                $"{up} times; a reflection needs sides above {reach}");
        }

        return ResampleOp.Planes(
            x, BlurTaps.Of(h, weights, up, down, before, after, edge), BlurTaps.Of(w, weights, up, down, before, after, edge));
    }
}
