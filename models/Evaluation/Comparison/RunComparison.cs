using System.Text.Encodings.Web;
using System.Text.Json;
using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.Models.Evaluation.Comparison;

/// <summary>A run and its evaluation in a comparison.</summary>
/// <param name="Name">the shortest unique end of its path</param>
/// <param name="Report">evaluation of the run</param>
internal sealed record ComparedRun(string Name, EvaluationReport Report);

/// <summary>A metric of all runs.</summary>
/// <param name="Measure">name of the metric</param>
/// <param name="HigherIsBetter">whether higher is better, or lower; null where that of real pictures is best</param>
/// <param name="Means">one mean per run</param>
/// <param name="Differences">differences of each run from the first, whose entry is null; all null for metrics of whole sets</param>
internal sealed record ComparedMeasure(
    string Measure, bool? HigherIsBetter, IReadOnlyList<double?> Means, IReadOnlyList<PairedDifference?> Differences);

/// <summary>Several runs on the same pictures, compared with the first one.</summary>
internal sealed record RunComparison(IReadOnlyList<string> Runs, string? Data, string? Split, IReadOnlyList<ComparedMeasure> Measures)
{
    /// <summary>The steps that each run had taken when it was evaluated; null where it is not known.</summary>
    public IReadOnlyList<long?> Steps { get; init; } = [];

    /// <summary>In how many steps each run translated; null where it is one forward pass, or not known.</summary>
    public IReadOnlyList<int?> TranslationSteps { get; init; } = [];

    /// <summary>The size of each run's pictures, <c>256x256</c>; null where it is not known.</summary>
    public IReadOnlyList<string?> Sizes { get; init; } = [];

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <exception cref="RunException">
    /// there are fewer than two runs, or they were evaluated on different pictures or in different ways, or two pictures share a name
    /// </exception>
    public static RunComparison Of(IReadOnlyList<ComparedRun> runs)
    {
        if (runs.Count < 2)
        {
            throw new RunException("a comparison needs at least two runs");
        }

        foreach (var run in runs)
        {
            RequireUniqueNames(run);
        }

        var first = runs[0];
        foreach (var other in runs.Skip(1))
        {
            RequireSamePictures(first, other);
        }

        var measures = Measure.All.Select(m => PerPicture(m, runs)).OfType<ComparedMeasure>();
        return new RunComparison(
            [.. runs.Select(r => r.Name)], first.Report.Subject?.Data, first.Report.Subject?.Split, [.. measures, .. OfSets(runs)])
        {
            Steps = [.. runs.Select(r => r.Report.Subject?.Step)],
            TranslationSteps = [.. runs.Select(r => r.Report.Subject?.TranslationSteps)],
            Sizes = [.. runs.Select(r => r.Report.Size)],
        };
    }

    public string ToJson() => JsonSerializer.Serialize(this, s_json);

    /// <summary>Pictures are matched by name, so names must be unique.</summary>
    private static void RequireUniqueNames(ComparedRun run)
    {
        if (run.Report.Images.CountBy(s => s.Name).FirstOrDefault(n => n.Value > 1) is { Key: { } name })
        {
            throw new RunException(
                $"{run.Name} was evaluated on several pictures of the name {name}, which a comparison can't distinguish; rename one, " +
                    "and evaluate again");
        }
    }

    private static void RequireSamePictures(ComparedRun first, ComparedRun other)
    {
        var (names, others) = (first.Report.Images.Select(s => s.Name).ToHashSet(), other.Report.Images.Select(s => s.Name).ToHashSet());
        if (names.SetEquals(others) && first.Report.PicturesText() == other.Report.PicturesText() // Pictures of sets have no names.
            && first.Report.Subject?.Data == other.Report.Subject?.Data
            && first.Report.Subject?.Split == other.Report.Subject?.Split
            && first.Report.Subject?.Direction == other.Report.Subject?.Direction
            && first.Report.Subject?.Eval == other.Report.Subject?.Eval)
        {
            return;
        }

        throw new RunException($"{other.Name} was evaluated on {Pictures(other)}, but {first.Name} on {Pictures(first)}; give --data and " +
            "--split to evaluate all runs alike");

        static string Pictures(ComparedRun run)
        {
            var subject = run.Report.Subject;
            string?[] how = [subject?.Split, .. subject?.How() ?? []];
            return $"{run.Report.PicturesText()} of {subject?.Data ?? "an unnamed set"} " +
                $"({string.Join(", ", how.OfType<string>())})";
        }
    }

    /// <summary>A metric of the pictures that have it in all runs: small ones may lack one; null if there are none.</summary>
    private static ComparedMeasure? PerPicture(Measure measure, IReadOnlyList<ComparedRun> runs)
    {
        var byName = runs.Select(run => run.Report.Images.ToDictionary(s => s.Name, measure.Of)).ToList();
        var names = runs[0].Report.Images.Select(s => s.Name).Where(name => byName.TrueForAll(of => of[name] is not null)).ToList();
        var scores = byName.ConvertAll(of => names.ConvertAll(name => of[name]!.Value));
        return names.Count == 0 ? null : new ComparedMeasure(
            measure.Name, measure.HigherIsBetter, [.. scores.Select(s => (double?)s.Average())],
            [.. scores.Select((s, i) => i == 0 ? null : PairedDifference.Of(s, scores[0]))]);
    }

    /// <summary>Metrics of whole sets: one value per run, hence no interval. Features of other networks have rows of their own.</summary>
    private static IEnumerable<ComparedMeasure> OfSets(IReadOnlyList<ComparedRun> runs)
    {
        var all = runs.Select(run => SetMeasure.Of(run.Report).Where(m => m.Value is not null).ToDictionary(m => m.Name)).ToList();
        return runs.SelectMany(run => SetMeasure.Of(run.Report)).DistinctBy(m => m.Name)
            .Where(m => all.Exists(of => of.ContainsKey(m.Name))).Select(m => new ComparedMeasure(
                m.Name, m.HigherIsBetter, [.. all.Select(of => of.GetValueOrDefault(m.Name)?.Value)],
                [.. runs.Select(_ => (PairedDifference?)null)]));
    }
}
