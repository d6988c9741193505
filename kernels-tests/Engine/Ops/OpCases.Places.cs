using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.EngineTests.Ops;

internal static partial class OpCases
{
    private static IEnumerable<OpCase> Places()
    {
        yield return Striding(S(7), 0, 1, 3, 2);
        yield return Striding(S(2, 7, 3), 1, 6, 4, -2);
        yield return Striding(S(3, 20), 1, 19, 20, -1);
        yield return Striding(S(5, 2, 1, 3), 0, 4, 2, -3);
        yield return Striding(S(2, 3, 5), 2, 0, 3, 2);
        yield return new OpCase(
            "flip", "0,-1", [S(2, 3, 4)], t => t[0].Flip(0, -1), t => Naive.Slice(Naive.Slice(t[0], 0, 1, 2, -1), 2, 3, 4, -1));
        foreach (var shift in new[] { 2, -1, 7 })
        {
            yield return new OpCase("roll", $"{shift}", [S(2, 5, 3)], t => t[0].Roll(1, shift), t => Array64.Build(S(2, 5, 3), at =>
                t[0][at[0], (at[1] - shift + 10) % 5, at[2]]));
        }

        foreach (var (x, axis, index) in new[]
        {
            (S(5), 0, S(7)), (S(3, 4), 1, S(3, 2)), (S(4, 3), 0, S(6, 3)), (S(2, 5, 3), 1, S(2, 4, 3)), (S(2, 5, 3), 1, S(1, 4, 1)),
            (S(2, 5, 3), 1, S(2, 4, 1)), (S(2, 5, 3), 1, S(1, 4, 3)), (S(2, 3, 4, 5), 2, S(1, 3, 6, 5)), (S(1, 1), 0, S(1, 1)),
        })
        {
            yield return Gathering(x, axis, index);
            var source = x.With(axis, index[axis]);
            yield return new OpCase("scatter_add", $"index {index} dimension {axis}", [x, source],
                t => t[0].ScatterAdd(axis, PlacesOn(t[0], index, x[axis]), t[1]),
                t => Naive.ScatterAdd(t[0], axis, PlacesOf(index, x[axis]), t[1]));
        }

        foreach (var (x, axis) in new[] { (S(1), 0), (S(7), 0), (S(2, 8, 3), 1), (S(3, 2, 13), -1), (S(5, 1, 2), 1) })
        {
            yield return Cumulative(x, axis, exclusive: false, reverse: false);
            yield return Cumulative(x, axis, exclusive: false, reverse: true);
        }

        yield return Cumulative(S(2, 5, 3), 1, exclusive: true, reverse: false);
        yield return Cumulative(S(2, 5, 3), 1, exclusive: true, reverse: true);
        int[] places = [3, 0, 3, 2];
        yield return new OpCase("index_select", "from the host", [S(2, 4, 3)], t => t[0].IndexSelect(1, places),
            t => Naive.Gather(t[0], 1, new Array64(S(1, 4, 1), [3, 0, 3, 2])));
        yield return new OpCase(
            "index_select", "from the device", [S(4, 3)], t => t[0].IndexSelect(0, Tensor.From(places, S(4), t[0].Device)),
            t => Naive.Gather(t[0], 0, new Array64(S(4, 1), [3, 0, 3, 2])));
        foreach (var largest in new[] { true, false })
        {
            var first = largest ? "largest" : "smallest";
            foreach (var (x, axis, k)
                in new[] { (S(9), 0, 4), (S(3, 70), 1, 1), (S(2, 5, 3), 1, 5), (S(2, 6, 17), 1, 1), (S(4, 1, 3), 1, 1),
                    (S(2, 70, 3), 1, 1) })
            {
                yield return new OpCase("top_k", $"{k} {first} of dimension {axis}", [x],
                    t => t[0].TopK(k, axis, largest).Values,
                    t => Naive.Gather(t[0], axis, Naive.TopK(t[0], axis, k, largest))) { Draw = Draw.Distinct };
                yield return new OpCase("top_k", $"places of {k} {first} of dimension {axis}", [x],
                    t => t[0].TopK(k, axis, largest).Indices,
                    t => Naive.TopK(t[0], axis, k, largest)) { Draw = Draw.Distinct, HasGradient = false };
            }

            yield return new OpCase("sort", $"{first} first", [S(3, 8)],
                t => t[0].Sort(descending: largest).Values,
                t => Naive.Gather(t[0], 1, Naive.TopK(t[0], 1, 8, largest))) { Draw = Draw.Distinct };
            yield return new OpCase("argsort", $"{first} first", [S(4, 5)],
                t => t[0].Argsort(0, largest), t => Naive.TopK(t[0], 0, 4, largest)) { Draw = Draw.Distinct, HasGradient = false };
            yield return new OpCase(largest ? "argmax" : "argmin", "", [S(3, 4, 2)],
                t => largest
                    ? t[0].Argmax(1)
                    : t[0].Argmin(1), t =>
                        Naive.Reshape(Naive.TopK(t[0], 1, 1, largest), S(3, 2))) { Draw = Draw.Distinct, HasGradient = false };
            yield return new OpCase(largest ? "max" : "min", "of a dimension, with its place", [S(3, 4, 2)],
                t => largest ? t[0].Max(1).Values : t[0].Min(1).Values,
                t => Naive.Reshape(Naive.Gather(t[0], 1, Naive.TopK(t[0], 1, 1, largest)), S(3, 2))) { Draw = Draw.Distinct };
            foreach (var axes in new int[][] { [0], [1], [0, 2], [0, 1, 2] })
            {
                yield return new OpCase(largest ? "max" : "min", string.Join(',', axes), [S(2, 3, 5)],
                    t => largest ? t[0].Max(axes, keepDims: true) : t[0].Min(axes, keepDims: true),
                    t => Naive.Extreme(t[0], largest ? Math.Max : Math.Min, axes)) { Draw = Draw.Distinct };
            }

            yield return new OpCase(largest ? "max" : "min", "all", [S(7, 11)], t => largest ? t[0].Max() : t[0].Min(),
                t => Naive.Reshape(Naive.Extreme(t[0], largest ? Math.Max : Math.Min, 0, 1), S())) { Draw = Draw.Distinct };
        }
    }

