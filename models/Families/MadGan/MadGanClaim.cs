using IlgpuGan.Models.Data;
using IlgpuGan.Models.Data.Synthetic;

namespace IlgpuGan.Models.Families.MadGan;

/// <summary>The claim of Ghosh et al. 2018, in their toy: several generators reach more modes than one with as many weights.</summary>
internal static class MadGanClaim
{
    private const string Covered = "modes";
    private const string Hits = "hits";
    private const string Away = "distance";
    private const int Points = 20_000;
    private const int HeldOut = 4000;
    private const int SideOfPlot = 240;

    /// <summary>Of the codes that a trained model is judged by.</summary>
    private const ulong Seed = 1;

    public static Claim Modes { get; } = new()
    {
        Sentence = "Several generators that the discriminator tells apart reach more modes of a mixture, and come closer to it, than one " +
            "generator with as many weights.",
        Source = "Ghosh et al. 2018, the toy problem of a line with five modes",
        Setting = "Five Gaussians on a line at 10, 20, 60, 80, 110 with deviations 3, 3, 2, 2, 1, scaled to [0, 1]; 20,000 points for " +
            "training, 4000 held out, batches of 128, Adam at 1e-4. The single generator has two hidden layers of 284 instead of 128: " +
            "99,687 weights, the nearest to four times 24,963. The discriminator is updated before each generator: four times in a step " +
            "with four generators, once with one.",
        Steps = 20_000,
        Variants =
        [
            new("madgan", "four generators, five classes", steps => Toy(steps)),
            new("gan", "one generator with as many weights", steps => Toy(steps) with { Generators = 1, GWidths = "284,284" }),
        ],
        Measures =
        [
            new(Covered, "of the 5 modes, those that have 1 % of the points within 3 deviations", HigherIsBetter: true) { Digits = 1 },
            new(Hits, "share of the points that lie within 3 deviations of any mode", HigherIsBetter: true),
            new(Away, "how far points must be moved on average to lie as the real ones (Wasserstein), × 10³", HigherIsBetter: false)
            {
                Digits = 1,
            },
        ],
        Differences = [new("madgan", "gan", Covered), new("madgan", "gan", Away)],
        DrawData = folder =>
        {
            DrawnMixture.OnALine.Write(folder, "train", first: 0, Points, side: 0, seed: 1);
            DrawnMixture.OnALine.Write(folder, "val", first: Points, HeldOut, side: 0, seed: 1);
        },
        Judge = Judge,
    };

    private static MadGanOptions Toy(int steps) => new() { Steps = steps, SampleFreq = 0, LogFreq = 500 };

    private static ClaimFinding Judge(TrainedVariant variant)
    {
        var (model, mixture) = ((MadGanModel)variant.Model, DrawnMixture.OnALine.Mixture);
        using var step = variant.Device.Step();
        var groups = model.MakePoints(HeldOut / model.Options.Generators, Seed);
        float[] made = [.. groups.SelectMany(g => g)];
        var (real, _) = NpyFile.LoadNumbers(Path.Combine(variant.Data, "val.npy"));
        return new ClaimFinding
        {
            Values = new Dictionary<string, double>
            {
                [Covered] = mixture.ModesCoveredBy(made).Count,
                [Hits] = mixture.ModesOf(made).Count(m => m is not null) / (double)made.Length,
                [Away] = 1000 * made.Order().Zip(real.Order(), (a, b) => Math.Abs(a - (double)b)).Average(),
            },
            Pictures = [MixturePlot.Draw(numbers: 1, mixture, groups, SideOfPlot)],
        };
    }
}
