namespace IlgpuGan.Models.Families;

/// <summary>k-means clustering (Lloyd 1982) with k-means++ initialisation (Arthur, Vassilvitskii 2007).</summary>
internal static class KMeans
{
    /// <summary>Limit of the iterations; clusterings nearly always converge much earlier.</summary>
    private const int MostRounds = 100;

    /// <param name="points">all of the same length</param>
    /// <param name="count">number of clusters</param>
    /// <param name="random">for the initialisation</param>
    /// <returns>that number of centres, with duplicates if there are fewer distinct points; none without points</returns>
    public static IReadOnlyList<float[]> Centres(IReadOnlyList<float[]> points, int count, RandomSequence random)
    {
        if (points.Count == 0)
        {
            return [];
        }

        var centres = new List<float[]> { points[random.NextInt(points.Count)] };
        while (centres.Count < count)
        {
            centres.Add(points[DrawFarPoint(centres, points, random)]);
        }

        int[]? earlier = null;
        for (var round = 0; round < MostRounds; round++)
        {
            int[] nearest = [.. points.Select(p => Nearest(centres, p).Centre)];
            if (earlier is not null && nearest.AsSpan().SequenceEqual(earlier))
            {
                break;
            }

            foreach (var cluster in points.Zip(nearest).GroupBy(p => p.Second, p => p.First))
            {
                centres[cluster.Key] = [.. Enumerable.Range(0, points[0].Length).Select(i => (float)cluster.Average(p => (double)p[i]))];
            }

            earlier = nearest;
        }

        return centres;
    }

    /// <summary>A random point, with probability proportional to its squared distance from the nearest centre.</summary>
    private static int DrawFarPoint(List<float[]> centres, IReadOnlyList<float[]> points, RandomSequence random)
    {
        double[] distances = [.. points.Select(p => Nearest(centres, p).Distance)];
        var left = random.NextSingle() * distances.Sum();
        var last = 0;
        for (var i = 0; i < distances.Length; i++)
        {
            if (distances[i] > 0)
            {
                last = i;
                left -= distances[i];
                if (left < 0)
                {
                    break;
                }
            }
        }

        return last;
    }

    private static (int Centre, double Distance) Nearest(List<float[]> centres, float[] point)
    {
        var nearest = (Centre: 0, Distance: double.PositiveInfinity);
        for (var c = 0; c < centres.Count; c++)
        {
            var distance = point.Zip(centres[c], (a, b) => ((double)a - b) * ((double)a - b)).Sum();
            nearest = distance < nearest.Distance ? (c, distance) : nearest;
        }

        return nearest;
    }
}
