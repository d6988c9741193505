namespace IlgpuGan.Models.Evaluation.Comparison;

/// <summary>By how much one run's pictures score above another's, picture by picture.</summary>
/// <param name="Mean">of the differences</param>
/// <param name="Low">lower end of the mean's 95 % interval</param>
/// <param name="High">upper end</param>
/// <param name="Greater">pictures whose score is greater</param>
/// <param name="Pictures">pictures in all</param>
public sealed record PairedDifference(double Mean, double Low, double High, int Greater, int Pictures)
{
    private const int Resamples = 10_000;
    private const double Tail = 0.025;

    /// <summary>Random numbers of their own, whatever else is drawn from the seed.</summary>
    private const uint Stream = 0xB007;

    /// <summary>Whether the interval leaves out 0.</summary>
    public bool IsClear => Low > 0 || High < 0;

    /// <summary>
    /// Means over the same pictures, with the percentile interval of 10,000 bootstrap samples of the pictures (Efron 1979).
    /// </summary>
    /// <param name="scores">a score a picture</param>
    /// <param name="against">the other run's, in the same order</param>
    /// <param name="seed">decides the samples</param>
    public static PairedDifference Of(IReadOnlyList<double> scores, IReadOnlyList<double> against, ulong seed = 1)
    {
        if (scores.Count != against.Count || scores.Count == 0)
        {
            throw new ArgumentException($"{scores.Count} scores can't be compared with {against.Count}");
        }

        var differences = scores.Zip(against, (a, b) => a - b).ToArray();
        var random = new RandomSequence(new RandomKey(seed, Stream, 0, 0));
        var means = new double[Resamples];
        for (var i = 0; i < Resamples; i++)
        {
            for (var draw = 0; draw < differences.Length; draw++)
            {
                means[i] += differences[random.NextInt(differences.Length)] / differences.Length;
            }
        }

        Array.Sort(means);
        return new PairedDifference(
            differences.Average(), means[(int)(Tail * Resamples)], means[Resamples - 1 - (int)(Tail * Resamples)],
            differences.Count(d => d > 0), differences.Length);
    }
}
