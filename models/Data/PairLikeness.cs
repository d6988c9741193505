namespace IlgpuGan.Models.Data;

/// <summary>Tests whether pairs show the same things, by the correlation of their contours.</summary>
internal static class PairLikeness
{
    /// <summary>Fewest pairs for a result.</summary>
    private const int Fewest = 8;

    private const int Most = 32;
    private const int Side = 32;

    /// <summary>Threshold in standard deviations above random pairing; 99 of 100 sets of random pairs stay below it.</summary>
    private const double LeastOfPairs = 2.4;

    /// <summary>Whether pairs are no more alike than randomly paired pictures.</summary>
    /// <param name="count">number of pairs</param>
    /// <param name="read">reads a pair by its index</param>
    public static bool AreUnlike(int count, Func<int, (Picture A, Picture B)> read) =>
        count >= Fewest && Score(count, read) < LeastOfPairs;

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
