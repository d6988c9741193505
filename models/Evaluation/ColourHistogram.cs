using IlgpuGan.Imaging;

namespace IlgpuGan.Models.Evaluation;

/// <summary>Histogram intersections of two sets for each Lab coordinate, 0 … 1; higher is better.</summary>
public sealed record ColourIntersection(double L, double A, double B);

/// <summary>
/// Histograms of L, a and b over all pixels of a set of pictures. Their intersection shows whether outputs are as colourful as the targets
/// (Isola et al. 2017, table 4 and figure 7). 100 bins over L in 0 … 100 and over a, b in −110 … 110.
/// </summary>
internal sealed class ColourHistogram
{
    private const int Bins = 100;
    private const double Chroma = 110;

    private readonly long[][] _counts = [new long[Bins], new long[Bins], new long[Bins]];
    private long _pixels;

    /// <summary>The histograms of a set.</summary>
    public static ColourHistogram Of(IEnumerable<Picture> pictures)
    {
        var histogram = new ColourHistogram();
        foreach (var picture in pictures)
        {
            histogram.Add(picture);
        }

        return histogram;
    }

    /// <summary>Adds a picture's pixels; gray is colour without chroma.</summary>
    public void Add(Picture picture)
    {
        var image = picture.Layers[0].ToEightBits().ToChannels(3);
        for (var i = 0; i < image.Bytes.Length; i += 3)
        {
            var (l, a, b) = LabColour.Of(image.Bytes[i], image.Bytes[i + 1], image.Bytes[i + 2]);
            _counts[0][Bin(l / 100)]++;
            _counts[1][Bin((a + Chroma) / (2 * Chroma))]++;
            _counts[2][Bin((b + Chroma) / (2 * Chroma))]++;
        }

        _pixels += image.Width * image.Height;
    }

    /// <summary>Histogram intersection: the sum over bins of the smaller share, for each coordinate.</summary>
    public ColourIntersection Intersect(ColourHistogram other)
    {
        return new ColourIntersection(Shared(0), Shared(1), Shared(2));

        double Shared(int coordinate) =>
            _counts[coordinate].Zip(other._counts[coordinate], (p, q) => Math.Min(p / (double)_pixels, q / (double)other._pixels)).Sum();
    }

    private static int Bin(double share) => Math.Clamp((int)(share * Bins), 0, Bins - 1);
}
