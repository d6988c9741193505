using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.EngineTests.Ops;

internal static partial class OpCases
{
    private static IEnumerable<OpCase> Norms()
    {
        foreach (var x in new[] { S(2, 3, 4, 5), S(3, 2, 1, 1), S(1, 5, 3, 3), S(2, 2, 3), S(4, 3) })
        {
            yield return Norm("batch_norm", x, perInstance: false, affine: true);
        }

        foreach (var x in new[] { S(2, 3, 4, 5), S(1, 5, 3, 3), S(3, 1, 1, 3), S(2, 2, 7) })
        {
            yield return Norm("instance_norm", x, perInstance: true, affine: false);
            yield return Norm("instance_norm", x, perInstance: true, affine: true);
        }

        yield return Norm("batch_norm", S(2, 3, 4, 5), perInstance: false, affine: false);
        foreach (var x in new[] { S(2, 3, 4, 5), S(1, 5, 3), S(3, 7) })
        {
            yield return new OpCase("layer_norm", "last dimension", [x, S(x[-1]), S(x[-1])],
                t => t[0].LayerNorm(1, t[1], t[2]),
                t => Naive.GroupedNorm(t[0], i => string.Join(',', i[..^1]), 1e-5f, t[1], t[2], channel: i => i[^1]));
        }

        yield return new OpCase("layer_norm", "two dimensions", [S(2, 3, 4)],
            t => t[0].LayerNorm(2), t => Naive.GroupedNorm(t[0], i => $"{i[0]}", 1e-5f));
        foreach (var (x, groups) in new[] { (S(2, 6, 3, 5), 3), (S(1, 4, 1, 3), 1), (S(3, 4, 5), 2), (S(2, 3, 4, 4), 3) })
        {
            yield return new OpCase("group_norm", $"{groups} groups", [x, S(x[1]), S(x[1])],
                t => t[0].GroupNorm(groups, t[1], t[2]),
                t => Naive.GroupedNorm(t[0], i => $"{i[0]} {i[1] / (x[1] / groups)}", 1e-5f, t[1], t[2], channel: i => i[1]));
        }

        foreach (var x in new[] { S(2, 5, 3, 4), S(1, 3, 1, 1), S(4, 6) })
        {
            yield return new OpCase("pixel_norm", "", [x], t => t[0].PixelNorm(), t => Naive.PixelNorm(t[0], 1e-8f));
        }

        foreach (var (weight, axis) in new[] { (S(3, 2, 2, 3), 0), (S(3, 2, 2, 3), 1), (S(4, 7), 0), (S(1, 3, 1, 1), 0) })
        {
            // Positive numbers: the divisor is not near 0.
            yield return new OpCase(
                "spectral_normalize", $"outputs in dimension {axis}", [weight, S(weight[axis]), S((int)weight.Count / weight[axis])],
                t => t[0].SpectralNormalize(t[1], t[2], axis),
                t => Naive.SpectralNormalize(t[0], t[1], t[2], axis)) { Draw = Draw.Positive };
        }

        foreach (var (v, axis) in new[] { (S(3, 2, 2, 3), 0), (S(3, 2, 2, 3), 1), (S(4, 7), -1), (S(1, 3), 0), (S(5), 0) })
        {
            var along = axis < 0 ? axis + v.Rank : axis;
            var g = new Shape([.. v.ToArray().Select((extent, d) => d == along ? extent : 1)]);
            yield return new OpCase("weight_normalize", $"lengths in dimension {axis}", [v, g],
                t => t[0].WeightNormalize(t[1], axis), t => Naive.WeightNormalize(t[0], t[1], along)) { Draw = Draw.Positive };
        }

        foreach (var (x, group) in new[] { (S(4, 3, 2, 3), 4), (S(6, 2, 1, 3), 2), (S(6, 2, 2, 2), 3), (S(3, 2, 3, 1), 4), (S(4, 5), 2) })
        {
            yield return new OpCase("minibatch_deviation", $"groups of {group}", [x],
                t => t[0].MinibatchDeviation(group), t => Naive.MinibatchDeviation(t[0], Math.Min(group, x[0]), 1e-8f));
        }

        foreach (var affine in new[] { false, true })
        {
            // The statistics are settings, not inputs: nobody asks for their gradient.
            float[] mean = [0.3f, -1.2f, 0.1f];
            float[] variance = [0.5f, 2, 1.25f];
            yield return new OpCase("batch_norm_inference", affine ? "affine" : "", affine ? [S(2, 3, 2, 3), S(3), S(3)] : [S(2, 3, 2, 3)],
                t => t[0].BatchNorm(
                    new RunningStatistics(Tensor.From(mean, S(3), t[0].Device), Tensor.From(variance, S(3), t[0].Device)),
                    affine ? t[1] : null, affine ? t[2] : null),
                t => Naive.FixedNorm(
                    t[0], new Array64(S(3), Array.ConvertAll(mean, m => (double)m)),
                    new Array64(S(3), Array.ConvertAll(variance, v => (double)v)),
                    affine ? t[1] : null, affine ? t[2] : null, 1e-5f));
        }
    }

    private static OpCase Norm(string name, Shape x, bool perInstance, bool affine) =>
        new(name, affine ? "affine" : "", affine ? [x, S(x[1]), S(x[1])] : [x],
            t => perInstance
                ? t[0].InstanceNorm(affine ? t[1] : null, affine ? t[2] : null)
                : t[0].BatchNorm(affine ? t[1] : null, affine ? t[2] : null),
            t => Naive.Norm(t[0], affine ? t[1] : null, affine ? t[2] : null, 1e-5f, perInstance));
}
