using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.Cut;
using IlgpuGan.Models.Families.CycleGan;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Claims.Papers;

/// <summary>
/// The claims of Zhu et al. 2017, "Unpaired image-to-image translation using cycle-consistent adversarial networks", and of Chu,
/// Zhmoginov and Sandler 2017, "CycleGAN, a master of steganography", on tasks that these networks solve.
/// </summary>
internal static class CycleGanClaims
{
    private const int RowsShown = 4;
    private const string Full = "cyclegan";
    private const string GanAlone = "gan-alone";
    private const string CycleAlone = "cycle-alone";
    private const string ToNight = "to night";
    private const string ToDay = "to day";
    private const string Lost = "lost";
    private const string Clean = "clean";
    private const string Noisy = "noisy";
    private const double LeastShare = 0.1;

    // Hiding: houses of four kinds, A, become houses of one kind, B.
    private const int HouseSide = 32;
    private const int Houses = 800;
    private const int HeldOut = 80;
    private const string ForJudge = "kinds";
    private const string InAllKinds = "all kinds";

    public static IReadOnlyList<Claim> All { get; } =
    [
        new()
        {
            Name = "cyclegan-cycle",
            Sentence = "With both cycles scenes by day become scenes by night, and the other way round, nearer to the truth than by the " +
                "GANs alone and than by the cycles alone.",
            Source = "Zhu et al. 2017, tables 4 and 5, per-pixel accuracy of photographs and of label maps: cycle alone 0.22 and 0.10, " +
                "GAN alone 0.51 and 0.53, GAN with the forward cycle 0.55 and 0.49, with the backward cycle 0.39 and 0.01, CycleGAN 0.52 " +
                "and 0.58",
            Setting = "The landscapes of CUT's claim, 64 pixels, 400 by day and 400 others by night, 60 held-out scenes both by day and " +
                "by night; batches of 1, four residual blocks, networks of width 16, no identity loss. The distances from the same scene " +
                "by night and by day decide. On the CMP facades, where this was tried before, wall and windows change places, and no " +
                "variant is better than a constant map.",
            Learnt = "Either cycle helps the GANs, and both together most. The cycles alone keep everything but the colours. On facades, " +
                "before, no variant was better than a constant map.",
            Steps = 4000,
            FirstSeed = 11,
            Variants =
            [
                new(Full, "GANs and both cycles: CycleGAN", CutClaim.Cycle),
                new(GanAlone, "GANs without a cycle", steps => CutClaim.Cycle(steps) with { LambdaA = 0, LambdaB = 0 }),
                new("gan-forward", "GANs and the cycle from day", steps => CutClaim.Cycle(steps) with { LambdaB = 0 }),
                new("gan-backward", "GANs and the cycle from night", steps => CutClaim.Cycle(steps) with { LambdaA = 0 }),
                new(CycleAlone, "both cycles without GANs", steps => CutClaim.Cycle(steps) with { LambdaGan = 0 }),
            ],
            Measures =
            [
                new(ToNight, "mean absolute difference from the same scene by night, of a range of 2", HigherIsBetter: false)
                {
                    Floor = new(CutClaim.DayFromNight, "the unchanged scene"),
                },
                new(ToDay, "the same by day", HigherIsBetter: false) { Floor = new(CutClaim.DayFromNight, "the unchanged scene") },
            ],
            Differences =
            [
                .. new[] { ToNight, ToDay }.SelectMany(measure => new[] { GanAlone, CycleAlone }.Select(
                    other => new ClaimDifference(Full, other, measure) { LeastShare = LeastShare })),
                new("gan-forward", GanAlone, ToNight) { IsApart = true },
                new("gan-backward", GanAlone, ToNight) { IsApart = true },
            ],
            DrawData = CutClaim.Night.DrawData,
            Judge = JudgeBothWays,
        },
        new()
        {
            Name = "cyclegan-hiding",
            Sentence = "Where houses of four kinds become houses of one and must come back, a CycleGAN hides the kind in them: noise " +
                "that is hardly seen destroys it.",
            Source = "Chu, Zhmoginov, Sandler 2017, section 4: the hidden signal is lost where a little noise is added between the two " +
                "ways",
            Setting = "Synthetic houses of 32 pixels: 800 of four kinds of roof and wall, and 800 others with red roofs and cream walls; " +
                "80 held out. Batches of 1, four residual blocks, networks of width 16, no identity loss. A classifier of other real " +
                "houses finds the kind of what comes back, as computed and with Gaussian noise between the ways whose σ is 8 of the 255 " +
                "levels.",
            Learnt = "The kind is hidden: all houses come back as what they were, from houses of one kind. But noise that is hardly seen " +
                "does not destroy it.",
            Steps = 8000,
            FirstSeed = 11,
            PicturesForJudge = ForJudge,
            Variants =
            [
                new(Full, "GANs and both cycles: CycleGAN", Small),
                new(GanAlone, "GANs without a cycle", steps => Small(steps) with { LambdaA = 0, LambdaB = 0 }),
            ],
            Measures =
            [
                new(Lost, "how many of the kinds noise of 8 levels destroys: what was hidden", HigherIsBetter: true)
                {
                    Floor = new(0, "one kind whatever was asked"),
                },
                new(Clean, "share of the houses that come back as their kind", HigherIsBetter: true)
                {
                    Floor = new(0.25, "one kind whatever was asked"),
                },
                new(Noisy, "the same with noise of 8 levels between", HigherIsBetter: true)
                {
                    Floor = new(0.25, "one kind whatever was asked"),
                },
            ],
            Differences = [new(Full, GanAlone, Lost) { Least = 0.3 }],
            Conditions = [new(Full, Clean, 0.8)],
            DrawData = DrawHouses,
            Judge = JudgeRoundTrips,
        },
    ];

