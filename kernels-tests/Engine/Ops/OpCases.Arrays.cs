using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.EngineTests.Ops;

internal static partial class OpCases
{
    private static IEnumerable<OpCase> Arrays()
    {
        yield return Slicing(S(4, 3, 5), 0, 1, 2);
        yield return Slicing(S(1, 4, 3), 1, 2, 2);
        yield return Slicing(S(2, 4, 3), 1, 0, 3);
        yield return Slicing(S(2, 3, 2, 5), 3, 4, 1);
        yield return Joining(0, S(1, 3, 2), S(2, 3, 2));
        yield return Joining(1, S(1, 2, 3, 3), S(1, 4, 3, 3));
        yield return Joining(1, S(2, 2, 3, 3), S(2, 1, 3, 3), S(2, 3, 3, 3));
        yield return Joining(3, S(2, 1, 2, 3), S(2, 1, 2, 1));
        yield return new OpCase("concat", "with itself", [S(2, 3)],
            t => TensorOps.Concat(1, t[0], t[0]), t => Naive.Concat(1, t[0], t[0]));
        foreach (var order in new int[][] { [1, 0, 2], [2, 1, 0], [0, 2, 1], [1, 2, 0] })
        {
            yield return new OpCase(
                "permute", string.Join(',', order), [S(2, 3, 5)], t => t[0].Permute(order), t => Naive.Permute(t[0], order));
        }

        yield return new OpCase("permute", "0,2,3,1", [S(2, 3, 4, 5)], t => t[0].Permute(0, 2, 3, 1), t => Naive.Permute(t[0], 0, 2, 3, 1));
        yield return new OpCase("reshape", "", [S(2, 6)], t => t[0].Reshape(S(3, 1, 4)), t => Naive.Reshape(t[0], S(3, 1, 4)));
        yield return new OpCase("reshape", "-1", [S(2, 6)], t => t[0].Reshape(3, -1), t => Naive.Reshape(t[0], S(3, 4)));
        yield return new OpCase("unsqueeze", "", [S(2, 3)], t => t[0].Unsqueeze(1).Unsqueeze(-1), t => Naive.Reshape(t[0], S(2, 1, 3, 1)));
        yield return new OpCase("squeeze", "", [S(2, 1, 3, 1)], t => t[0].Squeeze(-1).Squeeze(), t => Naive.Reshape(t[0], S(2, 3)));
        yield return new OpCase("flatten", "", [S(2, 3, 4, 5)], t => t[0].Flatten(1, 2), t => Naive.Reshape(t[0], S(2, 12, 5)));
        yield return new OpCase("stack", "dimension 1", [S(2, 3), S(2, 3)], t => TensorOps.Stack(1, t),
            t => Naive.Concat(1, Naive.Reshape(t[0], S(2, 1, 3)), Naive.Reshape(t[1], S(2, 1, 3))));
        yield return new OpCase(
            "split", "the second of three", [S(2, 6, 3)], t => t[0].Split(1, 2, 3, 1)[1], t => Naive.Slice(t[0], 1, 2, 3));
        yield return new OpCase("chunk", "the last of three", [S(7, 2)], t => t[0].Chunk(0, 3)[^1], t => Naive.Slice(t[0], 0, 6, 1));
        yield return new OpCase("index", "x[1]", [S(3, 4)], t => t[0][1], t => Naive.Reshape(Naive.Slice(t[0], 0, 1, 1), S(4)));
        yield return new OpCase("index", "x[.., 1..3, ^1]", [S(2, 4, 3)], t => t[0][.., 1..3, ^1],
            t => Naive.Reshape(Naive.Slice(Naive.Slice(t[0], 1, 1, 2), 2, 2, 1), S(2, 2)));
        yield return new OpCase("index", "x[-1, (.., -2)]", [S(2, 5)], t => t[0][-1, (.., -2)],
            t => Naive.Reshape(Naive.Slice(Naive.Slice(t[0], 0, 1, 1), 1, 4, 3, -2), S(3)));
        foreach (var factor in new[] { 1, 2, 3 })
        {
            yield return new OpCase("pixel_shuffle", $"{factor}", [S(2, 2 * factor * factor, 2, 3)],
                t => t[0].PixelShuffle(factor), t => Naive.PixelShuffle(t[0], factor));
            yield return new OpCase("pixel_unshuffle", $"{factor}", [S(2, 2, 2 * factor, factor)],
                t => t[0].PixelUnshuffle(factor), t => Naive.PixelUnshuffle(t[0], factor));
        }

        yield return new OpCase("expand", "inner", [S(3, 1)], t => t[0].Expand(S(2, 3, 4)), t => Naive.Expand(t[0], S(2, 3, 4)));
        yield return new OpCase("expand", "scalar", [S()], t => t[0].Expand(S(2, 3)), t => Naive.Expand(t[0], S(2, 3)));
    }

    private static OpCase Slicing(Shape x, int axis, int start, int length) =>
        new("slice", $"{length} from {start} of dimension {axis}", [x],
            t => t[0].Slice(axis, start, length), t => Naive.Slice(t[0], axis, start, length));

    private static OpCase Joining(int axis, params Shape[] parts) =>
        new("concat", $"dimension {axis}", parts, t => TensorOps.Concat(axis, t), t => Naive.Concat(axis, t));

    private static IEnumerable<OpCase> Reductions()
    {
        foreach (var axes in new int[][] { [0], [1], [2], [0, 2], [1, 2], [0, 1, 2] })
        {
            var name = string.Join(',', axes);
            var count = axes.Aggregate(1, (n, axis) => n * S(2, 3, 5)[axis]);
            yield return new OpCase("sum", name, [S(2, 3, 5)],
                t => t[0].Sum(axes, keepDims: true), t => Naive.Sum(t[0], axes));
            yield return new OpCase("mean", name, [S(2, 3, 5)],
                t => t[0].Mean(axes, keepDims: true), t => Naive.Sum(t[0], axes).Map(x => x / count));
        }

        yield return new OpCase("sum", "all", [S(7, 11)],
            t => t[0].Sum(), t => Naive.Reshape(Naive.Sum(t[0], 0, 1), S()));
        yield return new OpCase("mean", "all", [S(7, 11)], t => t[0].Mean(), t => Naive.Mean(t[0])) { ForwardTolerance = 1e-5 };
        yield return new OpCase("sum", "dropped dimensions", [S(2, 3, 5)],
            t => t[0].Sum([0, -1]), t => Naive.Reshape(Naive.Sum(t[0], 0, 2), S(3)));
    }
}
