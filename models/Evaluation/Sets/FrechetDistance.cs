using System.Numerics;

namespace IlgpuGan.Models.Evaluation.Sets;

/// <summary>
/// Fréchet distance of two sets of features as normal distributions (Heusel et al. 2017; the FID if the features are those of Inception):
/// |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2·√(Σ₁·Σ₂)).
/// </summary>
/// <remarks>
/// Covariances are never formed: with Σ = AᵀA of the centred features A, the trace of the root is the sum of the singular values of A₁·A₂ᵀ.
/// That matrix has a row for each picture of one set and a column for each of the other, or for each feature if those are fewer. There may
/// be fewer pictures than features, but the estimate from few pictures is biased upwards.
/// </remarks>
public static class FrechetDistance
{
    /// <summary>Smallest number of pictures for a covariance.</summary>
    public const int LeastPictures = 2;

    private const double Tolerance = 1e-11;
    private const int MostSweeps = 60;

    /// <param name="first">features of one set, of equal length</param>
    /// <param name="second">features of the other set, of the same length</param>
    /// <exception cref="ArgumentException">there are fewer than two of a set, or lengths differ, or a feature is not finite</exception>
    public static double Between(IReadOnlyList<float[]> first, IReadOnlyList<float[]> second)
    {
        if (Math.Min(first.Count, second.Count) < LeastPictures)
        {
            throw new ArgumentException($"the Fréchet distance needs at least {LeastPictures} pictures in both sets");
        }

        var length = first[0].Length;
        if (first.Concat(second).Any(f => f.Length != length || !Array.TrueForAll(f, float.IsFinite)))
        {
            throw new ArgumentException("features must be finite, and equally many for each picture");
        }

        var (mean, other) = (Mean(first), Mean(second));
        double[][] a = Centred(first, mean), b = Centred(second, other);
        var apart = mean.Zip(other, (x, y) => (x - y) * (x - y)).Sum();
        var traces = a.Sum(SquareOf) + b.Sum(SquareOf);
        return Math.Max(apart + traces - (2 * SingularValues(Products(Reduced(a), Reduced(b)))), 0);
    }

    private static double[] Mean(IReadOnlyList<float[]> features)
    {
        var mean = new double[features[0].Length];
        foreach (var row in features)
        {
            for (var i = 0; i < mean.Length; i++)
            {
                mean[i] += (double)row[i] / features.Count;
            }
        }

        return mean;
    }

    /// <summary>(x − μ)/√(n − 1), row by row.</summary>
    private static double[][] Centred(IReadOnlyList<float[]> features, double[] mean)
    {
        var scale = 1 / Math.Sqrt(features.Count - 1.0);
        return [.. features.Select(row => row.Select((value, i) => (value - mean[i]) * scale).ToArray())];
    }

    /// <summary>
    /// A matrix with at most as many rows as columns and the same AᵀA: R of the QR decomposition, by Householder reflections.
    /// </summary>
    private static double[][] Reduced(double[][] rows)
    {
        var columns = rows[0].Length;
        if (rows.Length <= columns)
        {
            return rows;
        }

        double[][] lines = [.. Enumerable.Range(0, columns).Select(c => Array.ConvertAll(rows, row => row[c]))];
        for (var k = 0; k < columns; k++)
        {
            var mirror = lines[k][k..];
            var size = Math.Sqrt(SquareOf(mirror));
            if (size == 0)
            {
                continue;
            }

            mirror[0] += mirror[0] < 0 ? -size : size;
            var square = SquareOf(mirror);
            Parallel.For(k, columns, c =>
            {
                var line = lines[c].AsSpan(k);
                Add(-2 * Product(mirror, line) / square, mirror, line);
            });
        }

        return [.. Enumerable.Range(0, columns).Select(r => Enumerable.Range(0, columns).Select(c => r <= c ? lines[c][r] : 0).ToArray())];
    }

    /// <summary>The columns of A·Bᵀ, or of its transpose if that has fewer.</summary>
    private static double[][] Products(double[][] a, double[][] b)
    {
        var (columns, rows) = a.Length <= b.Length ? (a, b) : (b, a);
        var products = new double[columns.Length][];
        Parallel.For(0, columns.Length, c => products[c] = Array.ConvertAll(rows, row => Product(row, columns[c])));
        return products;
    }

    /// <summary>
    /// Sum of the singular values by the one-sided Jacobi method (Hestenes 1958): pairs of columns are rotated until all are orthogonal;
    /// their norms are the singular values. Pairs of a round share no column and run in parallel, with the same result for any number of
    /// threads.
    /// </summary>
    private static double SingularValues(double[][] columns)
    {
        var players = columns.Length + (columns.Length % 2);
        for (var sweep = 0; sweep < MostSweeps; sweep++)
        {
            var turned = 0;
            for (var round = 0; round < players - 1; round++)
            {
                var current = round;
                Parallel.For(0, players / 2, pair =>
                {
                    var (i, j) = Pair(players, current, pair);
                    if (Math.Max(i, j) < columns.Length && Turn(columns[i], columns[j]))
                    {
                        Interlocked.Exchange(ref turned, 1);
                    }
                });
            }

            if (turned == 0)
            {
                break;
            }
        }

        return columns.Sum(column => Math.Sqrt(SquareOf(column)));
    }

    /// <summary>A round-robin schedule: every pair once; the last column stays in place, the others rotate.</summary>
    private static (int I, int J) Pair(int players, int round, int pair)
    {
        var others = players - 1;
        return pair == 0 ? (others, round % others) : ((round + pair) % others, (round - pair + others) % others);
    }

    /// <summary>Rotates two columns so that they are orthogonal; false if they already are.</summary>
    private static bool Turn(double[] x, double[] y)
    {
        var (xx, yy, xy) = (SquareOf(x), SquareOf(y), Product(x, y));
        if (Math.Abs(xy) <= Tolerance * Math.Sqrt(xx * yy))
        {
            return false;
        }

        var zeta = (yy - xx) / (2 * xy);
        var tangent = (zeta < 0 ? -1 : 1) / (Math.Abs(zeta) + Math.Sqrt(1 + (zeta * zeta)));
        var cosine = 1 / Math.Sqrt(1 + (tangent * tangent));
        var sine = cosine * tangent;
        for (var i = 0; i < x.Length; i++)
        {
            (x[i], y[i]) = ((cosine * x[i]) - (sine * y[i]), (sine * x[i]) + (cosine * y[i]));
        }

        return true;
    }

    private static double SquareOf(double[] x) => Product(x, x);

    private static double Product(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var sums = Vector<double>.Zero;
        var i = 0;
        for (; i <= x.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            sums += new Vector<double>(x[i..]) * new Vector<double>(y[i..]);
        }

        var sum = Vector.Sum(sums);
        for (; i < x.Length; i++)
        {
            sum += x[i] * y[i];
        }

        return sum;
    }

    private static void Add(double factor, ReadOnlySpan<double> x, Span<double> y)
    {
        for (var i = 0; i < x.Length; i++)
        {
            y[i] += factor * x[i];
        }
    }
}
