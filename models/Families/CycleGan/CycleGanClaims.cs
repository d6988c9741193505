using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Families.CycleGan;

/// <summary>
/// The claims of Zhu et al. 2017, "Unpaired image-to-image translation using cycle-consistent adversarial networks", and of Chu,
/// Zhmoginov and Sandler 2017, "CycleGAN, a master of steganography", on the photographs and label maps of the CMP facades.
/// </summary>
internal static class CycleGanClaims
{
    private const int Side = 128;
    private const int Width = 32;
    private const int Steps = 4000;
    private const int Seeds = 3;
    private const int RowsShown = 2;
    private const int TripsShown = 3;
    private const string Full = "cyclegan";
    private const string GanAlone = "gan-alone";
    private const string MapPixels = "map pixels";
    private const string Lost = "lost";

    private const string Facades = "CMP facades of 128 pixels: label maps of one half of 360 pairs and photographs of the other half, so " +
        "that none belong together; 40 held-out pairs. Batches of 1, six residual blocks, networks of width 32, no identity loss, the " +
        "last weights without averages.";

    private static readonly ClaimVariant s_both = Unpaired(Full, "GANs and both cycles: CycleGAN", o => o);
    private static readonly ClaimVariant s_none =
        Unpaired(GanAlone, "GANs without a cycle", o => o with { LambdaA = 0, LambdaB = 0 });

    public static IReadOnlyList<Claim> All { get; } =
    [
        new()
        {
            Name = "cyclegan-cycle",
            Sentence = "With both cycles label maps become photographs, and photographs label maps, better than by the GANs alone and " +
                "than by the cycles alone.",
            Source = "Zhu et al. 2017, tables 4 and 5, per-pixel accuracy of photographs and of label maps, judged by an FCN-8s on " +
                "Cityscapes: cycle alone 0.22 and 0.10, GAN alone 0.51 and 0.53, GAN with the forward cycle 0.55 and 0.49, with the " +
                "backward cycle 0.39 and 0.01, CycleGAN 0.52 and 0.58",
            Setting = Facades + " A segmenter trained on the real pairs judges photographs, the nearest colours label maps; both decide.",
            Steps = Steps,
            Seeds = Seeds,
            EmaDecay = 0,
            Variants =
            [
                s_both,
                s_none,
                Unpaired("gan-forward", "GANs and the cycle from label maps", o => o with { LambdaB = 0 }),
                Unpaired("gan-backward", "GANs and the cycle from photographs", o => o with { LambdaA = 0 }),
                Unpaired("cycle-alone", "both cycles without GANs", o => o with { LambdaGan = 0 }),
            ],
            Measures =
            [
                .. TranslatedPairs.Measures("share of pixels of the photographs whose class a segmenter recovers"),
                .. ClassScores.Measures("share of pixels of the label maps of the right class, by the nearest colour")
                    .Select(m => m with { Name = $"map {m.Name}" }),
            ],
            Differences =
            [
                new(Full, GanAlone, ClassScores.Pixels), new(Full, GanAlone, MapPixels),
                new(Full, "cycle-alone", ClassScores.Pixels), new(Full, "cycle-alone", MapPixels),
            ],
            Judge = JudgeBothWays,
        },
        new()
        {
            Name = "cyclegan-hiding",
            Sentence = "A CycleGAN hides the photograph in its label map: noise that is hardly seen there destroys what comes back, more " +
                "than without a cycle to satisfy.",
            Source = "Chu, Zhmoginov, Sandler 2017, section 4: the hidden signal is lost where a little noise is added between the two " +
                "ways",
            Setting = Facades + " Held-out photographs go to label maps and back; between, the map is rounded to 8 bits, or gets " +
                "Gaussian noise whose σ is 1 to 8 of the 255 levels.",
            Steps = Steps,
            Seeds = Seeds,
            EmaDecay = 0,
            Variants = [s_both, s_none],
            Measures =
            [
                new(Lost, "what noise of 8 levels adds to the error: what was hidden", HigherIsBetter: true),
                new(
                    "as computed", "mean absolute difference of what comes back from the photograph, of a range of 1",
                    HigherIsBetter: false),
                .. new[] { "8 bits", "noise of 1 level", "noise of 2 levels", "noise of 4 levels", "noise of 8 levels" }
                    .Select(name => new ClaimMeasure(name, "the same with that between", HigherIsBetter: false)),
            ],
            Differences = [new(Full, GanAlone, Lost)],
            Judge = JudgeRoundTrips,
        },
    ];

    /// <summary>A variant trained on the unpaired halves of the data set.</summary>
    private static ClaimVariant Unpaired(string name, string summary, Func<CycleGanOptions, CycleGanOptions> change) => new(
        name, summary, steps =>
    [
        new ClaimPart("", change(new CycleGanOptions
        {
            Direction = Direction.BToA, LoadSize = Side, CropSize = Side, Generator = GeneratorKind.ResNet(6), Ngf = Width, Ndf = Width,
            LambdaIdentity = 0, Steps = steps,
        }))
        {
            UsesUnpairedHalves = true,
        },
    ]);

    private static ClaimFinding JudgeBothWays(TrainedVariant variant)
    {
        var photographs = variant.Instruments.Translated();
        var maps = variant.Instruments.Translated(direction: Direction.AToB);
        return new ClaimFinding
        {
            Values = photographs.Values.Concat(maps.Classes.Values.Select(v => KeyValuePair.Create($"map {v.Key}", v.Value)))
                .ToDictionary(),
            Pictures = [.. photographs.Finding(RowsShown).Pictures, .. maps.Finding(RowsShown).Pictures],
        };
    }

    private static ClaimFinding JudgeRoundTrips(TrainedVariant variant)
    {
        var trips = variant.Instruments.RoundTrips(Direction.AToB);
        return new ClaimFinding
        {
            Values = new Dictionary<string, double>(trips.L1.Select(t => KeyValuePair.Create(t.Between, t.Error)))
            {
                [Lost] = trips.L1[^1].Error - trips.L1[0].Error,
            },
            Pictures = [.. trips.Pictures.Take(TripsShown).Select(p => Mosaic.Row([p[0], p[1], p[2], p[^1]]))],
        };
    }
}
