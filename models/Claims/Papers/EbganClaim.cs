using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.Ebgan;
using IlgpuGan.Models.Families.PlainGan;

namespace IlgpuGan.Claims.Papers;

/// <summary>
/// The claim of Zhao et al. 2016: over a grid of settings, an auto-encoder as discriminator fails less often than a plain discriminator.
/// </summary>
internal static class EbganClaim
{
    private const int Side = 16;
    private const int Glyphs = 2000;
    private const int HeldOut = 200;
    private const int Shown = 8;
    private const int Pretrained = 150;
    private const double Recognisable = 5;
    private const string Score = "score";
    private const string Worst = "worst";
    private const string Good = "good";
    private const string Patches = "patches";

    private static readonly Setting[] s_settings =
    [
        .. from layers in new[] { 1, 3 }
           from width in new[] { 200, 400 }
           from rate in new[] { 1e-2f, 1e-3f, 1e-4f }
           select new Setting(layers, width, rate),
    ];

    public static Claim Grid { get; } = new()
    {
        Name = EbganFamily.Name,
        Sentence = "Over a grid of twelve settings, some of which break a GAN, an auto-encoder as discriminator gives recognisable " +
            "pictures with more of them than a plain discriminator.",
        Source = "Zhao et al. 2016, figures 2 and 3: over hundreds of settings of perceptrons for digits more of EBGAN's scores are high",
        Setting = "Synthetic glyphs of 16 pixels, 2000 for training, 200 held out; auto-encoders of one and of three layers with codes " +
            "of 128, generators of width 200 and 400, Adam at 1e-2, 1e-3 and 1e-4, the last for ten times as many steps; batches of 100. " +
            "The plain discriminator has the encoder's layers, leaky ReLUs and one output; its generator has leaky ReLUs and no norm " +
            "after its first layer. The inception score is that of a classifier trained on the real glyphs, as in the paper; the share " +
            "of the settings with a score above 5 of 10 decides.",
        Seeds = 3,
        FirstSeed = 21,
        Learnt = "Either gives recognisable pictures with half of the settings, and breaks with some: the worst has a score of 2.1, the " +
            "GAN's of 1.7. Before, no setting of the grid broke the rival.",
        Steps = 3000,
        Variants =
        [
            new("ebgan", "an auto-encoder, margin 10, pulling-away term", steps => Parts(s => s.WithAutoEncoder(steps))),
            new("gan", "a plain discriminator", steps => Parts(s => s.Plain(steps))),
        ],
        Measures =
        [
            new(Score, "inception score from 1 to 10, mean over the twelve", HigherIsBetter: true)
            {
                Digits = 2, Floor = new(1, "one glyph over and over"),
            },
            new(Worst, "the lowest of the twelve", HigherIsBetter: true) { Digits = 2 },
            new(Good, "share of the twelve with a score above 5", HigherIsBetter: true)
            {
                Digits = 2, Floor = new(0, "noise, with scores of 1"),
            },
            new(Patches, "patch distance to held-out glyphs, × 10³, mean over the twelve", HigherIsBetter: false) { Digits = 1 },
        ],
        Differences = [new("ebgan", "gan", Good) { Least = 0.1 }, new("ebgan", "gan", Score) { IsApart = true }],
        DrawData = folder => new DrawnGlyphs().WriteSplits(folder, Glyphs, HeldOut, Side),
        Judge = Judge,
    };

    public static Claim Pretraining { get; } = Grid with
    {
        Name = "ebgan-pretraining",
        Sentence = "Early in the training an auto-encoder that first learnt from real pictures alone gives pictures of a higher " +
            "inception score.",
        Source = "nobody's figures: a common reading of EBGAN is that its discriminator is trained first, for an early progress",
        Setting = "As for ebgan, at four of its settings: one layer, Adam at 1e-3 and 1e-4, for a fifth of the steps. In the first 150 " +
            "of them the pretrained auto-encoder learns alone; both see as many pictures.",
        Seeds = 10,
        FirstSeed = 31,
        Learnt = "Early on pretraining costs what its steps would have taught the generator, 1.9 against 2.5; at the end, before, " +
            "nothing of it was left.",
        Steps = 600,
        Variants =
        [
            new("pretrained", "150 steps of the auto-encoder alone, then as ebgan",
                steps => Some(s => s.WithAutoEncoder(steps) with { PretrainD = Pretrained })),
            new("ebgan", "both from the first step", steps => Some(s => s.WithAutoEncoder(steps))),
        ],
        Measures = [.. Grid.Measures.Select(m => m with { Summary = m.Summary.Replace("twelve", "four", StringComparison.Ordinal) })],
        Differences = [new("pretrained", "ebgan", Score) { Least = 0.5 }],
    };

    private static IReadOnlyList<ClaimPart> Some(Func<Setting, TrainingOptions> options) =>
        [.. s_settings.Where(s => s is { Layers: 1, Rate: < 1e-2f }).Select(s => new ClaimPart(s.Name, options(s)))];

    /// <summary>Slow settings get ten times the steps: at 1e-4 everything is a blur after 3000.</summary>
    private static IReadOnlyList<ClaimPart> Parts(Func<Setting, TrainingOptions> options) =>
    [
        .. s_settings.Select(s => (s.Name, Options: options(s), Times: s.Rate < 1e-3f ? 10 : 1))
            .Select(s => new ClaimPart(s.Name, s.Options with { Steps = s.Options.Steps * s.Times })),
    ];

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
                [Score] = scores.Average(),
                [Worst] = scores.Min(),
                [Good] = scores.Average(s => s > Recognisable ? 1.0 : 0),
                [Patches] = distances.Average(),
            },
            Pictures = [Mosaic.Column(rows)],
        };
    }

    /// <summary>One setting of the grid.</summary>
    /// <param name="Layers">of the encoder, or of the plain discriminator below its output</param>
    /// <param name="Width">of the generator's two layers</param>
    /// <param name="Rate">Adam's learning rate</param>
    private sealed record Setting(int Layers, int Width, float Rate)
    {
        public string Name => Invariant.Text($"layers{Layers}-width{Width}-lr{Rate}");

        private string DWidths => Layers == 1 ? "128" : "256,256,128";

        public EbganOptions WithAutoEncoder(int steps) =>
            EbganOptions.Small() with { GWidths = $"{Width},{Width}", DWidths = DWidths, Lr = Rate, Steps = steps, LogFreq = 500 };

        public GanOptions Plain(int steps) => GanOptions.Small() with
        {
            Nz = 100, BatchSize = 100, GWidths = $"{Width},{Width}", DWidths = DWidths, Lr = Rate, Steps = steps, LogFreq = 500,
        };
    }
}
