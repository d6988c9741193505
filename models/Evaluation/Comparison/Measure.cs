namespace IlgpuGan.Models.Evaluation.Comparison;

/// <summary>A metric that every picture of an evaluation has.</summary>
/// <param name="Name">name in tables</param>
/// <param name="HigherIsBetter">whether higher is better, or lower</param>
/// <param name="Of">reads the value; null if it does not apply</param>
internal sealed record Measure(string Name, bool HigherIsBetter, Func<ImageScore, double?> Of)
{
    /// <summary>Share of the pixels with the correct class.</summary>
    public static Measure PixelAccuracy { get; } = new("pixel accuracy", HigherIsBetter: true, s => s.PixelAccuracy);

    public static IReadOnlyList<Measure> All { get; } =
    [
        new("L1", HigherIsBetter: false, s => s.L1),
        new("PSNR (dB)", HigherIsBetter: true, s => Math.Min(s.Psnr, ImageScore.MostPsnr)),
        new("SSIM", HigherIsBetter: true, s => s.Ssim),
        new("MS-SSIM", HigherIsBetter: true, s => s.MsSsim),
        PixelAccuracy,
    ];
}
