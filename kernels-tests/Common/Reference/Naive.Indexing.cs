namespace IlgpuGan.TestsCommon.Reference;

internal static partial class Naive
{
    /// <summary>Elements start, start + step, … of a dimension.</summary>
    public static Array64 Slice(Array64 x, int axis, int start, int length, int step) =>
        Array64.Build(x.Shape.With(axis, length), index => x[At(index, axis, start + (index[axis] * step))]);

    /// <summary>y[…, k, …] = x[…, places[…, k, …], …]; places broadcast in all other dimensions.</summary>
    public static Array64 Gather(Array64 x, int axis, Array64 places) =>
        Array64.Build(x.Shape.With(axis, places.Shape[axis]), index => x[At(index, axis, (int)places[Within(index, places.Shape)])]);

    /// <summary>x with source[…, k, …] added at […, places[…, k, …], …].</summary>
    public static Array64 ScatterAdd(Array64 x, int axis, Array64 places, Array64 source)
    {
        var result = new Array64(x.Shape, (double[])x.Values.Clone());
        Array64.Build(source.Shape, index => result[At(index, axis, (int)places[Within(index, places.Shape)])] += source[index]);
        return result;
    }

    /// <summary>The positions of the largest or smallest elements along a dimension, sorted; stable for equal elements.</summary>
    public static Array64 TopK(Array64 x, int axis, int count, bool largest) => Array64.Build(x.Shape.With(axis, count), index =>
    {
        var line = Enumerable.Range(0, x.Shape[axis]);
        double Value(int place) => x[At(index, axis, place)];
        return (largest ? line.OrderByDescending(Value) : line.OrderBy(Value)).ElementAt(index[axis]);
    });

    /// <summary>The largest or smallest over some dimensions, which keep extent 1.</summary>
    public static Array64 Extreme(Array64 x, Func<double, double, double> better, params int[] axes)
    {
        var result = Array64.Build(axes.Aggregate(x.Shape, (s, axis) => s.With(axis, 1)), index => x[index]);
        Array64.Build(x.Shape, index =>
        {
            ref var best = ref result[Within(index, result.Shape)];
            return best = better(best, x[index]);
        });
        return result;
    }

    /// <summary>y[n, c, h·r + i, w·r + j] = x[n, c·r² + i·r + j, h, w].</summary>
    public static Array64 PixelShuffle(Array64 x, int r) =>
        Array64.Build(new Shape(x.Shape[0], x.Shape[1] / (r * r), x.Shape[2] * r, x.Shape[3] * r), at =>
            x[at[0], (at[1] * r * r) + (at[2] % r * r) + (at[3] % r), at[2] / r, at[3] / r]);

    /// <summary>y[n, c·r² + i·r + j, h, w] = x[n, c, h·r + i, w·r + j].</summary>
    public static Array64 PixelUnshuffle(Array64 x, int r) =>
        Array64.Build(new Shape(x.Shape[0], x.Shape[1] * r * r, x.Shape[2] / r, x.Shape[3] / r), at =>
            x[at[0], at[1] / (r * r), (at[2] * r) + (at[1] / r % r), (at[3] * r) + (at[1] % r)]);

    private static int[] At(int[] index, int axis, int place)
    {
        var at = (int[])index.Clone();
        at[axis] = place;
        return at;
    }

    /// <summary>An index into an array of the same rank that broadcasts along dimensions of extent 1.</summary>
    private static int[] Within(int[] index, Shape shape) => [.. index.Select((i, d) => shape[d] == 1 ? 0 : i)];
}
