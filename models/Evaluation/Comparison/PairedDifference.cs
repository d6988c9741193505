namespace IlgpuGan.Models.Evaluation.Comparison;

/// <summary>Paired differences between the scores of two runs on the same pictures.</summary>
/// <param name="Mean">mean of the differences</param>
/// <param name="Low">lower end of the mean's 95 % interval</param>
/// <param name="High">upper end</param>
/// <param name="Greater">number of pictures with a greater score</param>
/// <param name="Pictures">total number of pictures</param>
internal sealed record PairedDifference(double Mean, double Low, double High, int Greater, int Pictures)
{
    private const int Resamples = 10_000;
    private const double Tail = 0.025;

    /// <summary>A separate random stream.</summary>
    private const uint Stream = 0xB007;

    /// <summary>Whether the interval excludes 0.</summary>
    public bool IsClear => Low > 0 || High < 0;

    /// <summary>
    /// The mean difference over the pictures, with the percentile interval of 10,000 bootstrap samples of the pictures (Efron 1979).
    /// </summary>
    /// <param name="scores">one score per picture</param>
    /// <param name="against">the other run's, in the same order</param>
    /// <param name="seed">seed of the bootstrap</param>
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
