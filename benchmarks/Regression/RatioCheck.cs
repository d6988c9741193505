namespace IlgpuGan.Benchmarks.Regression;

/// <summary>A check of the ratio of two speeds that are measured in the same run.</summary>
/// <param name="Name">what is checked</param>
/// <param name="Yardstick">what it is compared with, measured directly before or after</param>
/// <param name="Usual">the recorded ratio</param>
/// <param name="Measure">measures both, and returns the ratio</param>
internal sealed record RatioCheck(string Name, string Yardstick, double Usual, Func<double> Measure)
{
    /// <summary>
    /// Part of the usual ratio that passes: a loss of 30 % of the speed is below it, the disturbance by other programs is not.
    /// </summary>
    private const double PassingPart = 0.8;

    /// <summary>Other programs can only make a ratio worse, so the best of a few attempts counts.</summary>
    private const int Attempts = 3;

    /// <summary>Smallest ratio that passes.</summary>
    public double Least => PassingPart * Usual;

    /// <summary>Measures until the ratio passes, or the attempts are used up.</summary>
    /// <param name="earlier">the outcome of an earlier run, to be improved on</param>
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

/// <param name="Ratio">the best ratio</param>
/// <param name="Attempts">number of measurements</param>
internal sealed record RatioOutcome(RatioCheck Check, double Ratio, int Attempts)
{
    public bool Passed => Ratio >= Check.Least;
}
