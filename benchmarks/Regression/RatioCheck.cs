namespace IlgpuGan.Benchmarks.Regression;

/// <summary>Two things measured in one run, and what their ratio must not fall below.</summary>
/// <param name="Name">what is watched</param>
/// <param name="Yardstick">what it is held against, measured a moment before or after</param>
/// <param name="Least">smallest ratio that passes</param>
/// <param name="Measure">measures both anew</param>
internal sealed record RatioCheck(string Name, string Yardstick, double Least, Func<double> Measure)
{
    /// <summary>Another program's turn on the processor can only make a ratio worse, so the best of a few counts.</summary>
    private const int Attempts = 4;

    /// <summary>Measures until the ratio is enough, or often enough.</summary>
    public RatioOutcome Run()
    {
        var best = 0.0;
        var attempt = 0;
        while (attempt < Attempts && best < Least)
        {
            attempt++;
            best = Math.Max(best, Measure());
        }

        return new RatioOutcome(this, best, attempt);
    }
}

/// <param name="Check">what was measured</param>
/// <param name="Ratio">best ratio seen</param>
/// <param name="Attempts">how many it took</param>
internal sealed record RatioOutcome(RatioCheck Check, double Ratio, int Attempts)
{
    public bool Passed => Ratio >= Check.Least;
}