    private static CycleGanOptions Small(int steps) => CutClaim.Cycle(steps) with { LoadSize = HouseSide * 9 / 8, CropSize = HouseSide };

    private static void DrawHouses(string folder)
    {
        var drawn = new DrawnAttributes();
        drawn.Write(folder, ForJudge, 2 * (Houses + HeldOut), Houses, HouseSide, seed: 1);
        drawn.Write(folder, "drawn", 0, Houses + HeldOut, HouseSide, seed: 1);
        DrawnAttributes.WriteInAllDomains(Path.Combine(folder, InAllKinds), Houses + HeldOut, Houses + HeldOut, HouseSide, seed: 1);
        Part("A", [.. DrawnAttributes.Domains.SelectMany(kind => PictureFolder.List(Path.Combine(folder, "drawn", kind)))]);
        Part("B", [.. PictureFolder.List(Path.Combine(folder, InAllKinds, DrawnAttributes.Domains[0]))]);

        // By number, so that all kinds are as often held out.
        void Part(string domain, IEnumerable<string> files)
        {
            foreach (var (i, file) in files.OrderBy(Path.GetFileName, StringComparer.Ordinal).Index())
            {
                var place = Path.Combine(folder, (i < Houses ? "train" : "val") + domain);
                Directory.CreateDirectory(place);
                AtomicFile.Copy(file, Path.Combine(place, Path.GetFileName(file)), durable: false);
            }
        }
    }

    private static ClaimFinding JudgeBothWays(TrainedVariant variant)
    {
        var (night, day) = (new List<double>(), new List<double>());
        foreach (var batch in variant.HeldOut())
        {
            using var step = variant.Device.Step();
            var shown = variant.Model.Show(batch).ToDictionary(v => v.Label, v => v.Picture);
            night.Add(shown["fake_B"].L1Loss(batch.B).Item());
            day.Add(shown["fake_A"].L1Loss(batch.A).Item());
        }

        return new ClaimFinding
        {
            Values = new Dictionary<string, double> { [ToNight] = night.Average(), [ToDay] = day.Average() },
            Pictures = variant.Shown(RowsShown, ["real_A", "fake_B", "real_B", "fake_A"]),
        };
    }

    private static ClaimFinding JudgeRoundTrips(TrainedVariant variant)
    {
        // Of each house: itself, the house of one kind, then what comes back, last with the most noise between.
        var trips = variant.Instruments.RoundTrips(Direction.AToB).Pictures;
        var kinds = Kinds(0);
        var (clean, noisy) = (Kept(Kinds(2)), Kept(Kinds(^1)));
        return new ClaimFinding
        {
            Values = new Dictionary<string, double> { [Lost] = clean - noisy, [Clean] = clean, [Noisy] = noisy },
            Pictures = [.. trips.Take(RowsShown).Select(p => Mosaic.Row([p[0], p[1], p[2], p[^1]]))],
        };

        IReadOnlyList<int> Kinds(Index picture) => variant.Instruments.Classes([.. trips.Select(p => p[picture])]);

        double Kept(IReadOnlyList<int> found) => found.Zip(kinds).Average(k => k.First == k.Second ? 1.0 : 0);
    }
}
