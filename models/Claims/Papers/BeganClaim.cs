using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.Began;

namespace IlgpuGan.Claims.Papers;

/// <summary>The claim of Berthelot et al. 2017: γ trades quality against diversity, and M measures convergence.</summary>
internal static class BeganClaim
{
    private const int Side = 16;
    private const int Houses = 2000;
    private const int HeldOut = 200;
    private const int Checkpoints = 5;
    private const int Shown = 10;
    private const string Diverse = "diversity";
    private const string Covered = "coverage";
    private const string Patches = "patches";
    private const string Agreement = "agreement";
    private const string Balance = "k";

    private const string Off = "off balance";
    private const int Settled = 3;

    private static readonly float[] s_gammas = [0.5f, 0.7f, 0.9f];

    public static Claim Measure { get; } = new()
    {
        Name = BeganFamily.Name,
        Sentence = "A larger γ, the target ratio of the loss of generated pictures to that of real ones, gives more diverse pictures.",
        Source = "Berthelot et al. 2017, figure 3: with γ of 0.3, 0.5 and 0.7 faces are ever more diverse",
        Setting = "Synthetic houses of 16 pixels, 2000 for training, 200 held out; the small preset at γ of 0.5, 0.7 and 0.9: with 0.3 " +
            "the losses of so few steps never come into balance. The diversity of generated houses, as a part of that of the held-out " +
            "ones, decides, as long as the measured ratio of the losses is near γ and the houses are near real ones: noise is diverse, " +
            "too (2.76). Beside it, M on held-out houses and the patch distance are ranked over five checkpoints.",
        Learnt = "Diversity grows with γ, from 0.31 of the real houses' over 0.51 to 0.58, but the second step is smaller than the least " +
            "effect, and the ratio at 0.9 is a hair too far from γ.",
        Steps = 12_000,
        FirstSeed = 11,
        Variants = [.. s_gammas.Select(g => new ClaimVariant(Name(g), Summary(g), steps => Parts(g, steps)))],
        Measures =
        [
            new(Diverse, "mean absolute difference between two generated pictures, by that between two real ones", HigherIsBetter: true),
            new(Covered, "share of the held-out houses that have a generated one near them", HigherIsBetter: true),
            new(Patches, "patch distance to held-out houses, × 10³", HigherIsBetter: false) { Digits = 1 },
            new(Agreement, "rank correlation of M with the patch distance over the checkpoints, 1 where they agree", HigherIsBetter: true)
            {
                Digits = 2,
            },
            new(Balance, "for comparison, k at the end", HigherIsBetter: true),
            new(Off, "how far the ratio of the losses, mean over the last three checkpoints, is from γ", HigherIsBetter: false),
        ],
        Differences =
        [
            .. s_gammas.Zip(s_gammas.Skip(1), (less, more) => new ClaimDifference(Name(more), Name(less), Diverse) { Least = 0.1 }),
            .. s_gammas.Zip(s_gammas.Skip(1), (less, more) => new ClaimDifference(Name(more), Name(less), Covered) { IsApart = true }),
        ],
        Conditions =
        [
            .. s_gammas.Select(g => new ClaimCondition(Name(g), Off, 0.05)),
            .. s_gammas.Select(g => new ClaimCondition(Name(g), Covered, 0.05)),
        ],
        DrawData = folder => new DrawnAttributes().WriteSplits(folder, Houses, HeldOut, Side),
        Judge = Judge,
    };

    /// <summary>Spearman's rank correlation of two lists, from −1 to 1.</summary>
    /// <param name="a">distinct numbers</param>
    /// <param name="b">as many distinct numbers</param>
    internal static double RankCorrelation(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        var squares = a.Zip(b, (x, y) => Math.Pow(a.Count(v => v < x) - b.Count(v => v < y), 2)).Sum();
        return 1 - (6 * squares / (a.Count * ((a.Count * (double)a.Count) - 1)));
    }

    private static string Name(float gamma) => Invariant.Text($"gamma-{gamma}");

    private static string Summary(float gamma) =>
        Invariant.Text($"the loss of generated pictures is kept at {gamma} of that of real ones");

    private static IReadOnlyList<ClaimPart> Parts(float gamma, int steps) =>
    [
        new("", BeganOptions.Small() with
        {
            ImageSize = Side, Nz = 16, Gamma = gamma, Steps = steps, LogFreq = 100,
        })
        {
            Checkpoints = Checkpoints,
        },
    ];

    private static ClaimFinding Judge(TrainedVariant variant)
    {
        var real = GeneratedPictures.HeldOut(variant);
        var (measures, ratios, distances, rows) = (new List<double>(), new List<double>(), new List<double>(), new List<Picture>());
        IReadOnlyList<Picture> made = [];
        foreach (var model in variant.Models.Cast<BeganModel>())
        {
            made = GeneratedPictures.Of(model, real.Count);
            using var step = model.Device.Step();
            var (tensor, fakes) = (PictureTensors.ToTensor(real, model.Device), PictureTensors.ToTensor(made, model.Device));
            measures.Add(model.Convergence(tensor, fakes));
            var losses = model.LossesOf(tensor, fakes);
            ratios.Add(losses.Made / losses.Real);
            distances.Add(variant.Instruments.PatchDistance(made, real));
            rows.Add(Mosaic.Row([.. made.Take(Shown)]));
        }

        return new ClaimFinding
        {
            Values = new Dictionary<string, double>
            {
                [Diverse] = variant.Instruments.MeanDistance(made) / variant.Instruments.MeanDistance(real),
                [Covered] = variant.Instruments.Coverage(made, real),
                [Patches] = distances[^1],
                [Agreement] = RankCorrelation(measures, distances),
                [Balance] = ((BeganModel)variant.Models[^1]).Balance,
                [Off] = Math.Abs(ratios.TakeLast(Settled).Average() - ((BeganModel)variant.Models[^1]).Options.Gamma),
            },
            Pictures = [Mosaic.Column(rows)],
        };
    }
}
