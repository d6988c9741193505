using IlgpuGan.Models.Data;

namespace IlgpuGan.Models.Families.LapGan;

/// <summary>
/// The claim of Denton et al. 2015: of as many pictures, a pyramid of residuals learns more than one GAN of the full size.
/// </summary>
internal static class LapGanClaim
{
    private const int Side = 32;
    private const int Houses = 2000;
    private const int HeldOut = 200;
    private const int Columns = 10;
    private const int Shown = 40;
    private const string Fine = "fine";
    private const string Layout = "layout";

    public static Claim Pyramid { get; } = new()
    {
        Sentence = "A pyramid of GANs, one for coarse pictures and one for the residual of each finer level, comes closer to the real " +
            "pictures than one GAN of the full size that has seen as many pictures.",
        Source = "Denton et al. 2015, table 1, log-likelihood on CIFAR-10: LAPGAN −1799, GAN −3617",
        Setting = "Synthetic houses of 32 pixels, 2000 for training, 200 held out; the small preset: levels of 8, 16 and 32, a third of " +
            "the steps each. The GAN of the full size has the coarsest level's perceptrons, for 32 pixels. The patch distance replaces " +
            "the paper's likelihood.",
        Steps = 4500,
        Variants =
        [
            new("pyramid", "8 pixels, then the residuals of 16 and 32", steps => With(steps)),
            new("one-shot", "32 pixels at once", steps => With(steps) with { BaseSize = Side, Niter = steps }),
        ],
        Measures =
        [
            new(Fine, "patch distance at 32 pixels to held-out houses, × 10³", HigherIsBetter: false) { Digits = 1 },
            new(Layout, "that of half the size", HigherIsBetter: false) { Digits = 1 },
        ],
        Differences = [new("pyramid", "one-shot", Fine), new("pyramid", "one-shot", Layout)],
        DrawData = folder =>
        {
            new DrawnAttributes().Write(folder, "train", 0, Houses, Side, seed: 1);
            new DrawnAttributes().Write(folder, "val", Houses, HeldOut, Side, seed: 1);
        },
        Judge = Judge,
    };

    private static LapGanOptions With(int steps)
    {
        var small = LapGanOptions.Small();
        return small with { Steps = steps, Niter = Math.Max(steps / small.Levels, 1), LogFreq = 100 };
    }

    private static ClaimFinding Judge(TrainedVariant variant)
    {
        var real = GeneratedPictures.HeldOut(variant);
        var made = GeneratedPictures.Of(variant.Model, real.Count);
        var distances = variant.Instruments.PatchDistances(made, real);
        return new ClaimFinding
        {
            Values = new Dictionary<string, double> { [Fine] = distances[0], [Layout] = distances[^1] },
            Pictures = [Mosaic.Column([.. made.Take(Shown).Chunk(Columns).Select(row => Mosaic.Row(row))])],
        };
    }
}
