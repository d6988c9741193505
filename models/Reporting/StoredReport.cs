using System.Text.Json;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Reporting;

/// <summary>
/// Reads the report of a run from the files in its folder: options, log, samples, evaluation, and <c>report.json</c> with further facts.
/// </summary>
public static class StoredReport
{
    private static readonly JsonSerializerOptions s_json =
        new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    /// <param name="TotalSteps">total number of steps</param>
    /// <param name="Finished">whether all steps were taken</param>
    /// <param name="Columns">columns of a row of samples, from left to right</param>
    /// <param name="Environment">environment of the training</param>
    /// <param name="Time">duration of the training when the facts were written</param>
    internal sealed record Facts(
        long TotalSteps, bool Finished, IReadOnlyList<string> Columns, IReadOnlyDictionary<string, string> Environment,
        TrainingTime? Time = null);

    /// <exception cref="RunException">the folder holds no run</exception>
    /// <exception cref="OptionsException">its options are damaged</exception>
    public static RunReport Read(string folder)
    {
        var directory = new RunDirectory(folder);
        return Read(directory) with
        {
            Metrics = EvaluationMetrics.Read(directory.Evaluation),
            Sheets = [.. new[] { "worst.png", "best.png" }
                .Select(name => Path.Combine(directory.Path, RunEvaluation.FolderName, name)).Where(File.Exists)],
        };
    }

    /// <summary>The report without metrics, which during training would be those of an earlier step.</summary>
    internal static RunReport Read(RunDirectory directory)
    {
        if (!File.Exists(directory.Options))
        {
            throw new RunException($"{directory.Path}: holds no run ({directory.Options} is missing)");
        }

        var options = OptionsJson.Parse(File.ReadAllText(directory.Options), directory.Options);
        var facts = ReadFacts(directory);
        var saved = Saved(directory);
        TrainingTime?[] times =
            [TrainingTime.Of(saved.Step, saved.Seconds), TrainingTime.Of(facts.Time?.Steps ?? 0, facts.Time?.Seconds ?? 0)];
        return new RunReport
        {
            Title = $"{options.Model}: {Path.GetFileName(Path.GetFullPath(directory.Path).TrimEnd(Path.DirectorySeparatorChar))}",
            Log = File.Exists(directory.Log) ? LogEntry.ReadFile(directory.Log) : [],
            Samples = Directory.Exists(directory.Samples)
                ? [.. directory.AllSamples().Select(s => new ReportSample(s.Step, string.Join(" | ", facts.Columns), s.File))]
                : [],
            Options = [.. options.ToEntries().Select(e => KeyValuePair.Create("--" + e.Key, e.Value))],
            Command = CommandOf(options, directory.Path),
            Environment = [.. facts.Environment],
            SavedStep = saved.Step,
            Time = times.MaxBy(time => time?.Steps),
            TotalSteps = facts.TotalSteps > 0 ? facts.TotalSteps : null,
            BatchSize = options.BatchSize,
            Finished = facts.Finished,
        };
    }

    internal static void WriteFacts(RunDirectory directory, Facts facts) =>
        AtomicFile.Write(directory.ReportFacts, stream => JsonSerializer.Serialize(stream, facts, s_json));

    internal static string CommandOf(TrainingOptions options, string run)
    {
        var family = FamilyCatalog.Of(options);
        var preset = options.Preset == family.Defaults().Preset ? [] : new[] { KeyValuePair.Create("preset", options.Preset) };
        var typed = options.ToEntries().Except(family.Defaults(options.Preset).ToEntries())
            .Where(e => e.Value.Length > 0 && e.Key is not ("model" or "preset" or "data"));
        return $"ilgpugan train {options.Model} --data {ShellWord.Of(options.Data)} --out {ShellWord.Of(run)}" + string.Concat(
            preset.Concat(typed).Select(e => e.Value switch
            {
                "true" => $" --{e.Key}",
                "false" => $" --no-{e.Key}",
                _ => $" --{e.Key} {ShellWord.Of(e.Value)}",
            }));
    }

    private static RunPosition Saved(RunDirectory directory)
    {
        try
        {
            return directory.Exists ? Checkpoint.Read(directory.Latest).Position : new RunPosition();
        }
        catch (IOException)
        {
            return new RunPosition(); // The report shows what can be read.
        }
    }

    /// <summary>The facts of a run; empty before training, or for runs of earlier versions.</summary>
    private static Facts ReadFacts(RunDirectory directory)
    {
        var none = new Facts(0, false, [], new Dictionary<string, string>());
        if (!File.Exists(directory.ReportFacts))
        {
            return none;
        }

        try
        {
            using var stream = File.OpenRead(directory.ReportFacts);
            return JsonSerializer.Deserialize<Facts>(stream, s_json) is { Columns: not null, Environment: not null } facts
                ? facts
                : throw new RunException($"{directory.ReportFacts}: is damaged: it names no columns or no environment");
        }
        catch (JsonException e)
        {
            throw new RunException($"{directory.ReportFacts}: is damaged at line {e.LineNumber + 1}", e);
        }
    }
}
