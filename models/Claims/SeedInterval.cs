namespace IlgpuGan.Claims;

/// <summary>A mean over few runs of independent seeds, with its 95 % interval by Student's t.</summary>
/// <param name="Mean">mean of the seeds' values</param>
/// <param name="Low">lower end; null for one seed, which has no interval</param>
/// <param name="High">upper end</param>
/// <param name="Seeds">number of seeds</param>
internal sealed record SeedInterval(double Mean, double? Low, double? High, int Seeds)
{
    private const double Probability = 0.975;

    public bool IsAboveZero => Low > 0;

    public bool IsBelowZero => High < 0;

    /// <param name="values">one value per seed</param>
    public static SeedInterval Of(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        if (values.Count == 1)
        {
            return new SeedInterval(mean, null, null, 1);
        }

        var half = Quantile(values.Count - 1) * Deviation(values) / Math.Sqrt(values.Count);
        return new SeedInterval(mean, mean - half, mean + half, values.Count);
    }

    /// <summary>Sample standard deviation (n − 1 degrees of freedom); 0 for one value.</summary>
    public static double Deviation(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return values.Count == 1 ? 0 : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1));
    }

    /// <summary>The 0.975 quantile of Student's t: 4.303 for two degrees of freedom.</summary>
    public static double Quantile(int degreesOfFreedom)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(degreesOfFreedom);
        var (low, high) = (0.0, 20.0);
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = (1 + Within(middle, degreesOfFreedom)) / 2 < Probability ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    /// <summary>The probability that |t| is below a bound (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4).</summary>
    private static double Within(double bound, int degreesOfFreedom)
    {
        var angle = Math.Atan(bound / Math.Sqrt(degreesOfFreedom));
        var (cosine, even) = (Math.Cos(angle), degreesOfFreedom % 2 == 0);
        var (sum, term) = (0.0, even ? 1.0 : cosine);
        for (var power = even ? 0 : 1; power <= degreesOfFreedom - 2; power += 2)
        {
            sum += term;
            term *= cosine * cosine * (power + 1) / (power + 2);
        }

        return even ? Math.Sin(angle) * sum : 2 / Math.PI * (angle + (Math.Sin(angle) * sum));
    }
}
