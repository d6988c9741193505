namespace IlgpuGan.Models.Evaluation.Sets;

/// <summary>Diversity of a set of pictures.</summary>
internal static class Diversity
{
    /// <summary>
    /// Mean absolute difference over all pairs of pictures, for values in [−1, 1]; 0 if all are equal. For two pictures it is their
    /// distance.
    /// </summary>
    /// <param name="pictures">at least two, of one size</param>
    /// <exception cref="ArgumentException">there are fewer, or their sizes differ</exception>
    public static double MeanDistance(IReadOnlyList<Picture> pictures)
    {
        var comparable = pictures.Count > 1 && pictures.All(p => IsLike(p, pictures[0]));
        Require(comparable, "the diversity of a set needs at least two pictures of one size");
        var values = pictures.Select(Values).ToList();
        var (sum, pairs) = (0.0, 0);
        for (var i = 0; i < values.Count; i++)
        {
            for (var j = 0; j < i; j++, pairs++)
            {
                sum += Distance(values[i], values[j]);
            }
        }

        return sum / pairs;
    }

    /// <summary>
    /// The diversity metric of Shaham et al. 2019: the standard deviation of a pixel's luma over all pictures, averaged over the pixels,
    /// divided by the standard deviation of luma over the pixels of the training picture. 0 if all pictures are equal.
    /// </summary>
    /// <param name="pictures">generated pictures of the source's size</param>
    /// <param name="source">the training picture, not of constant luma</param>
    /// <exception cref="ArgumentException">there are no pictures, or sizes differ, or the source has constant luma</exception>
    public static double Deviation(IReadOnlyList<Picture> pictures, Picture source)
    {
        Require(pictures.Count > 0 && pictures.All(p => IsLike(p, source)), "there must be at least one picture, all of the source's size");
        var lumas = pictures.Select(Luma).ToList();
        var ofSource = Deviation(Luma(source));
        Require(ofSource > 0, "the source has constant luma");
        return Enumerable.Range(0, lumas[0].Length).Average(i => Deviation([.. lumas.Select(l => l[i])])) / ofSource;
    }

    /// <summary>Mean absolute difference.</summary>
    internal static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += Math.Abs(a[i] - b[i]);
        }

        return sum / a.Length;
    }

    /// <summary>[C, H, W] in [−1, 1].</summary>
    internal static float[] Values(Picture picture)
    {
        var values = new float[picture.Channels * picture.Width * picture.Height];
        picture.CopyTo(values);
        return values;
    }

    internal static bool IsLike(Picture picture, Picture other) =>
        (picture.Width, picture.Height, picture.Channels) == (other.Width, other.Height, other.Channels);

    private static float[] Luma(Picture picture) => Values(picture.ToChannels(1, "a picture"));

    /// <summary>Population standard deviation.</summary>
    private static double Deviation(IReadOnlyList<float> values)
    {
        var mean = values.Average(v => (double)v);
        return Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new ArgumentException(message);
        }
    }
}
