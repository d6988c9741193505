namespace IlgpuGan.Models.Reporting;

/// <summary>A loss over the steps of a run, downsampled for display.</summary>
/// <param name="Name">the reference's name of the loss</param>
/// <param name="Steps">logged steps</param>
/// <param name="Raw">logged values</param>
/// <param name="Smooth">exponential moving average over about thirty points, with bias correction</param>
internal sealed record LossSeries(string Name, IReadOnlyList<long> Steps, IReadOnlyList<double> Raw, IReadOnlyList<double> Smooth)
{
    /// <summary>Index of its colour in all charts; null for the colour of its position in a chart.</summary>
    public int? Colour { get; init; }

    private const int MostPoints = 1200;
    private const double Decay = 29.0 / 31;

    public static IReadOnlyList<LossSeries> From(IReadOnlyList<LogEntry> log) =>
        [.. log.SelectMany(e => e.Losses.Select(l => l.Key)).Distinct(StringComparer.Ordinal).Select(name => Of(name, log))];

    public static LossSeries LearningRate(IReadOnlyList<LogEntry> log) =>
        Thin(
            new LossSeries("lr", [.. log.Select(e => e.Step)], [.. log.Select(e => e.LearningRate)], [.. log.Select(e => e.LearningRate)]));

    private static LossSeries Of(string name, IReadOnlyList<LogEntry> log)
    {
        var (steps, raw, smooth) = (new List<long>(), new List<double>(), new List<double>());
        var (average, weight) = (0.0, 0.0);
        foreach (var entry in log)
        {
            foreach (var (key, value) in entry.Losses)
            {
                if (key != name || !double.IsFinite(value))
                {
                    continue;
                }

                average = (Decay * average) + ((1 - Decay) * value);
                weight = (Decay * weight) + (1 - Decay);
                steps.Add(entry.Step);
                raw.Add(value);
                smooth.Add(average / weight);
            }
        }

        return Thin(new LossSeries(name, steps, raw, smooth));
    }

    /// <summary>Downsamples by buckets, keeping the smallest and the largest raw value of each, so that peaks stay visible.</summary>
    private static LossSeries Thin(LossSeries all)
    {
        if (all.Steps.Count <= MostPoints)
        {
            return all;
        }

        var kept = new SortedSet<int> { 0, all.Steps.Count - 1 };
        const int Buckets = MostPoints / 2;
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            var (from, to) = ((int)((long)all.Steps.Count * bucket / Buckets), (int)((long)all.Steps.Count * (bucket + 1) / Buckets));
            var (least, most) = (from, from);
            for (var i = from; i < to; i++)
            {
                least = all.Raw[i] < all.Raw[least] ? i : least;
                most = all.Raw[i] > all.Raw[most] ? i : most;
            }

            kept.Add(least);
            kept.Add(most);
        }

        return new LossSeries(
            all.Name, [.. kept.Select(i => all.Steps[i])], [.. kept.Select(i => all.Raw[i])], [.. kept.Select(i => all.Smooth[i])]);
    }
}
