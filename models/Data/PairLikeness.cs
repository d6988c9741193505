namespace IlgpuGan.Models.Data;

/// <summary>
/// Tests whether pairs side by side are pairs: whether their halves show the same things, by the correlation of their contours, and
/// whether there is a seam between them.
/// </summary>
internal static class PairLikeness
{
    /// <summary>Fewest pairs for a result.</summary>
    private const int Fewest = 8;

    private const int Most = 32;
    private const int Side = 32;

    /// <summary>Threshold in standard deviations above random pairing; 99 of 100 sets of random pairs stay below it.</summary>
    private const double LeastOfPairs = 2.4;

    /// <summary>Columns on either side of the middle.</summary>
    private const int SeamSide = 9;

    /// <summary>Beside the middle, in values from −1 to 1: less is a plain ground, whose noise says nothing.</summary>
    private const double LeastBeside = 0.01;

    /// <summary>
    /// Range of the middle's difference as a multiple of that beside it: 0.9 to 1.35 in eight photographs or paintings, at least 6 in eight
    /// pairs of labels and photographs.
    /// </summary>
    private const double LeastOfWhole = 0.6;

    /// <inheritdoc cref="LeastOfWhole"/>
    private const double MostOfWhole = 1.6;

    /// <summary>What is found of pairs, each of which is read once.</summary>
    /// <param name="count">number of pairs</param>
    /// <param name="read">reads a pair by its index</param>
    public static (bool AreUnlike, bool AreWhole) Of(int count, Func<int, (Picture A, Picture B)> read)
    {
        var (middle, beside) = (0.0, 0.0);
        var score = Score(count, i =>
        {
            var pair = read(i);
            AddSeam(pair.A, pair.B, ref middle, ref beside);
            return pair;
        });
        return (count >= Fewest && score < LeastOfPairs, IsWhole(middle, beside, Math.Min(count, Most)));
    }

    /// <summary>
    /// Whether files are single pictures: they go on through their middle as they do beside it. Pictures of one colour around the middle
    /// may be either, and are taken for pairs.
    /// </summary>
    private static bool IsWhole(double middle, double beside, int count) =>
        beside / count > LeastBeside && middle / beside is > LeastOfWhole and < MostOfWhole;

    /// <summary>Adds the mean difference of the two columns in the middle, and that of neighbouring columns beside it.</summary>
    internal static void AddSeam(Picture a, Picture b, ref double middle, ref double beside)
    {
        var width = Math.Min(SeamSide, a.Width);
        var (left, right) = (Columns(a, a.Width - width, width), Columns(b, 0, width));
        middle += Difference(left[^1], right[0]);
        for (var x = 1; x < width; x++)
        {
            beside += (Difference(left[x - 1], left[x]) + Difference(right[x - 1], right[x])) / (2 * (width - 1));
        }
    }

    private static float[][] Columns(Picture picture, int first, int count)
    {
        var strip = picture.Cropped(first, 0, count, picture.Height);
        var values = new float[strip.Channels * picture.Height * count];
        strip.CopyTo(values);
        return [.. Enumerable.Range(0, count).Select(x => values.Where((_, i) => i % count == x).ToArray())];
    }

    private static double Difference(float[] left, float[] right) => left.Zip(right, (l, r) => Math.Abs(l - r)).Average();

    /// <summary>
    /// How much more alike pairs are than with random pairing, in standard deviations. Row and column means of the likeness matrix are
    /// removed, so that features common to all pictures, such as a horizon, do not count.
    /// </summary>
    internal static double Score(int count, Func<int, (Picture A, Picture B)> read)
    {
        var n = Math.Min(count, Most);
        var contours = new (float[] A, float[] B)[n];
        for (var i = 0; i < n; i++)
        {
            var (a, b) = read((int)((long)i * count / n));
            contours[i] = (Contours(a), Contours(b));
        }

        double[][] likeness = [.. contours.Select(a => contours.Select(b => (double)a.A.Zip(b.B, (x, y) => x * y).Sum()).ToArray())];
        double[] rows = [.. likeness.Select(row => row.Average())];
        double[] columns = [.. Enumerable.Range(0, n).Select(j => likeness.Average(row => row[j]))];
        var (own, all, mean) = (0.0, 0.0, rows.Average());
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var more = likeness[i][j] - rows[i] - columns[j] + mean;
                own += i == j ? more : 0;
                all += more * more;
            }
        }

        return all > 0 ? own / Math.Sqrt(all / (n - 1)) : 0; // Hoeffding's variance of the sum over random pairings.
    }

    /// <summary>Gradient magnitudes of a small copy, normalised to mean 0 and length 1.</summary>
    private static float[] Contours(Picture picture)
    {
        var small = picture.Resized(Side, Side);
        var (values, steep) = (new float[small.Channels * Side * Side], new float[Side * Side]);
        small.CopyTo(values);
        for (var i = 0; i < values.Length; i++)
        {
            var (place, x) = (i % steep.Length, i % Side);
            steep[place] += x + 1 < Side ? Math.Abs(values[i + 1] - values[i]) : 0;
            steep[place] += place + Side < steep.Length ? Math.Abs(values[i + Side] - values[i]) : 0;
        }

        var mean = steep.Average();
        var length = MathF.Sqrt(steep.Sum(s => (s - mean) * (s - mean)));
        return [.. steep.Select(s => length > 0 ? (s - mean) / length : 0)];
    }
}
