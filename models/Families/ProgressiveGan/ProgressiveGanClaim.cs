namespace IlgpuGan.Models.Families.ProgressiveGan;

/// <summary>The claim of Karras et al. 2018: growing is better than training at full size, on as many pictures or for as long.</summary>
internal static class ProgressiveGanClaim
{
    private const int Side = 32;
    private const int Houses = 2000;
    private const int HeldOut = 200;
    private const int Columns = 10;
    private const int Shown = 40;
    private const string Patches = "patches";
    private const string Covered = "coverage";

    public static Claim Growing { get; } = new()
    {
        Name = ProgressiveGanFamily.Name,
        Sentence = "Networks that grow from 4 pixels come closer to the real pictures than the same networks trained at full size from " +
            "the start, for as long or on as many pictures.",
        Source = "Karras et al. 2018: growing reaches a lower patch distance, in less time, than training at full size",
        Setting = "Synthetic houses of 32 pixels, 2000 for training, 200 held out; the small preset: a code of 32, at most 32 channels, " +
            "batches of 16, moving averages of 0.99. Growing: one part of the pictures at 4 pixels, then at each of 8, 16 and 32 one " +
            "part while fading in and one after. At full size half of the steps take about as long as all steps of growing. The patch " +
            "distance does not see the colour of whole pictures; coverage is by a classifier's features.",
        FirstSeed = 6, // With the first five, pictures of the coarsest level were evaluated.
        Steps = 2200,
        Variants =
        [
            new("growing", "4 pixels, then 8, 16 and 32 fade in", steps => With(steps)),
            new("full", "32 pixels from the start, as many pictures", steps => With(steps) with { Grow = false }),
            new("as-long", "32 pixels from the start, half of the pictures", steps => With(steps) with
            {
                Grow = false, Steps = Math.Max(steps / 2, 1),
            }) { SeesFewer = true },
        ],
        Measures =
        [
            new(Patches, "patch distance to held-out houses, × 10³, mean over the scales", HigherIsBetter: false) { Digits = 1 },
            new(Covered, "share of the held-out houses that have a generated one near them", HigherIsBetter: true),
        ],
        Differences = [new("growing", "as-long", Patches), new("growing", "full", Patches)],
        DrawData = folder =>
        {
            new DrawnAttributes().Write(folder, "train", 0, Houses, Side, seed: 1);
            new DrawnAttributes().Write(folder, "val", Houses, HeldOut, Side, seed: 1);
        },
        Judge = Judge,
    };

    /// <summary>Scales the pictures per level with the number of steps.</summary>
    private static ProgressiveGanOptions With(int steps)
    {
        var small = ProgressiveGanOptions.Small();
        var part = Math.Max((int)(small.HoldImages * (long)steps / small.Steps!.Value), 1);
        return small with { Steps = steps, LogFreq = 100, HoldImages = part, FadeImages = part };
    }

    private static ClaimFinding Judge(TrainedVariant variant)
    {
        var real = GeneratedPictures.HeldOut(variant);
        var made = GeneratedPictures.Of(variant.Model, real.Count);
        return new ClaimFinding
        {
            Values = new Dictionary<string, double>
            {
                [Patches] = variant.Instruments.PatchDistance(made, real), [Covered] = variant.Instruments.Coverage(made, real),
            },
            Pictures = [Mosaic.Column([.. made.Take(Shown).Chunk(Columns).Select(row => Mosaic.Row(row))])],
        };
    }
}
