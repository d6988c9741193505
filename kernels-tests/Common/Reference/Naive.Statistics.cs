namespace IlgpuGan.TestsCommon.Reference;

internal static partial class Naive
{
    /// <summary>A function of the elements that differ only in some dimensions, which keep extent 1.</summary>
    public static Array64 Over(Array64 x, int[] axes, Func<IReadOnlyList<double>, double> f)
    {
        var shape = axes.Aggregate(x.Shape, (s, axis) => s.With(axis, 1));
        var groups = new Dictionary<string, List<double>>();
        string Key(int[] index) => string.Join(',', Within(index, shape));
        Array64.Build(x.Shape, index =>
        {
            groups.TryAdd(Key(index), []);
            groups[Key(index)].Add(x[index]);
            return 0;
        });
        return Array64.Build(shape, index => f(groups[Key(index)]));
    }

    /// <summary>Σ (x − mean)² / (count − correction).</summary>
    public static double Variance(IReadOnlyList<double> values, int correction)
    {
        var mean = values.Average();
        return values.Sum(v => (v - mean) * (v - mean)) / (values.Count - correction);
    }

    /// <summary>(Σ |x|ᵖ)^(1/p), with its limits for 0 and ±∞.</summary>
    public static double Norm(IReadOnlyList<double> values, double p) => p switch
    {
        0 => values.Count(v => v != 0),
        double.PositiveInfinity => values.Max(Math.Abs),
        double.NegativeInfinity => values.Min(Math.Abs),
        _ => Math.Pow(values.Sum(v => Math.Pow(Math.Abs(v), p)), 1 / p),
    };

    /// <summary>Points of pictures x [N, C, H, W] at grid [N, rows, columns, 2], in which −1 and 1 are opposite borders.</summary>
    public static Array64 GridSample(Array64 x, Array64 grid, ResizeMode mode, GridEdge edge, bool alignCorners)
    {
        var (height, width) = (x.Shape[2], x.Shape[3]);
        return Array64.Build(new Shape(x.Shape[0], x.Shape[1], grid.Shape[1], grid.Shape[2]), at =>
        {
            var columns = GridTaps(grid[at[0], at[2], at[3], 0], width, mode, edge, alignCorners);
            var rows = GridTaps(grid[at[0], at[2], at[3], 1], height, mode, edge, alignCorners);
            return rows.Sum(row => columns.Sum(column =>
                row.Weight * column.Weight * x.OrZero(at[0], at[1], row.Place, column.Place)));
        });
    }

    /// <summary>The points (column, row, 1) of a picture under maps [N, 2, 3].</summary>
    public static Array64 AffineGrid(Array64 theta, int height, int width, bool alignCorners)
    {
        double Coordinate(int i, int extent) => !alignCorners ? (((2 * i) + 1.0) / extent) - 1
            : extent == 1 ? 0
            : (2.0 * i / (extent - 1)) - 1;
        return Array64.Build(new Shape(theta.Shape[0], height, width, 2), at =>
            (theta[at[0], at[3], 0] * Coordinate(at[2], width)) + (theta[at[0], at[3], 1] * Coordinate(at[1], height))
                + theta[at[0], at[3], 2]);
    }

    private static (int Place, double Weight)[] GridTaps(double coordinate, int extent, ResizeMode mode, GridEdge edge, bool alignCorners)
    {
        var at = alignCorners ? (coordinate + 1) / 2 * (extent - 1) : (((coordinate + 1) * extent) - 1) / 2;
        if (mode == ResizeMode.Bicubic)
        {
            var first = (int)Math.Floor(at) - 1;
            return [.. Enumerable.Range(first, 4).Select(place => ((int)Inside(place), Cubic(Math.Abs(at - place))))];
        }

        at = Inside(at);
        var left = (int)Math.Floor(at);
        return mode == ResizeMode.Bilinear
            ? [(left, 1 - (at - left)), (left + 1, at - left)]
            : [((int)Math.Round(at, MidpointRounding.ToEven), 1)];

        double Inside(double place)
        {
            if (edge == GridEdge.Zeros)
            {
                return place;
            }

            if (edge == GridEdge.Reflection)
            {
                var (low, high) = alignCorners ? (0, extent - 1.0) : (-0.5, extent - 0.5);
                for (var turn = 0; turn < 100 && high > low && (place < low || place > high); turn++)
                {
                    place = place < low ? (2 * low) - place : (2 * high) - place;
                }
            }

            return Math.Clamp(place, 0, extent - 1);
        }

        static double Cubic(double d) => d <= 1
            ? (1.25 * d * d * d) - (2.25 * d * d) + 1
            : -0.75 * ((d * d * d) - (5 * d * d) + (8 * d) - 4);
    }
}
