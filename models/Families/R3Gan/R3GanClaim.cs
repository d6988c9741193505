using IlgpuGan.Models.Families.PlainGan;

namespace IlgpuGan.Models.Families.R3Gan;

/// <summary>
/// The claim of Huang et al. 2024 on stacked digits: the relativistic loss with both penalties reaches all modes, equally often.
/// </summary>
internal static class R3GanClaim
{
    private const int Side = 16;
    private const int Pictures = 10_000;
    private const int Samples = 5000;
    private const int Classes = 10;
    private const string Stacked = "stacked";
    private const string Reached = "modes";
    private const string Divergence = "KL";

    public static Claim Modes { get; } = new()
    {
        Name = R3GanFamily.Name,
        Sentence = "A relativistic loss with penalties on the discriminator's slope at real and at generated pictures reaches more of a " +
            "thousand modes, and these more equally often, than DCGAN and WGAN-GP.",
        Source = "Huang et al. 2024, stacked MNIST: R3GAN reaches 1000 of 1000 modes",
        Setting = "Stacked glyphs of 16 pixels: an independent glyph of ten classes in each of three colour channels, 10,000 for " +
            "training. Batches of 32 for all. R3GAN has three stages of width 32, and a burn-in of three quarters of its pictures; " +
            "DCGAN and WGAN-GP have their small presets' networks, of 16 pixels. 5000 pictures of each are classified channel by channel " +
            "by a classifier of 2000 single glyphs; as many real pictures reach about 993 modes at a divergence of about 0.1.",
        Steps = 2000,
        Variants =
        [
            new("r3gan", "relativistic loss, R1 and R2, no norms", steps => R3GanOptions.Small() with
            {
                Data = Stacked, OutputNc = 3, Nz = 64, StageWidths = "32,32,32", BurnIn = steps * 24L, Steps = steps, SampleFreq = 0,
                LogFreq = 100,
            }),
            new("dcgan", "cross-entropy, batch norm", steps => DcganOptions.Small() with
            {
                Data = Stacked, ImageSize = Side, BatchSize = 32, Steps = steps, SampleFreq = 0, LogFreq = 100,
            }),
            new("wgan-gp", "a critic with a gradient penalty, five steps to one of the generator", steps => WganGpOptions.Small() with
            {
                Data = Stacked, ImageSize = Side, BatchSize = 32, Steps = steps, SampleFreq = 0, LogFreq = 100,
            }),
        ],
        Measures =
        [
            new(Reached, "number of modes of 1000 that 5000 pictures reach", HigherIsBetter: true) { Digits = 0 },
            new(Divergence, "Kullback–Leibler divergence of their modes from equal frequencies, in nats", HigherIsBetter: false),
        ],
        Differences =
        [
            new("r3gan", "dcgan", Reached), new("r3gan", "dcgan", Divergence),
            new("r3gan", "wgan-gp", Reached), new("r3gan", "wgan-gp", Divergence),
        ],
        DrawData = folder =>
        {
            new DrawnStackedGlyphs().Write(Path.Combine(folder, Stacked), "train", first: 0, Pictures, Side, seed: 1);
            new DrawnGlyphs().Write(folder, "train", first: 0, count: 2000, Side, seed: 2);
        },
        Judge = Judge,
    };

    /// <summary>How many modes occur, and Σ p·log(p·modes), in nats.</summary>
    /// <param name="found">the mode of each sample, from 0</param>
    /// <param name="modes">number of modes</param>
    internal static (int Reached, double Divergence) Spread(IReadOnlyCollection<int> found, int modes)
    {
        var shares = found.CountBy(mode => mode).Select(mode => mode.Value / (double)found.Count).ToList();
        return (shares.Count, shares.Sum(p => p * Math.Log(p * modes)));
    }

    private static ClaimFinding Judge(TrainedVariant variant)
    {
        var made = GeneratedPictures.Of(variant.Model, Samples);
        var classes = Enumerable.Range(0, 3)
            .Select(channel => variant.Instruments.Classes([.. made.Select(picture => picture.Channel(channel))])).ToList();
        int[] modes = [.. Enumerable.Range(0, made.Count).Select(i => classes.Aggregate(0, (mode, of) => (mode * Classes) + of[i]))];
        var (reached, divergence) = Spread(modes, Classes * Classes * Classes);
        return new ClaimFinding
        {
            Values = new Dictionary<string, double> { [Reached] = reached, [Divergence] = divergence },
            Pictures = [Mosaic.Column([.. made.Take(40).Chunk(10).Select(row => Mosaic.Row(row))])],
        };
    }
}
