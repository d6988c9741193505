using System.Text.Json;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Reporting;

/// <summary>
/// Reads the report of a run from the files in its folder: options, log, samples, evaluation, and <c>report.json</c> with further facts.
/// </summary>
internal static class StoredReport
{
    private static readonly JsonSerializerOptions s_json =
        new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    private static readonly Facts s_noFacts = new(0, false, [], new Dictionary<string, string>());

    /// <param name="TotalSteps">total number of steps</param>
    /// <param name="Finished">whether all steps were taken</param>
    /// <param name="Columns">columns of a row of samples, from left to right</param>
    /// <param name="Environment">environment of the training</param>
    /// <param name="Time">duration of the training when the facts were written</param>
    /// <param name="ShowsTrainingPictures">whether the samples are of training pictures</param>
    internal sealed record Facts(
        long TotalSteps, bool Finished, IReadOnlyList<string> Columns, IReadOnlyDictionary<string, string> Environment,
        TrainingTime? Time = null, bool ShowsTrainingPictures = false);

    /// <summary>The report of what can be read; what is damaged is named in its remarks.</summary>
    /// <exception cref="RunException">the folder holds no run</exception>
    public static RunReport Read(string folder)
    {
        var directory = new RunDirectory(folder);
        var report = Read(directory);
        var remarks = new List<string>(report.Remarks);
        var evaluation = Readable(() => RunEvaluation.ReadReport(folder), null, remarks);
        remarks.AddRange(evaluation?.Warnings ?? []);
        return report with
        {
            Stopped = !report.Finished && !RunLock.IsHeld(directory),
            Metrics = evaluation is null ? [] : [.. EvaluationMetrics.Of(evaluation)],
            EvaluatedOn = evaluation is null ? null : PicturesOf(evaluation),
            EvaluatedStep = evaluation?.Subject?.Step,
            Sheets = evaluation is not { Images.Count: > 0 } ? []
                : [.. ScoreSheet.Files.Select(name => Path.Combine(directory.Path, EvaluationOutcome.FolderName, name)).Where(File.Exists)],
            Remarks = remarks,
        };
    }

    /// <summary>The report without metrics, which during training would be those of an earlier step.</summary>
    internal static RunReport Read(RunDirectory directory)
    {
        if (!File.Exists(directory.Options))
        {
            throw new RunException($"{directory.Path}: holds no run ({directory.Options} is missing)");
        }

        var remarks = new List<string>();
        var options = Readable(
            () => OptionsJson.Parse(Disk.ReadText(directory.Options), directory.Options), null, remarks)
            ?? Readable(() => Checkpoint.Read(directory.Latest).Options, null, remarks)
            ?? throw new RunException(string.Join("; ", remarks));
        var facts = Readable(() => ReadFacts(directory), s_noFacts, remarks);
        var saved = directory.Exists ? Readable(() => Checkpoint.Read(directory.Latest).Position, null, remarks) : null;
        TrainingTime?[] times =
        [
            TrainingTime.Of(saved?.Step ?? 0, saved?.Seconds ?? 0), TrainingTime.Of(facts.Time?.Steps ?? 0, facts.Time?.Seconds ?? 0),
        ];
        return new RunReport
        {
            Title = $"{options.Model}: {Path.GetFileName(Path.GetFullPath(directory.Path).TrimEnd(Path.DirectorySeparatorChar))}",
            Log = File.Exists(directory.Log) ? Readable(() => LogEntry.ReadFile(directory.Log), [], remarks) : [],
            Samples = Readable<IReadOnlyList<ReportSample>>(
                () => [.. directory.AllSamples().Select(s => new ReportSample(s.Step, string.Join(" | ", facts.Columns), s.File))], [],
                remarks),
            Options = [.. options.ToEntries().Select(e => KeyValuePair.Create("--" + e.Key, e.Value))],
            Command = CommandOf(options, directory.Path),
            Environment = [.. facts.Environment],
            LeftOut = saved?.LeftOut ?? [],
            SavedStep = saved?.Step ?? 0,
            Time = times.MaxBy(time => time?.Steps),
            TotalSteps = facts.TotalSteps > 0 ? facts.TotalSteps : null,
            BatchSize = options.BatchSize,
            PicturesPerEpoch = saved is { Samples: > 0 } ? saved.Samples : null,
            Finished = facts.Finished,
            ShowsTrainingPictures = facts.ShowsTrainingPictures,
            Remarks = remarks,
        };
    }

    /// <summary>What scores depend on besides the model.</summary>
    private static string? PicturesOf(EvaluationReport evaluation)
    {
        if (evaluation.Subject is not { } subject)
        {
            return null;
        }

        string?[] parts = [$"{subject.Split} of {subject.Data}", evaluation.Size, .. subject.How(), evaluation.PicturesText()];
        return string.Join(", ", parts.OfType<string>());
    }

    /// <summary>What a file holds, or a replacement and a remark if it can't be read: the report shows the rest.</summary>
    private static T Readable<T>(Func<T> read, T otherwise, List<string> remarks)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or RunException or OptionsException)
        {
            remarks.Add($"Not shown: {e.Message.TrimEnd('.')}.");
            return otherwise;
        }
    }

    internal static void WriteFacts(RunDirectory directory, Facts facts) =>
        AtomicFile.Write(directory.ReportFacts, stream => JsonSerializer.Serialize(stream, facts, s_json));

    internal static string CommandOf(TrainingOptions options, string run)
    {
        var family = FamilyCatalog.Of(options);
        var preset = options.Preset == family.Defaults().Preset ? [] : new[] { KeyValuePair.Create("preset", options.Preset) };
        var untyped = OptionDescription.Of(options.GetType()).Where(o => o.Attribute is not { FromData: false }).Select(o => o.Name);
        var typed = options.ToEntries().Except(family.Defaults(options.Preset).ToEntries())
            .Where(e => e.Value.Length > 0 && e.Key != "model" && !untyped.Contains(e.Key));
        return ShellWord.Line(
        [
            "ilgpugan", "train", options.Model, "--data", options.Data, "--out", run,
            .. preset.Concat(typed).SelectMany(e => OptionsJson.Typed(e.Key, e.Value)),
        ]);
    }

    /// <summary>The facts of a run; empty before training, or for runs of earlier versions.</summary>
    private static Facts ReadFacts(RunDirectory directory)
    {
        if (!File.Exists(directory.ReportFacts))
        {
            return s_noFacts;
        }

        try
        {
            using var stream = Disk.OpenRead(directory.ReportFacts);
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
