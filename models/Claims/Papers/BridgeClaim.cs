using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.Bridge;
using IlgpuGan.Models.Families.Pix2Pix;

namespace IlgpuGan.Claims.Papers;

/// <summary>
/// Whether a bridge replaces a discriminator: pix2pix's generator trained without one, in as many multiply-adds, and translating in one,
/// four and eight steps.
/// </summary>
internal static class BridgeClaim
{
    private const int Side = 64;
    private const int BatchSize = 2;
    private const int Pairs = 400;
    private const int HeldOut = 60;
    private const int RowsShown = 4;
    private const string Patches = "patches";
    private const string Refinement = "refinement";

    /// <summary>
    /// Multiply-adds of pix2pix's training for a sample, over those of the bridge, which has no discriminator: 1.29 and 0.575 GFLOP by
    /// <c>bench step</c> with the small presets.
    /// </summary>
    private const double Cost = 2.24;

    private static readonly int[] s_steps = [1, 4, 8];

    public static Claim Pairwise { get; } = new()
    {
        Name = BridgeFamily.Name,
        Sentence = "A bridge's pictures look more like real ones in four steps than in one.",
        Source = "Liu et al. 2023 (I2SB) and Chadebec et al. 2025 (LBM): few steps sharpen a bridge's pictures; no figures of pairs like " +
            "these. The comparison with pix2pix at equal cost is ours",
        Setting = "Synthetic facades of 64 pixels, from label maps to photographs, 400 pairs for training and 60 held out; the small " +
            "presets with batches of 2. The generators have 7.4 and 7.3 million weights; pix2pix also has a discriminator, which makes a " +
            "sample 2.24 times as expensive, so it takes 1250 steps for the bridge's 2800. The bridge is evaluated in 1, 4 and 8 " +
            "steps, pix2pix in its only one. Refinement, by how much the patch distance falls from one step to four, decides.",
        Learnt = "Before, two claims in one, neither of them of a paper.",
        Steps = 2800,
        FirstSeed = 11,
        Variants =
        [
            new("bridge", "bridge matching, without a discriminator", Bridge),
            new("pix2pix", "PatchGAN and L1, in as many multiply-adds fewer steps", steps => Gan((int)(steps / Cost)))
            {
                SeesFewer = true,
            },
        ],
        Measures =
        [
            new(Refinement, "how much smaller the patch distance is in 4 steps than in 1; 0 for pix2pix, which has one step",
                HigherIsBetter: true) { Digits = 1 }, // pix2pix is the constant answer.
            .. s_steps.SelectMany(MeasuresIn),
        ],
        Differences =
        [
            new("bridge", "pix2pix", Refinement) { Least = 2 },
            new("bridge", "pix2pix", In(1, "L1")) { IsApart = true },
            new("bridge", "pix2pix", In(4, Patches)) { IsApart = true },
        ],
        DrawData = folder =>
        {
            new SyntheticFacades(Pairs, Side).WriteTo(Path.Combine(folder, "train"));
            new SyntheticFacades(HeldOut, Side, first: Pairs).WriteTo(Path.Combine(folder, "val"));
        },
        Judge = Judge,
    };

    private static BridgeOptions Bridge(int steps) => BridgeOptions.Small() with { BatchSize = BatchSize, Steps = steps };

    private static Pix2PixOptions Gan(int steps) => Pix2PixOptions.Small() with { BatchSize = BatchSize, Steps = steps };

    /// <summary>pix2pix has one step: it has the same values in all columns.</summary>
    private static IEnumerable<ClaimMeasure> MeasuresIn(int steps) => TranslatedPairs
        .Measures("share of pixels whose class a segmenter recovers")
        .Append(new(Patches, "patch distance to real photographs, × 10³", HigherIsBetter: false)
        {
            Digits = 1, Floor = new(153.1, "the nearer of noise and the mean picture"),
        })
        .Select(measure => measure with { Name = In(steps, measure.Name) });

    private static string In(int steps, string measure) => $"{measure} in {steps} {(steps == 1 ? "step" : "steps")}";

    private static ClaimFinding Judge(TrainedVariant variant)
    {
        var values = new Dictionary<string, double>();
        var pictures = new List<IReadOnlyList<(Picture Input, Picture Output, Picture Target)>>();
        foreach (var steps in s_steps)
        {
            var made = variant.Instruments.Translated(steps: variant.Model is BridgeModel ? steps : null);
            foreach (var (name, value) in made.Values)
            {
                values[In(steps, name)] = value;
            }

            values[In(steps, Patches)] =
                variant.Instruments.PatchDistance([.. made.Pictures.Select(p => p.Output)], [.. made.Pictures.Select(p => p.Target)]);
            pictures.Add(made.Pictures);
        }

        values[Refinement] = values[In(1, Patches)] - values[In(4, Patches)];
        return new ClaimFinding
        {
            Values = values,
            Pictures = [.. Enumerable.Range(0, RowsShown).Select(
                n => Mosaic.Row([pictures[0][n].Input, .. pictures.Select(p => p[n].Output), pictures[0][n].Target]))],
        };
    }
}
