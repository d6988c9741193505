namespace IlgpuGan.Models.Data;

/// <summary>
/// Tests whether pairs side by side are pairs: whether their halves show the same things, by the correlation of their contours, and
/// whether there is a seam between them. Looks at some pairs as they are read for any purpose, and reads only those that nobody has.
/// Thread-safe.
/// </summary>
/// <param name="count">number of pairs</param>
internal sealed class PairLikeness(int count)
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

    /// <summary>What is seen of each examined pair; null until it is read.</summary>
    private readonly Seen?[] _seen = new Seen?[Math.Min(count, Most)];

    /// <summary>Looks at a pair, if it is one of those to examine.</summary>
    /// <param name="index">its index among all</param>
    public void Look(int index, Picture a, Picture b)
    {
        // Pair i * count / n is examined as number i; the first number whose pair is not before this one:
        var number = _seen.Length == 0 ? 0 : (int)((((long)index * _seen.Length) + count - 1) / count);
        if (number < _seen.Length && IndexOf(number) == index && _seen[number] is null)
        {
            _seen[number] = Seen.Of(a, b);
        }
    }

    /// <summary>What is found of the pairs: that their halves are unlike; that there is no seam.</summary>
    /// <param name="read">reads a pair by its index, which <see cref="Look"/> is told of</param>
    public (bool AreUnlike, bool AreWhole) Find(Action<int> read)
    {
        for (var i = 0; i < _seen.Length; i++)
        {
            if (_seen[i] is null)
            {
                read(IndexOf(i));
            }
        }

        var seen = _seen.OfType<Seen>().ToList();
        return (count >= Fewest && Score(seen) < LeastOfPairs, IsWhole(seen));
    }

    private int IndexOf(int number) => (int)((long)number * count / _seen.Length);

    /// <summary>
    /// Whether files are single pictures: they go on through their middle as they do beside it. Pictures of one colour around the middle
    /// may be either, and are taken for pairs.
    /// </summary>
    private static bool IsWhole(IReadOnlyCollection<Seen> seen) => IsWhole(seen.Sum(s => s.Middle), seen.Sum(s => s.Beside), seen.Count);

    /// <summary>The same of one picture, by its halves.</summary>
    internal static bool IsWhole(Picture left, Picture right)
    {
        var (middle, beside) = Seam(left, right);
        return IsWhole(middle, beside, pictures: 1);
    }

    private static bool IsWhole(double middle, double beside, int pictures) =>
        beside / pictures > LeastBeside && middle / beside is > LeastOfWhole and < MostOfWhole;

    /// <summary>The mean difference of the two columns in the middle, and that of neighbouring columns beside it.</summary>
    internal static (double Middle, double Beside) Seam(Picture a, Picture b)
    {
        var width = Math.Min(SeamSide, a.Width);
        var (left, right) = (Columns(a, a.Width - width, width), Columns(b, 0, width));
        var beside = 0.0;
        for (var x = 1; x < width; x++)
        {
            beside += (Difference(left[x - 1], left[x]) + Difference(right[x - 1], right[x])) / (2 * (width - 1));
        }

        return (Difference(left[^1], right[0]), beside);
    }

    private static float[][] Columns(Picture picture, int first, int count)
    {
        var strip = picture.Crop(first, 0, count, picture.Height);
        var values = new float[strip.Channels * picture.Height * count];
        strip.CopyTo(values);
        return [.. Enumerable.Range(0, count).Select(x => values.Where((_, i) => i % count == x).ToArray())];
    }

    private static double Difference(float[] left, float[] right) => left.Zip(right, (l, r) => Math.Abs(l - r)).Average();

    /// <summary>
    /// How much more alike pairs are than with random pairing, in standard deviations. Row and column means of the likeness matrix are
    /// removed, so that features common to all pictures, such as a horizon, do not count.
    /// </summary>
    internal static double Score(IReadOnlyList<Seen> seen)
    {
        var n = seen.Count;
        double[][] likeness =
            [.. seen.Select(a => seen.Select(b => (double)a.A.Zip(b.B, (x, y) => x * y).Sum()).ToArray())];
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
        var small = picture.Resize(Side, Side);
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

    /// <summary>What is seen of a pair: both contours, and the differences of columns in the middle and beside it.</summary>
    internal sealed record Seen(float[] A, float[] B)
    {
        public required double Middle { get; init; }

        public required double Beside { get; init; }

        public static Seen Of(Picture a, Picture b)
        {
            var (middle, beside) = Seam(a, b);
            return new Seen(Contours(a), Contours(b)) { Middle = middle, Beside = beside };
        }
    }
}
