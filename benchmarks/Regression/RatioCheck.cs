namespace IlgpuGan.Benchmarks.Regression;

/// <summary>Two things measured in one run, and what their ratio usually is.</summary>
/// <param name="Name">what is watched</param>
/// <param name="Yardstick">what it is held against, measured a moment before or after</param>
/// <param name="Usual">the ratio when it was set down</param>
/// <param name="Measure">measures both anew</param>
internal sealed record RatioCheck(string Name, string Yardstick, double Usual, Func<double> Measure)
{
    /// <summary>
    /// Part of the usual ratio that passes: below it is what has lost 30 % of its speed, above it what only had neighbours.
    /// </summary>
    private const double PassingPart = 0.8;

    /// <summary>Another program's turn on the processor can only make a ratio worse, so the best of a few counts.</summary>
    private const int Attempts = 3;

    /// <summary>Smallest ratio that passes.</summary>
    public double Least => PassingPart * Usual;

    /// <summary>Measures until the ratio is enough, or often enough.</summary>
    /// <param name="earlier">what came of it a while ago</param>
    public RatioOutcome Run(RatioOutcome? earlier = null)
    {
        var (best, attempts) = (earlier?.Ratio ?? 0, earlier?.Attempts ?? 0);
        for (var i = 0; i < Attempts && best < Least; i++)
        {
            attempts++;
            best = Math.Max(best, Measure());
        }

        return new RatioOutcome(this, best, attempts);
    }
}

/// <param name="Check">what was measured</param>
/// <param name="Ratio">best ratio seen</param>
/// <param name="Attempts">how many it took</param>
internal sealed record RatioOutcome(RatioCheck Check, double Ratio, int Attempts)
{
    public bool Passed => Ratio >= Check.Least;
}
