using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.Gman;

namespace IlgpuGan.Claims.Papers;

/// <summary>
/// The claim of Durugkar et al. 2016: several discriminators give better pictures than one, from as many pictures. Another number here
/// is another claim, on seeds that no result has used.
/// </summary>
internal static class GmanClaim
{
    private const int Side = 32;
    private const int Glyphs = 2000;
    private const int HeldOut = 200;
    private const int Columns = 10;
    private const int Shown = 40;
    private const int Checkpoints = 16;
    private const int BatchSize = 100;
    private const int Width = 64;
    private const float LambdaMean = 1;
    private const float InitGain = 0.1f;

    /// <summary>Percent of the held-out glyphs.</summary>
    private const int CoverageToReach = 30;

    private const string Patches = "patches";
    private const string Covered = "coverage";
    private const string AtTheEnd = "at the end";
    private const string Reached = "first";

    public static Claim Judges { get; } = new()
    {
        Name = GmanFamily.Name,
        Sentence = "Five discriminators, the harsher ones weighted more, reach pictures like the real ones in fewer steps than one " +
            "discriminator.",
        Source = "Durugkar et al. 2016: more discriminators reach a steady state in fewer iterations; no figures to compare",
        Setting = $"Synthetic glyphs of {Side} pixels, {Glyphs} for training, {HeldOut} held out; width {Width}, the arithmetic " +
            $"mean, λ {LambdaMean}, initial weights of deviation {InitGain}, no dropout; batches of {BatchSize}, split among the " +
            "discriminators. The generator minimises −log D: with the paper's log(1 − D), such small discriminators won within 200 " +
            "steps, and nothing was learned. " +
            $"Of {Checkpoints} checkpoints the first one counts whose glyphs cover {CoverageToReach} % of the held-out ones, by a " +
            "classifier's features.",
        FirstSeed = 11,
        Learnt = "Five discriminators get there at checkpoint 5.6 of 16, one at 6.0, within chance, and one covers as much afterwards. " +
            "Before, neither drew glyphs yet after 2000 steps.",
        Steps = 8000,
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
            new(
                Reached, $"the first checkpoint of {Checkpoints} with a coverage of {CoverageToReach} %; {Checkpoints + 1} if none has it",
                HigherIsBetter: false)
            {
                Digits = 1, Floor = new(Checkpoints + 1, "noise at all checkpoints"),
            },
        ],
        Differences =
        [
            new("five", "one", Reached) { Least = 1 },
            new("five", "one", Patches) { IsApart = true },
            new("five", "one", Covered) { IsApart = true },
        ],
        DrawData = folder => new DrawnGlyphs().WriteSplits(folder, Glyphs, HeldOut, Side),
        Judge = Judge,
    };

    /// <summary>What the setting says is stated here, also where the preset has it: a change there is none of the claim.</summary>
    private static IReadOnlyList<ClaimPart> With(int discriminators, int steps) =>
    [
        new("", GmanOptions.Small() with
        {
            Discriminators = discriminators, ImageSize = Side, Width = Width, Mean = GmanMean.Arithmetic, LambdaMean = LambdaMean,
            InitGain = InitGain, Dropout = false, Objective = GeneratorObjective.Modified, BatchSize = BatchSize, Steps = steps,
            LogFreq = 100,
        })
        {
            Checkpoints = Checkpoints,
        },
    ];

    private static ClaimFinding Judge(TrainedVariant variant)
    {
        var real = GeneratedPictures.HeldOut(variant);
        var made = variant.Models.Select(model => GeneratedPictures.Of(model, real.Count)).ToList();
        var distances = made.ConvertAll(m => variant.Instruments.PatchDistance(m, real));
        var covered = made.ConvertAll(m => variant.Instruments.Coverage(m, real));
        return new ClaimFinding
        {
            Values = new Dictionary<string, double>
            {
                [Patches] = distances.Average(),
                [Covered] = covered.Average(),
                [AtTheEnd] = distances[^1],
                [Reached] = covered.FindIndex(c => 100 * c >= CoverageToReach) is var first and >= 0 ? first + 1 : Checkpoints + 1,
            },
            Pictures = [Mosaic.Column([.. made[^1].Take(Shown).Chunk(Columns).Select(row => Mosaic.Row(row))])],
        };
    }
}
