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
    /// Mean over channels of <see cref="StructuralSimilarity"/> with a data range of 255; higher is better, 1 for equal pictures. Null for
    /// a picture that is smaller than its window.
    /// </summary>
    public double? Ssim { get; init; }

    /// <summary>Mean over channels of <see cref="MultiScaleSimilarity"/>, likewise.</summary>
    public double? MsSsim { get; init; }

    /// <summary>The PSNR in dB of equal pictures in means, where it would be infinite.</summary>
    internal const double MostPsnr = 100;

    /// <summary>Share of the pixels for which a segmenter finds the class of the label map; null without label maps.</summary>
    public double? PixelAccuracy { get; init; }

    /// <exception cref="ArgumentException">the pictures differ in size or channels</exception>
    public static ImageScore Of(string name, Picture picture, Picture target)
    {
        var compared = new ComparedPictures(name, picture, target);
        var (l1, mse) = compared.Differences();
        return new ImageScore
        {
            Name = name, L1 = l1, Mse = mse, Psnr = PsnrOf(mse), Ssim = compared.Ssim(), MsSsim = compared.MsSsim(),
        };
    }

    internal static double PsnrOf(double mse) => 10 * Math.Log10(1 / mse);

    /// <summary>Means of scores, under a name; an infinite PSNR counts as 100 dB, and pictures without a similarity don't count.</summary>
    public static ImageScore MeanOf(string name, IReadOnlyCollection<ImageScore> scores) => new()
    {
        Name = name, L1 = scores.Average(s => s.L1), Mse = scores.Average(s => s.Mse),
        Psnr = scores.Average(s => Math.Min(s.Psnr, MostPsnr)), Ssim = scores.Average(s => s.Ssim),
        MsSsim = scores.Average(s => s.MsSsim),
        PixelAccuracy = scores.Average(s => s.PixelAccuracy),
    };
}
