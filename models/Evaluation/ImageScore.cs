using IlgpuGan.Imaging;

namespace IlgpuGan.Models.Evaluation;

/// <summary>Scores of a picture against its target, both rounded to 8 bits as they would be saved.</summary>
public sealed record ImageScore
{
    /// <summary>Name of the sample.</summary>
    public required string Name { get; init; }

    /// <summary>Mean absolute difference as a fraction of full scale (0 … 1); lower is better.</summary>
    public required double L1 { get; init; }

    /// <summary>Mean squared difference, likewise.</summary>
    public required double Mse { get; init; }

    /// <summary>10·log₁₀(1 / MSE) in dB; higher is better, infinite for equal pictures.</summary>
    public required double Psnr { get; init; }

    /// <summary>
    /// Mean over channels of <see cref="StructuralSimilarity"/> with a data range of 255; higher is better, 1 for equal pictures.
    /// </summary>
    public required double Ssim { get; init; }

    /// <summary>Mean over channels of <see cref="MultiScaleSimilarity"/>, likewise.</summary>
    public required double MsSsim { get; init; }

    private const double FullScale = 255;

    /// <summary>The PSNR in dB of equal pictures in means, where it would be infinite.</summary>
    internal const double MostPsnr = 100;

    /// <summary>Share of the pixels for which a segmenter finds the class of the label map; null without label maps.</summary>
    public double? PixelAccuracy { get; init; }

    /// <exception cref="ArgumentException">the pictures differ in size or channels, or are smaller than MS-SSIM's window</exception>
    public static ImageScore Of(string name, Picture picture, Picture target)
    {
        if ((picture.Width, picture.Height, picture.Channels) != (target.Width, target.Height, target.Channels))
        {
            throw new ArgumentException($"{name}: {picture.Width}x{picture.Height}x{picture.Channels} can't be compared with " +
                $"{target.Width}x{target.Height}x{target.Channels}");
        }

        var (width, height) = (picture.Width, picture.Height);
        var (a, b) = (Planes(picture), Planes(target));
        var (l1, mse) = (0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            double difference = a[i] - b[i];
            l1 += Math.Abs(difference);
            mse += difference * difference;
        }

        l1 /= a.Length * FullScale;
        mse /= a.Length * FullScale * FullScale;
        return new ImageScore
        {
            Name = name, L1 = l1, Mse = mse, Psnr = 10 * Math.Log10(1 / mse),
            Ssim = OverChannels((p, q) => StructuralSimilarity.Of(p, q, width, height, FullScale)),
            MsSsim = OverChannels((p, q) => MultiScaleSimilarity.Of(p, q, width, height, FullScale)),
        };

        double OverChannels(Func<ReadOnlySpan<float>, ReadOnlySpan<float>, double> similarity) => Enumerable.Range(0, picture.Channels)
            .Average(c => similarity(a.AsSpan(c * width * height, width * height), b.AsSpan(c * width * height, width * height)));
    }

    /// <summary>Means of scores, under a name; an infinite PSNR counts as 100 dB.</summary>
    public static ImageScore MeanOf(string name, IReadOnlyCollection<ImageScore> scores) => new()
    {
        Name = name, L1 = scores.Average(s => s.L1), Mse = scores.Average(s => s.Mse),
        Psnr = scores.Average(s => Math.Min(s.Psnr, MostPsnr)), Ssim = scores.Average(s => s.Ssim),
        MsSsim = scores.Average(s => s.MsSsim),
        PixelAccuracy = scores.Average(s => s.PixelAccuracy),
    };

    /// <summary>Values 0 … 255, [C, H, W].</summary>
    private static float[] Planes(Picture picture)
    {
        var planes = new float[picture.Channels * picture.Width * picture.Height];
        var start = 0;
        foreach (var layer in picture.Layers)
        {
            Deinterleave(layer.ToEightBits(), planes.AsSpan(start));
            start += layer.Channels * layer.Width * layer.Height;
        }

        return planes;
    }

    private static void Deinterleave(Image image, Span<float> planes)
    {
        var (bytes, channels, pixels) = (image.Bytes, image.Channels, image.Width * image.Height);
        for (var c = 0; c < channels; c++)
        {
            for (var i = 0; i < pixels; i++)
            {
                planes[(c * pixels) + i] = bytes[(i * channels) + c];
            }
        }
    }
}
