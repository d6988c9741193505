using IlgpuGan.Models.Data.Synthetic;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.MadGan;

namespace IlgpuGan.Claims.Papers;

/// <summary>Generated points of a mixture on a line, compared with held-out ones by their histograms.</summary>
internal static class MixtureJudge
{
    private const int Points = 20_000;
    private const int Bars = 130;
    private const int SideOfPlot = 240;

    public static ClaimFinding Find(TrainedVariant variant)
    {
        var (model, mixture) = ((MadGanModel)variant.Model, DrawnMixture.OnALine.Mixture);
        using var averages = model.Average?.Swap();
        using var step = variant.Device.Step();
        var groups = model.MakePoints(Points / model.Options.Generators, GeneratedPictures.Seed);
        float[] made = [.. groups.SelectMany(g => g)];
        var (real, _) = NpyFile.LoadNumbers(Path.Combine(variant.Data, "val.npy"));
        var (squares, divergence) = Compared(real, made);
        return new ClaimFinding
        {
            Values = new Dictionary<string, double>
            {
                ["χ²"] = squares,
                ["KL"] = divergence,
                ["hits"] = mixture.ModesOf(made).Count(m => m is not null) / (double)made.Length,
                ["distance"] = 1000 * made.Order().Zip(real.Order(), (a, b) => Math.Abs(a - (double)b)).Average(),
            },
            Pictures = [MixturePlot.Draw(numbers: 1, mixture, groups, SideOfPlot)],
        };
    }

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
}