    private static OpCase Striding(Shape x, int axis, int start, int length, int step) =>
        new("slice", $"{length} from {start} of dimension {axis} in steps of {step}", [x],
            t => t[0].Slice(axis, start, length, step), t => Naive.Slice(t[0], axis, start, length, step));

    private static OpCase Cumulative(Shape x, int axis, bool exclusive, bool reverse) =>
        new("cumulative_sum", $"dimension {axis}{(exclusive ? ", exclusive" : "")}{(reverse ? ", from the end" : "")}", [x],
            t => t[0].CumulativeSum(axis, exclusive, reverse),
            t => Naive.CumulativeSum(t[0], axis < 0 ? axis + x.Rank : axis, exclusive, reverse));

    private static OpCase Gathering(Shape x, int axis, Shape index) =>
        new("gather", $"index {index} dimension {axis}", [x],
            t => t[0].Gather(axis, PlacesOn(t[0], index, x[axis])), t => Naive.Gather(t[0], axis, PlacesOf(index, x[axis])));

    /// <summary>Places with repetitions, the same ones each time.</summary>
    private static Array64 PlacesOf(Shape index, int extent)
    {
        var random = new Random(5);
        return Array64.Build(index, _ => random.Next(extent));
    }

    private static Tensor PlacesOn(Tensor x, Shape index, int extent) =>
        Tensor.From(Array.ConvertAll(PlacesOf(index, extent).Values, place => (int)place), index, x.Device);
}
