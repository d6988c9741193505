namespace IlgpuGan.Models.Families.Began;

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

    private static readonly float[] s_gammas = [0.3f, 0.5f, 0.7f];

    public static Claim Measure { get; } = new()
    {
        Name = BeganFamily.Name,
        Sentence = "A larger γ, the target ratio of the loss of generated pictures to that of real ones, gives more diverse pictures.",
        Source = "Berthelot et al. 2017, figures 3 and 4: γ of 0.3, 0.5 and 0.7, and M during a run with its pictures",
        Setting = "Synthetic houses of 16 pixels, 2000 for training, 200 held out; the small preset with steps of the balance of 0.01 " +
            "instead of 0.001, so that it settles within the run. The diversity of generated houses, as a part of that of the held-out " +
            "ones, decides. Beside it, M on held-out houses and the patch distance are ranked over five checkpoints.",
        Steps = 4000,
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
        ],
        Differences = [.. s_gammas.Zip(s_gammas.Skip(1), (less, more) => new ClaimDifference(Name(more), Name(less), Diverse))],
        DrawData = folder =>
        {
            new DrawnAttributes().Write(folder, "train", 0, Houses, Side, seed: 1);
            new DrawnAttributes().Write(folder, "val", Houses, HeldOut, Side, seed: 1);
        },
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

    private static string Name(float gamma) => string.Create(CultureInfo.InvariantCulture, $"gamma-{gamma}");

    private static string Summary(float gamma) =>
        string.Create(CultureInfo.InvariantCulture, $"the loss of generated pictures is kept at {gamma} of that of real ones");

    /// <remarks>The code and initial weights with which the small preset began and these seeds were trained.</remarks>
    private static IReadOnlyList<ClaimPart> Parts(float gamma, int steps) =>
    [
        new("", BeganOptions.Small() with
        {
            ImageSize = Side, Nz = 16, InitGain = 1, LambdaK = 0.01f, Gamma = gamma, EmaDecay = 0, Steps = steps, LogFreq = 100,
        })
        {
            Checkpoints = Checkpoints,
        },
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
                [Diverse] = variant.Instruments.MeanDistance(made) / variant.Instruments.MeanDistance(real),
                [Covered] = variant.Instruments.Coverage(made, real),
                [Patches] = distances[^1],
                [Agreement] = RankCorrelation(measures, distances),
                [Balance] = ((BeganModel)variant.Models[^1]).Balance,
            },
            Pictures = [Mosaic.Column(rows)],
        };
    }
}
