using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.EngineTests.Ops;

internal static partial class OpCases
{
    private static IEnumerable<OpCase> Statistics()
    {
        foreach (var axes in new int[][] { [0], [1, 2], [0, 1, 2] })
        {
            var name = string.Join(',', axes);
            foreach (var correction in new[] { 0, 1 })
            {
                yield return Statistic($"var {correction}", name, axes, t => t.Var(axes, keepDims: true, correction),
                    values => Naive.Variance(values, correction));

                // Of two elements it would be their distance, whose second derivative is 0: what rounding leaves of large terms.
                yield return Statistic($"std {correction}", name, axes, t => t.Std(axes, keepDims: true, correction),
                    values => Math.Sqrt(Naive.Variance(values, correction))) with { Inputs = [S(4, 3, 2)] };
            }

            foreach (var p in new[] { 0.5f, 1, 1.5f, 2, 3, -1, float.PositiveInfinity, float.NegativeInfinity })
            {
                // Below 1, slopes near 0 are too steep for differences; of infinite order, equal sizes with opposite signs are a kink.
                var draw = p < 1 || float.IsInfinity(p) ? Draw.Signed : Draw.Distinct;
                yield return Statistic(
                    "norm", FormattableString.Invariant($"{name} p {p}"), axes, t => t.Norm(p, axes, keepDims: true),
                    values => Naive.Norm(values, p)) with { Draw = draw };
            }

            yield return Statistic("log_sum_exp", name, axes, t => t.LogSumExp(axes, keepDims: true),
                values => Math.Log(values.Sum(Math.Exp)));
        }

        yield return new OpCase("norm 0", "1", [S(3, 5)], t => t[0].Norm(0, [1]), t => Naive.Reshape(
            Naive.Over(t[0], [1], values => Naive.Norm(values, 0)), S(3))) { HasGradient = false };
        foreach (var (name, engine, reference) in new (string, Func<Tensor, Tensor>, Func<IReadOnlyList<double>, double>)[]
        {
            ("var", t => t.Var(), values => Naive.Variance(values, 1)), ("std", t => t.Std(), values => Math.Sqrt(Naive.Variance(values,
                1))),
            ("norm", t => t.Norm(), values => Naive.Norm(values, 2)), ("prod", t => t.Prod(), values => values.Aggregate((a, b) => a * b)),
        })
        {
            yield return new OpCase(name, "all", [S(3, 4)], t => engine(t[0]), t => Naive.Reshape(Naive.Over(t[0], [0, 1], reference), S()))
                { Draw = Draw.Positive };
        }

        foreach (var (x, axis) in new[] { (S(2, 7, 3), 1), (S(1), 0), (S(3, 2, 8), -1), (S(5, 1, 2), 1) })
        {
            var along = axis < 0 ? axis + x.Rank : axis;
            yield return new OpCase("prod", $"dimension {axis}", [x], t => t[0].Prod(axis, keepDims: true),
                t => Naive.Over(t[0], [along], values => values.Aggregate((a, b) => a * b)));
        }

        foreach (var x in new[] { S(4), S(2, 3, 4), S(2, 1, 3, 4) })
        {
            yield return new OpCase("linear", "of any rank", [x, S(5, 4), S(5)],
                t => t[0].Linear(t[1], t[2]), t => Array64.Build(x.With(-1, 5), at =>
                {
                    var sum = t[2][at[^1]];
                    for (var k = 0; k < 4; k++)
                    {
                        int[] from = [.. at[..^1], k];
                        sum += t[0][from] * t[1][at[^1], k];
                    }

                    return sum;
                }));
        }

        yield return new OpCase("concat", "forty", [.. Enumerable.Range(0, 40).Select(i => S(1 + (i % 2), 2))],
            t => TensorOps.Concat(0, t), t => Naive.Concat(0, t));
        foreach (var (weight, bias) in new[] { (true, false), (false, true) })
        {
            foreach (var perInstance in new[] { true, false })
            {
                yield return new OpCase(perInstance ? "instance_norm" : "batch_norm", weight ? "weight alone" : "bias alone", [S(2, 3, 4,
                    5), S(3)],
                    t => perInstance
                        ? t[0].InstanceNorm(weight ? t[1] : null, bias ? t[1] : null)
                        : t[0].BatchNorm(weight ? t[1] : null, bias ? t[1] : null),
                    t => Naive.Norm(t[0], weight ? t[1] : null, bias ? t[1] : null, 1e-5f, perInstance));
            }
        }

        foreach (var (a, b, axis) in new[] { (S(2, 2), S(2, 1), 1), (S(1, 2, 3), S(2, 1, 3), -2), (S(3), S(2, 3), -1), (S(1, 4), S(3, 1),
            1) })
        {
            // The angle to one number repeated doesn't depend on its size: that gradient is 0, which rounding hides. A factor gives it one.
            var isOneNumber = b[axis] == 1;
            yield return new OpCase("cosine_similarity", $"{a} and {b}, dimension {axis}", [a, b],
                t => isOneNumber ? t[0].CosineSimilarity(t[1], axis) * t[1].Squeeze(axis) : t[0].CosineSimilarity(t[1], axis),
                t =>
                {
                    var shape = Shape.Broadcast("reference", a, b);
                    var along = axis < 0 ? axis + shape.Rank : axis;
                    var (x, y) = (Naive.Expand(t[0], shape), Naive.Expand(t[1], shape));
                    var products = Naive.Sum(Array64.Zip(Unit(x, along), Unit(y, along), (u, v) => u * v), along);
                    return Naive.Reshape(
                        isOneNumber ? Array64.Zip(products, t[1], (cosine, factor) => cosine * factor) : products,
                        new Shape([.. shape.ToArray().Where((_, d) => d != along)]));
                }) { ForwardTolerance = 1e-5, Draw = Draw.Positive };
        }

        foreach (var (x, amounts) in new[] { (S(2, 2, 4, 3), (1, 2, 3, 0)), (S(1, 1, 2, 5), (3, -2, 2, 1)), (S(3, 4), (0, 0, 0, 3)) })
        {
            var (left, right, top, bottom) = amounts;
            yield return new OpCase("pad", $"circular {amounts}", [x],
                t => t[0].Pad(new Margins(top, bottom, left, right), PadMode.Circular),
                t => Array64.Build(x.With(-2, x[-2] + top + bottom).With(-1, x[-1] + left + right), at =>
                {
                    // What is cropped at the right is not there to be repeated at the left.
                    var (height, width) = (x[-2], x[-1] + Math.Min(right, 0));
                    int[] from = [.. at[..^2], (at[^2] - top + (2 * height)) % height, (at[^1] - left + (2 * width)) % width];
                    return t[0][from];
                }));
        }
    }

