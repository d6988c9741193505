using IlgpuGan.Models.Families.PlainGan;

namespace IlgpuGan.Models.Families.Ebgan;

/// <summary>
/// The claim of Zhao et al. 2016: over a grid of settings, an auto-encoder as discriminator fails less often than a plain discriminator.
/// </summary>
internal static class EbganClaim
{
    private const int Side = 16;
    private const int Glyphs = 2000;
    private const int HeldOut = 200;
    private const int Shown = 8;
    private const int Pretrained = 500;
    private const string Score = "score";
    private const string Worst = "worst";
    private const string Patches = "patches";

    private static readonly Setting[] s_settings =
    [
        .. from code in new[] { 64, 128, 256 }
           from width in new[] { 200, 400 }
           from rate in new[] { 1e-3f, 1e-4f }
           select new Setting(code, width, rate),
    ];

    public static Claim Grid { get; } = new()
    {
        Name = EbganFamily.Name,
        Sentence = "Over a grid of twelve settings an auto-encoder as discriminator gives pictures of a higher inception score than a " +
            "plain discriminator.",
        Source = "Zhao et al. 2016, section 4.1: over a grid of hundreds of settings of perceptrons for digits, EBGAN's scores are " +
            "better than a GAN's",
        Setting = "Synthetic glyphs of 16 pixels, 2000 for training, 200 held out; codes of 64, 128, 256, generators of width 200 and " +
            "400, Adam at 1e-3 and 1e-4; batches of 100. The plain discriminator has a hidden layer as wide as the code, a leaky ReLU " +
            "and one output; its generator has leaky ReLUs and no norm after its first layer. The inception score is that of a " +
            "classifier trained on the real glyphs, as in the paper; settings are paired.",
        Steps = 3000,
        Variants =
        [
            new("ebgan", "an auto-encoder, margin 10, pulling-away term", steps => Parts(s => s.WithAutoEncoder(steps))),
            new("gan", "a plain discriminator", steps => Parts(s => s.Plain(steps))),
        ],
        Measures =
        [
            new(Score, "inception score from 1 to 10, mean over the twelve", HigherIsBetter: true) { Digits = 2 },
            new(Worst, "the lowest of the twelve", HigherIsBetter: true) { Digits = 2 },
            new(Patches, "patch distance to held-out glyphs, × 10³, mean over the twelve", HigherIsBetter: false) { Digits = 1 },
        ],
        Differences = [new("ebgan", "gan", Score)],
        DrawData = folder =>
        {
            new DrawnGlyphs().Write(folder, "train", first: 0, Glyphs, Side, seed: 1);
            new DrawnGlyphs().Write(folder, "val", first: Glyphs, HeldOut, Side, seed: 1);
        },
        Judge = Judge,
    };

    public static Claim Pretraining { get; } = Grid with
    {
        Name = "ebgan-pretraining",
        Sentence = "An auto-encoder that first learns from real pictures alone gives pictures of a higher inception score.",
        Source = "nobody's figures: a common reading of EBGAN is that its discriminator is trained first",
        Setting = "As for ebgan, at four of its twelve settings: codes of 128. In the first 500 steps the pretrained auto-encoder " +
            "learns alone; both see as many pictures.",
        FirstSeed = 11,
        Variants =
        [
            new("pretrained", "500 steps of the auto-encoder alone, then as ebgan",
                steps => Some(s => s.WithAutoEncoder(steps) with { PretrainD = Pretrained })),
            new("ebgan", "both from the first step", steps => Some(s => s.WithAutoEncoder(steps))),
        ],
        Measures = [.. Grid.Measures.Select(m => m with { Summary = m.Summary.Replace("twelve", "four", StringComparison.Ordinal) })],
        Differences = [new("pretrained", "ebgan", Score)],
    };

    private static IReadOnlyList<ClaimPart> Some(Func<Setting, TrainingOptions> options) =>
        [.. s_settings.Where(s => s.Code == 128).Select(s => new ClaimPart(s.Name, options(s)))];

    private static IReadOnlyList<ClaimPart> Parts(Func<Setting, TrainingOptions> options) =>
        [.. s_settings.Select(s => new ClaimPart(s.Name, options(s)))];

    private static ClaimFinding Judge(TrainedVariant variant)
    {
        var real = GeneratedPictures.HeldOut(variant);
        var (scores, distances, rows) = (new List<double>(), new List<double>(), new List<Picture>());
        foreach (var model in variant.Models)
        {
            var made = GeneratedPictures.Of(model, real.Count);
            scores.Add(variant.Instruments.InceptionScore(made));
            distances.Add(variant.Instruments.PatchDistance(made, real));
            rows.Add(Mosaic.Row([.. made.Take(Shown)]));
        }

        return new ClaimFinding
        {
            Values = new Dictionary<string, double>
            {
                [Score] = scores.Average(), [Worst] = scores.Min(), [Patches] = distances.Average(),
            },
            Pictures = [Mosaic.Column(rows)],
        };
    }

    /// <summary>One setting of the grid.</summary>
    /// <param name="Code">width of the auto-encoder's code, or of the plain discriminator's layer</param>
    /// <param name="Width">of the generator's two layers</param>
    /// <param name="Rate">Adam's learning rate</param>
    private sealed record Setting(int Code, int Width, float Rate)
    {
        public string Name => string.Create(CultureInfo.InvariantCulture, $"code{Code}-width{Width}-lr{Rate}");

        public EbganOptions WithAutoEncoder(int steps) =>
            EbganOptions.Small() with { GWidths = $"{Width},{Width}", DWidths = $"{Code}", Lr = Rate, Steps = steps, LogFreq = 500 };

        public GanOptions Plain(int steps) => GanOptions.Small() with
        {
            Nz = 100, BatchSize = 100, GWidths = $"{Width},{Width}", DWidths = $"{Code}", Lr = Rate, Steps = steps, LogFreq = 500,
        };
    }
}
