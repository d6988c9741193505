namespace IlgpuGan.Models.Families.Gman;

/// <summary>The claim of Durugkar et al. 2016: several discriminators give better pictures than one, from as many pictures.</summary>
internal static class GmanClaim
{
    private const int Side = 32;
    private const int Glyphs = 2000;
    private const int HeldOut = 200;
    private const int Columns = 10;
    private const int Shown = 40;
    private const int Checkpoints = 6;
    private const int BatchSize = 100;
    private const string Patches = "patches";
    private const string Covered = "coverage";
    private const string AtTheEnd = "at the end";

    public static Claim Judges { get; } = new()
    {
        Name = GmanFamily.Name,
        Sentence = "Five discriminators, the harsher ones weighted more, give pictures closer to the real ones than one discriminator, " +
            "on average over six moments of the training.",
        Source = "Durugkar et al. 2016: with the minimax objective more discriminators reach better pictures in fewer iterations",
        Setting = "Synthetic glyphs of 32 pixels, 2000 for training, 200 held out; width 64, the arithmetic mean, λ 1, initial weights " +
            "of deviation 0.1, no dropout; batches of 100, split among the discriminators. The generator minimises −log D: with the " +
            "paper's log(1 − D), such small discriminators won within 200 steps, and nothing was learned. The patch distance, which " +
            "does not see the brightness of whole pictures, and coverage by a classifier's features replace the paper's tournament. " +
            "Both are means over six checkpoints.",
        FirstSeed = 6, // With the first five, initial weights had the deviation 0.02: both variants made one glyph over and over.
        Steps = 2000,
        Variants =
        [
            new("five", "five discriminators", steps => With(5, steps)),
            new("one", "one discriminator: a plain GAN", steps => With(1, steps)),
        ],
        Measures =
        [
            new(Patches, "patch distance to held-out glyphs, × 10³, mean over the checkpoints", HigherIsBetter: false) { Digits = 1 },
            new(Covered, "share of the held-out glyphs with a generated one near them, mean over the checkpoints", HigherIsBetter: true),
            new(AtTheEnd, "patch distance of the last checkpoint", HigherIsBetter: false) { Digits = 1 },
        ],
        Differences = [new("five", "one", Patches), new("five", "one", Covered)],
        DrawData = folder =>
        {
            new DrawnGlyphs().Write(folder, "train", first: 0, Glyphs, Side, seed: 1);
            new DrawnGlyphs().Write(folder, "val", first: Glyphs, HeldOut, Side, seed: 1);
        },
        Judge = Judge,
    };

    private static IReadOnlyList<ClaimPart> With(int discriminators, int steps) =>
    [
        new("", GmanOptions.Small() with { Discriminators = discriminators, BatchSize = BatchSize, Steps = steps, LogFreq = 100 })
        {
            Checkpoints = Checkpoints,
        },
    ];

    private static ClaimFinding Judge(TrainedVariant variant)
    {
        var real = GeneratedPictures.HeldOut(variant);
        var made = variant.Models.Select(model => GeneratedPictures.Of(model, real.Count)).ToList();
        var distances = made.ConvertAll(m => variant.Instruments.PatchDistance(m, real));
        return new ClaimFinding
        {
            Values = new Dictionary<string, double>
            {
                [Patches] = distances.Average(),
                [Covered] = made.Average(m => variant.Instruments.Coverage(m, real)),
                [AtTheEnd] = distances[^1],
            },
            Pictures = [Mosaic.Column([.. made[^1].Take(Shown).Chunk(Columns).Select(row => Mosaic.Row(row))])],
        };
    }
}
