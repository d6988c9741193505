using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.LapGan;
using IlgpuGan.Models.Families.PlainGan;

namespace IlgpuGan.Claims.Papers;

/// <summary>
/// The claim of Denton et al. 2015: a pyramid of residuals is better than one GAN at full size that has seen as many pictures.
/// </summary>
internal static class LapGanClaim
{
    private const int Side = 32;
    private const int Houses = 2000;
    private const int HeldOut = 200;
    private const int Columns = 10;
    private const int Shown = 40;
    private const string Patches = "patches";
    private const string Covered = "coverage";
    private const string Score = "score";

    public static Claim Pyramid { get; } = new()
    {
        Name = LapGanFamily.Name,
        Sentence = "A pyramid of GANs, one for coarse pictures and one for the residual of each finer level, comes closer to the real " +
            "pictures than one GAN of the full size that has seen as many pictures.",
        Source = "Denton et al. 2015, table 1, log-likelihood on CIFAR-10: LAPGAN −1799, GAN −3617",
        Setting = "Synthetic houses of 32 pixels, 2000 for training, 200 held out; the small preset: levels of 8, 16 and 32, a third of " +
            "the steps each. One GAN of the full size has the coarsest level's perceptrons, as in the paper, and the same losses; the " +
            "other one is the DCGAN of the small preset with batches of 32, an addition of ours. The patch distance and the coverage by " +
            "a classifier's features replace the paper's likelihood.",
        FirstSeed = 21,
        Learnt = "The pyramid is nearer by its patches, and draws fewer kinds of houses; a DCGAN of as many pictures is far ahead of both.",
        Steps = 4500,
        Variants =
        [
            new("pyramid", "8 pixels, then the residuals of 16 and 32", steps => With(steps)),
            new("one-shot", "32 pixels at once", steps => With(steps) with { BaseSize = Side, Niter = steps }),
            new("dcgan", "32 pixels at once, by convolutions", steps => DcganOptions.Small() with
            {
                BatchSize = LapGanOptions.Small().BatchSize, Steps = steps, LogFreq = 100,
            }),
        ],
        Measures =
        [
            GeneratedPictures.PatchesOfHouses,
            new(Covered, "share of the held-out houses that have a generated one near them", HigherIsBetter: true)
            {
                Floor = new(0, "noise"),
            },
            new(Score, "inception score from 1 to 4: houses clearly of one kind, and all four kinds", HigherIsBetter: true) { Digits = 2 },
        ],
        Differences =
        [
            new("pyramid", "one-shot", Patches) { Least = 10 },
            new("pyramid", "one-shot", Covered) { Least = 0.05 },
            new("pyramid", "dcgan", Patches) { IsApart = true },
            new("pyramid", "dcgan", Covered) { IsApart = true },
        ],
        DrawData = folder => new DrawnAttributes().WriteSplits(folder, Houses, HeldOut, Side),
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
        return new ClaimFinding
        {
            Values = new Dictionary<string, double>
            {
                [Patches] = variant.Instruments.PatchDistance(made, real),
                [Covered] = variant.Instruments.Coverage(made, real),
                [Score] = variant.Instruments.InceptionScore(made),
            },
            Pictures = [Mosaic.Column([.. made.Take(Shown).Chunk(Columns).Select(row => Mosaic.Row(row))])],
        };
    }
}
