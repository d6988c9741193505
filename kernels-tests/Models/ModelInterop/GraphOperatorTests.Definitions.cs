using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.ModelsTests.ModelInterop;

/// <content>The operators' definitions, in double precision and plain loops.</content>
public sealed partial class GraphOperatorTests
{
    private static (int, double)[] Triangle(double at)
    {
        var left = (int)Math.Floor(at);
        return [(left, 1 - (at - left)), (left + 1, at - left)];
    }

    private static (int, double)[] Cubic(double at, double a)
    {
        var left = (int)Math.Floor(at);
        return [.. Enumerable.Range(left - 1, 4).Select(place => (place, Keys(Math.Abs(at - place), a)))];
    }

    private static double Keys(double d, double a) => d <= 1
        ? ((a + 2) * Math.Pow(d, 3)) - ((a + 3) * d * d) + 1
        : d < 2 ? (a * Math.Pow(d, 3)) - (5 * a * d * d) + (8 * a * d) - (4 * a) : 0;

    private static double Linear(double d) => Math.Max(1 - Math.Abs(d), 0);

    /// <summary>Σ kernel·element over the plane at the places of a grid; what lies beyond its border is 0, or the border.</summary>
    /// <param name="x">[N, C, H, W]</param>
    /// <param name="grid">[N, H, W, 2], columns before rows</param>
    /// <param name="kernel">weight of an element at a distance</param>
    /// <param name="isZero">whether it is 0</param>
    /// <param name="mirror">how far outside of the first and the last element places are mirrored; negative for not at all</param>
    /// <param name="margin">how far outside of these elements −1 and 1 lie</param>
    private static Array64 Sampled(
        Array64 x, Array64 grid, Func<double, double> kernel, bool isZero, double mirror, double margin) =>
        Array64.Build([x.Shape[0], x.Shape[1], grid.Shape[1], grid.Shape[2]], at =>
        {
            var (height, width) = (x.Shape[2], x.Shape[3]);
            var column = Mirrored(grid[at[0], at[2], at[3], 0], width, mirror, margin);
            var row = Mirrored(grid[at[0], at[2], at[3], 1], height, mirror, margin);
            var sum = 0.0;
            for (var r = -20; r < 20; r++)
            {
                for (var c = -20; c < 20; c++)
                {
                    sum += kernel(r - row) * kernel(c - column) * (isZero
                        ? x.OrZero(at[0], at[1], r, c)
                        : x[at[0], at[1], Math.Clamp(r, 0, height - 1), Math.Clamp(c, 0, width - 1)]);
                }
            }

            return sum;
        });

    /// <summary>A place from −1 to 1 as one among elements, turned back where it leaves them.</summary>
    private static double Mirrored(double place, int extent, double mirror, double margin)
    {
        var at = ((place + 1) / 2 * (extent - 1 + (2 * margin))) - margin;
        while (mirror >= 0 && (at < -mirror || at > extent - 1 + mirror))
        {
            at = at < -mirror ? (-2 * mirror) - at : (2 * (extent - 1 + mirror)) - at;
        }

        return at;
    }

    /// <summary>softmax(Q·Kᵀ·scale + mask)·V of heads; each head of keys and values serves as many of the queries as it takes.</summary>
    private static Array64 Attended(Array64[] x, double scale, Func<int, int, double> mask)
    {
        var (q, k, v) = (x[0], x[1], x[2]);
        return Array64.Build([q.Shape[0], q.Shape[1], q.Shape[2], v.Shape[3]], at =>
        {
            var head = at[1] / (q.Shape[1] / k.Shape[1]);
            var weights = Enumerable.Range(0, k.Shape[2]).Select(j => Math.Exp(mask(at[2], j) + (scale * Enumerable.Range(0, q.Shape[3])
                .Sum(d => q[at[0], at[1], at[2], d] * k[at[0], head, j, d])))).ToArray();
            return weights.Select((weight, j) => weight * v[at[0], head, j, at[3]]).Sum() / weights.Sum();
        });
    }

    private static Array64 Heads(Array64 x, int heads) =>
        Naive.Permute(Naive.Reshape(x, [x.Shape[0], x.Shape[1], heads, x.Shape[2] / heads]), 0, 2, 1, 3);

    private static Array64 Rows(Array64 x) =>
        Naive.Reshape(Naive.Permute(x, 0, 2, 1, 3), [x.Shape[0], x.Shape[2], x.Shape[1] * x.Shape[3]]);

    /// <summary>x with each element of a source put where it belongs, one after the other.</summary>
    private static Array64 Written(Array64 x, Array64 source, Func<int[], int[]> place, Func<double, double, double> f)
    {
        var y = new Array64(x.Shape, [.. x.Values]);
        _ = Array64.Build(source.Shape, at => y[place(at)] = f(y[place(at)], source[at]));
        return y;
    }

    private static Array64 PlacesOfNonZero(Array64 x)
    {
        int[] found = [.. Enumerable.Range(0, x.Values.Length).Where(i => x.Values[i] != 0)];
        return Array64.Build([2, found.Length], at => at[0] == 0 ? found[at[1]] / x.Shape[1] : found[at[1]] % x.Shape[1]);
    }

    /// <summary>Means of k×k windows of which some reach beyond the lower and the right border, of what is inside.</summary>
    private static Array64 OverPart(Array64 x, int k) => Array64.Build(x.Shape, at =>
    {
        var inside = new List<double>();
        for (var i = 0; i < k * k; i++)
        {
            var (row, column) = (at[2] + (i / k), at[3] + (i % k));
            if (row < x.Shape[2] && column < x.Shape[3])
            {
                inside.Add(x[at[0], at[1], row, column]);
            }
        }

        return inside.Average();
    });

    /// <summary>Means of 2×2 windows in steps of 2×1, whose taps are 2×3 apart, with zeros above and on the right.</summary>
    private static Array64 Spread(Array64 x) => Naive.Conv2d(
        x, new Array64([2, 1, 2, 2], [.. Enumerable.Repeat(0.25, 8)]), null, (2, 1), (1, 0, 0, 1), (2, 3), 2);

    private static Array64 Row(Array64 x) => Naive.Reshape(x, [x.Shape[0], x.Shape[1], 1, x.Shape[2]]);

    private static Array64 Line(Array64 x) => Naive.Reshape(x, [x.Shape[0], x.Shape[1], x.Shape[3]]);

    /// <summary>2/√π·Σ (−1)ⁿ·x²ⁿ⁺¹/(n!·(2n + 1)).</summary>
    private static double ErrorFunction(double x)
    {
        double term = x, sum = x;
        for (var n = 1; n < 80; n++)
        {
            term *= -x * x / n;
            sum += term / ((2 * n) + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
