using IlgpuGan.Models.Data;

namespace IlgpuGan.Models.Families.Gman;

/// <summary>The claim of Durugkar et al. 2016: several discriminators make better pictures than one, from as many.</summary>
internal static class GmanClaim
{
    private const int Side = 32;
    private const int Glyphs = 2000;
    private const int HeldOut = 200;
    private const int Columns = 10;
    private const int Shown = 40;
    private const string Patches = "patches";

    public static Claim Judges { get; } = new()
    {
        Sentence = "Five discriminators, the harsher ones weighted more, give pictures closer to the real ones than one discriminator, " +
            "in as many steps.",
        Source = "Durugkar et al. 2016: with the minimax objective more discriminators reach better pictures in fewer iterations",
        Setting = "Synthetic glyphs of 32 pixels, 2000 for training, 200 held out; width 64, the arithmetic mean, λ 1; batches of 250, " +
            "split among the discriminators. The generator minimises −log D: with the paper's log(1 − D), such small discriminators won " +
            "within 200 steps with batches of 100, and nothing was learned. The patch distance replaces the paper's tournament.",
        Steps = 1500,
        Variants =
        [
            new("five", "five discriminators", steps => With(5, steps)),
            new("two", "two discriminators", steps => With(2, steps)),
            new("one", "one discriminator: a plain GAN", steps => With(1, steps)),
        ],
        Measures = [new(Patches, "patch distance to held-out glyphs, × 10³", HigherIsBetter: false) { Digits = 1 }],
        Differences = [new("five", "one", Patches)],
        DrawData = folder =>
        {
            new DrawnGlyphs().Write(folder, "train", first: 0, Glyphs, Side, seed: 1);
            new DrawnGlyphs().Write(folder, "val", first: Glyphs, HeldOut, Side, seed: 1);
        },
        Judge = Judge,
    };

    private static GmanOptions With(int discriminators, int steps) =>
        GmanOptions.Small() with { Discriminators = discriminators, Steps = steps, LogFreq = 100 };

    private static ClaimFinding Judge(TrainedVariant variant)
    {
        var real = GeneratedPictures.HeldOut(variant);
        var made = GeneratedPictures.Of(variant.Model, real.Count);
        return new ClaimFinding
        {
            Values = new Dictionary<string, double> { [Patches] = variant.Instruments.PatchDistance(made, real) },
            Pictures = [Mosaic.Column([.. made.Take(Shown).Chunk(Columns).Select(row => Mosaic.Row(row))])],
        };
    }
}
