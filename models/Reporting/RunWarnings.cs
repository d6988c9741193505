namespace IlgpuGan.Models.Reporting;

/// <summary>Warnings about a run's losses, for display.</summary>
internal static class RunWarnings
{
    private const int FewestEntries = 20;

    /// <summary>Fewest entries of which the first and the last part are compared.</summary>
    private const int FewestSinceStart = 3 * FewestEntries;

    /// <summary>A reconstruction that is still at this share of what it was is not falling.</summary>
    private const double StillOf = 0.95;

    /// <summary>Cross-entropy below which a discriminator is right nearly always: e^-0.15 is 86 %.</summary>
    private const double Sure = 0.15;

    /// <summary>Cross-entropy at which its judgement of the generator's pictures is right by e^-2, in one of seven cases.</summary>
    private const double MuchForTheGenerator = 2;

    /// <param name="log">the run's log</param>
    /// <param name="hasCritic"><see cref="RunReport.HasCritic"/></param>
    public static IReadOnlyList<string> Of(IReadOnlyList<LogEntry> log, bool hasCritic = false)
    {
        var warnings = new List<string>();
        if (log.FirstOrDefault(e => e.Losses.Any(l => !double.IsFinite(l.Value))) is { } broken)
        {
            var name = broken.Losses.First(l => !double.IsFinite(l.Value)).Key;
            warnings.Add($"{name} was not a finite number at step {broken.Step}: lower --lr, or check the pictures around that step.");
        }

        var recent = log.TakeLast(Math.Max(FewestEntries, log.Count / 10)).ToList();
        if (recent.Count < FewestEntries)
        {
            return warnings;
        }

        // A Wasserstein critic's scores have no fixed scale; not every family logs their difference W.
        var isBounded = !hasCritic && Values(recent, "W").Count == 0;
        if (isBounded && NearZero(recent, "D_real", 0.01) && NearZero(recent, "D_fake", 0.01))
        {
            warnings.Add("The discriminator has won: both of its losses are near zero, so the generator learns little. More data or " +
                "a smaller --ndf may help.");
        }

        else if (isBounded && NearZero(recent, "D_real", Sure) && NearZero(recent, "D_fake", Sure)
            && Values(recent, "G_GAN") is { Count: > 0 } adversarial && adversarial.Average() is > MuchForTheGenerator and var mean)
        {
            warnings.Add(Invariant.Text(
                $"The discriminator is winning: D_real {Mean(recent, "D_real"):0.00} and D_fake {Mean(recent, "D_fake"):0.00} are near " +
                    $"zero, and G_GAN is {mean:0.0}. The outputs may get worse from here: more or augmented data, or a narrower " +
                    $"discriminator, may help."));
        }

        if (isBounded && NearZero(recent, "G_GAN", 0.02) && Values(recent, "D_fake") is { Count: > 0 } fooled && fooled.Average() > 1)
        {
            warnings.Add("The discriminator has lost: it classifies every output as real, so the generator learns nothing. A larger " +
                "--ndf or a smaller --lambda-l1 may help.");
        }

        foreach (var discriminator in new[] { "D_A", "D_B" })
        {
            if (isBounded && NearZero(recent, discriminator, 0.005))
            {
                warnings.Add($"{discriminator} is near zero: that discriminator has won, and its generator learns little.");
            }
        }

        foreach (var name in new[] { "G_L1", "cycle_A", "cycle_B" })
        {
            // A term without weight is always 0.
            if (Spread(recent, name) is < 1e-6 && Values(recent, name).Exists(v => v > 0))
            {
                warnings.Add($"{name} has stopped changing: the output may have collapsed to a single colour. Check the samples.");
            }
            else if (log.Count >= FewestSinceStart
                && Mean([.. log.Take(recent.Count)], name) is > 0 and var first
                && Mean(recent, name) is { } last && last > StillOf * first)
            {
                warnings.Add(Invariant.Text(
                    $"{name} has not fallen since the first steps ({first:0.00}, now {last:0.00}): unless the training began with " +
                        $"weights that had learnt already, nothing is learnt. Raise --lr, or check that the pictures of a pair belong " +
                        $"together."));
            }
        }

        return warnings;
    }

    /// <summary>Compares the mean absolute value, because losses under wgangp are scores of either sign.</summary>
    private static bool NearZero(IReadOnlyList<LogEntry> log, string name, double limit) =>
        Values(log, name) is { Count: > 0 } values && values.Average(Math.Abs) < limit;

    private static double? Mean(IReadOnlyList<LogEntry> log, string name) =>
        Values(log, name) is { Count: > 0 } values ? values.Average() : null;

    private static double? Spread(IReadOnlyList<LogEntry> log, string name) =>
        Values(log, name) is { Count: > 0 } values ? values.Max() - values.Min() : null;

    private static List<double> Values(IReadOnlyList<LogEntry> log, string name) =>
        [.. log.SelectMany(e => e.Losses).Where(l => l.Key == name && double.IsFinite(l.Value)).Select(l => l.Value)];
}
