namespace IlgpuGan.Models.Evaluation.Sets;

/// <summary>Precision, recall, density and coverage of two sets of features.</summary>
/// <param name="Precision">share of the generated pictures in the manifold of the real ones</param>
/// <param name="Recall">share of the real pictures in the manifold of the generated ones</param>
/// <param name="Density">
/// mean number of real neighbourhoods that contain a generated picture, divided by k; 1 for equal distributions, may exceed 1
/// </param>
/// <param name="Coverage">share of the real pictures with a generated picture in their neighbourhood</param>
internal sealed record ManifoldScores(double Precision, double Recall, double Density, double Coverage);

/// <summary>
/// The manifold of a set of features: the union of balls around its points, each up to its k-th nearest neighbour. Precision and recall of
/// Kynkäänniemi et al. 2019 with k = 3, density and coverage of Naeem et al. 2020 with k = 5.
/// </summary>
internal static class Manifolds
{
    /// <summary>Smallest number of points with a fifth neighbour.</summary>
    public const int LeastPoints = NeighboursOfDensity + 1;

    private const int NeighboursOfPrecision = 3;
    private const int NeighboursOfDensity = 5;

    /// <param name="made">features of generated pictures, of equal length</param>
    /// <param name="real">features of real pictures, of the same length</param>
    /// <exception cref="ArgumentException">a set has fewer than six points</exception>
    public static ManifoldScores Between(IReadOnlyList<float[]> made, IReadOnlyList<float[]> real)
    {
        if (Math.Min(made.Count, real.Count) < LeastPoints)
        {
            throw new ArgumentException($"precision and recall need at least {LeastPoints} pictures in both sets");
        }

        double[][] across = Distances(made, real), ofMade = Distances(made, made), ofReal = Distances(real, real);
        double[] aroundMade = Radii(ofMade, NeighboursOfPrecision), aroundReal = Radii(ofReal, NeighboursOfPrecision),
            wide = Radii(ofReal, NeighboursOfDensity);
        return new ManifoldScores(
            Share(made.Count, m => Enumerable.Range(0, real.Count).Any(r => across[m][r] <= aroundReal[r])),
            Share(real.Count, r => Enumerable.Range(0, made.Count).Any(m => across[m][r] <= aroundMade[m])),
            across.Sum(row => row.Where((distance, r) => distance <= wide[r]).Count()) / (double)(NeighboursOfDensity * made.Count),
            Share(real.Count, r => across.Any(row => row[r] <= wide[r])));
    }

    private static double Share(int count, Func<int, bool> holds) => Enumerable.Range(0, count).Count(holds) / (double)count;

    /// <summary>Distance of each point to its k-th nearest neighbour; the nearest point, itself, does not count.</summary>
    private static double[] Radii(double[][] distances, int k) => Array.ConvertAll(distances, row => row.Order().ElementAt(k));

    private static double[][] Distances(IReadOnlyList<float[]> a, IReadOnlyList<float[]> b)
    {
        var distances = new double[a.Count][];
        Parallel.For(0, a.Count, i => distances[i] = [.. b.Select(other => Distance(a[i], other))]);
        return distances;
    }

    private static double Distance(float[] a, float[] b)
    {
        var square = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            square += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        }

        return Math.Sqrt(square);
    }
}