    private static IEnumerable<OpCase> Grids()
    {
        foreach (var edge in Enum.GetValues<GridEdge>())
        {
            foreach (var mode in new[] { ResizeMode.Bilinear, ResizeMode.NearestExact, ResizeMode.Bicubic })
            {
                foreach (var corners in new[] { false, true })
                {
                    foreach (var (x, grid) in new[] { (S(2, 1, 2, 3), S(2, 1, 2, 2)), (S(1, 2, 3, 2), S(1, 2, 2, 2)) })
                    {
                        // The points are settings of the case in nearest mode, where they have no gradient; Distinct keeps them off pixels.
                        var points = OpCase.DrawNumbers(new Random(3), (int)grid.Count);
                        yield return mode == ResizeMode.NearestExact
                            ? new OpCase("grid_sample", $"{mode} {edge} {corners}", [x],
                                t => t[0].GridSample(Tensor.From(points, grid, t[0].Device), mode, edge, corners),
                                t => Naive.GridSample(
                                    t[0], new Array64(grid, Array.ConvertAll(points, p => (double)p)), mode, edge, corners))
                            : new OpCase("grid_sample", $"{mode} {edge} {corners}", [x, grid],
                                t => t[0].GridSample(t[1] * 1.37f, mode, edge, corners),
                                t => Naive.GridSample(t[0], t[1].Map(p => p * 1.37f), mode, edge, corners))
                                { Draw = Draw.Distinct, ForwardTolerance = 2e-5 };
                    }
                }
            }
        }

        foreach (var (height, width) in new[] { (3, 4), (1, 5), (2, 1) })
        {
            foreach (var corners in new[] { false, true })
            {
                yield return new OpCase("affine_grid", $"{height}x{width} {corners}", [S(2, 2, 3)],
                    t => t[0].AffineGrid((height, width), corners), t => Naive.AffineGrid(t[0], height, width, corners));
            }
        }
    }

    private static OpCase Statistic(
        string op, string settings, int[] axes, Func<Tensor, Tensor> engine, Func<IReadOnlyList<double>, double> reference) =>
        new(op, settings, [S(2, 3, 5)], t => engine(t[0]), t => Naive.Over(t[0], axes, reference)) { ForwardTolerance = 1e-5 };
}
