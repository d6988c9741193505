using IlgpuGan.Models.Data.Synthetic;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.MadGan;

namespace IlgpuGan.Claims.Papers;

/// <summary>
/// The claim of Ghosh et al. 2018 on their toy problem: several generators come closer to a mixture than one with as many weights.
/// </summary>
internal static class MadGanClaim
{
    private const string Squares = "χ²";
    private const string Divergence = "KL";
    private const string Hits = "hits";
    private const string Away = "distance";
    private const int Generators = 4;
    private const string Even = "points spread evenly over the line";
    private const int Points = 20_000;
    private const int Bars = 130;
    private const int SideOfPlot = 240;

    /// <summary>Seed of the codes with which a trained model is evaluated.</summary>
    private const ulong Seed = 1;

    public static Claim Mixture { get; } = new()
    {
        Name = MadGanFamily.Name,
        Sentence = "Several generators that the discriminator tells apart come closer to the distribution of a mixture than one " +
            "generator with as many weights.",
        Source = "Ghosh et al. 2018, the toy problem of a line with five modes: χ² and KL divergence of histograms, MAD-GAN ahead of a GAN",
        Setting = "Five Gaussians on a line at 10, 20, 60, 80, 110 with deviations 3, 3, 2, 2, 1, scaled to [0, 1]; 20,000 points for " +
            "training, 20,000 held out, batches of 128, Adam at 1e-4. The single generator has two hidden layers of 284 instead of 128: " +
            "99,687 weights, the nearest to four times 24,963. Both discriminators are updated four times a step: before each of the " +
            "four generators, or before the single one. Histograms have a bar for each unit of the line. The two distances together " +
            "decide.",
        Learnt = "The divergence shrinks beyond chance, by less than the least effect: a single generator is worse than evenly spread " +
            "points, and counts as these. χ² gains are within chance.",
        Steps = 20_000,
        Seeds = 10,
        FirstSeed = 201,
        Variants =
        [
            new("madgan", "four generators, five classes", steps => Toy(steps) with { Generators = Generators }),
            new("gan", "one generator with as many weights", steps => Toy(steps) with
            {
                Generators = 1, DSteps = Generators, GWidths = "284,284",
            }),
        ],
        Measures =
        [
            new(Squares, "½ Σ (p − q)²/(p + q) over the bars of the histograms of generated and held-out points", HigherIsBetter: false)
            {
                Floor = new(0.4856, Even),
            },
            new(Divergence, "Kullback–Leibler divergence of the generated histogram from the held-out one, in nats", HigherIsBetter: false)
            {
                Floor = new(1.136, Even),
            },
            new(Hits, "share of the points that lie within 3 deviations of any mode", HigherIsBetter: true),
            new(Away, "how far points must be moved on average to lie as the real ones (Wasserstein), × 10³", HigherIsBetter: false)
            {
                Digits = 1,
            },
        ],
        Differences = [new("madgan", "gan", Squares) { Least = 0.05 }, new("madgan", "gan", Divergence) { Least = 0.5 }],
        DrawData = folder => DrawnMixture.OnALine.WriteSplits(folder, Points, Points, side: 0),
        Judge = Judge,
    };

    /// <summary>Distances of two histograms of numbers in [0, 1]: ½ Σ (p − q)²/(p + q), from 0 to 1, and Σ p·log(p/q).</summary>
    /// <param name="real">numbers of the histogram p</param>
    /// <param name="made">numbers of the histogram q</param>
    internal static (double Squares, double Divergence) Compared(IReadOnlyCollection<float> real, IReadOnlyCollection<float> made)
    {
        var bars = Shares(real).Zip(Shares(made)).ToList();
        return (
            bars.Sum(b => (b.First - b.Second) * (b.First - b.Second) / (b.First + b.Second)) / 2,
            bars.Sum(b => b.First * Math.Log(b.First / b.Second)));

        // Each bar starts with half a point: an empty bar would make the divergence infinite.
        static double[] Shares(IReadOnlyCollection<float> numbers)
        {
            var counts = Enumerable.Repeat(0.5, Bars).ToArray();
            foreach (var number in numbers)
            {
                counts[Math.Clamp((int)(number * Bars), 0, Bars - 1)]++;
            }

            return Array.ConvertAll(counts, c => c / (numbers.Count + (0.5 * Bars)));
        }
    }

    private static MadGanOptions Toy(int steps) => new() { Steps = steps, SampleFreq = 0, LogFreq = 500 };

    private static ClaimFinding Judge(TrainedVariant variant)
    {
        var (model, mixture) = ((MadGanModel)variant.Model, DrawnMixture.OnALine.Mixture);
        using var averages = model.Average?.Swap();
        using var step = variant.Device.Step();
        var groups = model.MakePoints(Points / model.Options.Generators, Seed);
        float[] made = [.. groups.SelectMany(g => g)];
        var (real, _) = NpyFile.LoadNumbers(Path.Combine(variant.Data, "val.npy"));
        var (squares, divergence) = Compared(real, made);
        return new ClaimFinding
        {
            Values = new Dictionary<string, double>
            {
                [Squares] = squares,
                [Divergence] = divergence,
                [Hits] = mixture.ModesOf(made).Count(m => m is not null) / (double)made.Length,
                [Away] = 1000 * made.Order().Zip(real.Order(), (a, b) => Math.Abs(a - (double)b)).Average(),
            },
            Pictures = [MixturePlot.Draw(numbers: 1, mixture, groups, SideOfPlot)],
        };
    }
}
