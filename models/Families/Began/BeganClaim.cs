using System.Globalization;
using IlgpuGan.Models.Data;

namespace IlgpuGan.Models.Families.Began;

/// <summary>The claim of Berthelot et al. 2017: γ chooses between quality and diversity, and M tells how far a run is.</summary>
internal static class BeganClaim
{
    private const int Side = 32;
    private const int Houses = 2000;
    private const int HeldOut = 200;
    private const int Shown = 10;
    private const string Diverse = "diversity";
    private const string Patches = "patches";
    private const string Agreement = "agreement";

    /// <summary>Of the whole number of steps, what the runs of a variant take, from the shortest on.</summary>
    private static readonly int[] s_parts = [16, 8, 4, 2, 1];

    private static readonly float[] s_gammas = [0.3f, 0.5f, 0.7f];

    public static Claim Measure { get; } = new()
    {
        Sentence = "The more a made picture's loss may have of a real one's, the more unlike are the pictures.",
        Source = "Berthelot et al. 2017, figures 3 and 4: γ of 0.3, 0.5 and 0.7, and M over a run beside its pictures",
        Setting = "Drawn houses of 32 pixels, 2000 to learn from, 200 to judge by; the small preset. Each variant is trained five times, "
            + "for a sixteenth, an eighth, a quarter, half and all of the steps: over these the rank correlation of M, reckoned on houses "
            + "kept back, with the patch distance tells whether M falls as pictures become better. Diversity and distance are those of the "
            + "longest.",
        Steps = 4000,
        Variants = [.. s_gammas.Select(g => new ClaimVariant(Name(g), Summary(g), steps => Parts(g, steps)))],
        Measures =
        [
            new(Diverse, "mean absolute difference of two made pictures, of a range of 2", HigherIsBetter: true),
            new(Patches, "patch distance to houses kept back, × 10³", HigherIsBetter: false) { Digits = 1 },
            new(Agreement, "rank correlation of M with the patch distance over the five lengths, 1 where they agree", HigherIsBetter: true)
            {
                Digits = 2,
            },
        ],
        Differences = [.. s_gammas.Zip(s_gammas.Skip(1), (less, more) => new ClaimDifference(Name(more), Name(less), Diverse))],
        DrawData = folder =>
        {
            new DrawnAttributes().Write(folder, "train", 0, Houses, Side, seed: 1);
            new DrawnAttributes().Write(folder, "val", Houses, HeldOut, Side, seed: 1);
        },
        Judge = Judge,
    };

    /// <summary>Spearman's: how well the orders of two lists agree, from −1 to 1.</summary>
    /// <param name="a">numbers of which no two are alike</param>
    /// <param name="b">as many such</param>
    internal static double RankCorrelation(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        var squares = a.Zip(b, (x, y) => Math.Pow(a.Count(v => v < x) - b.Count(v => v < y), 2)).Sum();
        return 1 - (6 * squares / (a.Count * ((a.Count * (double)a.Count) - 1)));
    }

    private static string Name(float gamma) => string.Create(CultureInfo.InvariantCulture, $"gamma-{gamma}");

    private static string Summary(float gamma) =>
        string.Create(CultureInfo.InvariantCulture, $"a made picture's loss is held at {gamma} of a real one's");

    private static IReadOnlyList<ClaimPart> Parts(float gamma, int steps) =>
    [
        .. s_parts.Select(part => Math.Max(steps / part, 1)).Select((length, i) => new ClaimPart(
            $"length-{i + 1}", BeganOptions.Small() with { Gamma = gamma, Steps = length, LogFreq = 100 })),
    ];

    private static ClaimFinding Judge(TrainedVariant variant)
    {
        var real = GeneratedPictures.HeldOut(variant);
        var (measures, distances, rows) = (new List<double>(), new List<double>(), new List<Picture>());
        IReadOnlyList<Picture> made = [];
        foreach (var model in variant.Models.Cast<BeganModel>())
        {
            made = GeneratedPictures.Of(model, real.Count);
            using var step = model.Device.Step();
            measures.Add(model.Convergence(PictureTensors.ToTensor(real, model.Device), PictureTensors.ToTensor(made, model.Device)));
            distances.Add(variant.Instruments.PatchDistance(made, real));
            rows.Add(Mosaic.Row([.. made.Take(Shown)]));
        }

        return new ClaimFinding
        {
            Values = new Dictionary<string, double>
            {
                [Diverse] = variant.Instruments.MeanDistance(made),
                [Patches] = distances[^1],
                [Agreement] = RankCorrelation(measures, distances),
            },
            Pictures = [Mosaic.Column(rows)],
        };
    }
}
