using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using IlgpuGan.Models.Evaluation.Comparison;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Models.Experiments;

/// <summary>The result of one experiment of a series.</summary>
/// <param name="Name">of the claim's family, or of the table; its folder</param>
/// <param name="Question">what was tried, in a sentence</param>
/// <param name="Outcome">the result, in one line</param>
public sealed record SeriesEntry(string Name, string Question, string Outcome);

/// <summary>
/// Runs claims and tables in sequence, each in its own folder, and keeps a page with the results. What an earlier call has
/// done is not done again.
/// </summary>
/// <param name="settings">of claims; tables take seed and steps of them</param>
/// <param name="device">where to compute</param>
public sealed class ExperimentSeries(ClaimSettings settings, Device device)
{
    /// <summary>By which all experiments together are asked for.</summary>
    public const string Name = "all";

    /// <summary>Name of the page in the output folder.</summary>
    public const string MarkdownName = "summary.md";

    /// <summary>Name of the same as JSON.</summary>
    public const string JsonName = "summary.json";

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true,
    };

    /// <summary>Families whose claims are tried.</summary>
    public IReadOnlyList<IFamily> Claims { get; init; } = [.. FamilyCatalog.All.Where(f => f.Claim is not null)];

    /// <summary>Tables that are made behind them.</summary>
    public IReadOnlyList<Experiment> Tables { get; init; } = ExperimentCatalogue.All;

    /// <summary>The ranks that share the runs of each experiment. All must have access to the folder.</summary>
    public IRanks Ranks { get; init; } = new SoleRank();

    /// <summary>Told in a sentence what begins.</summary>
    public Action<string>? Say { get; init; }

    /// <summary>Trains a run to its end; the command line shows it meanwhile. By default it is trained in silence.</summary>
    public Func<TrainingRun, CancellationToken, TrainingOutcome> Train { get; init; } = (run, cancellation) =>
        run.Train(cancellation: cancellation);

    /// <summary>Runs the remaining experiments; the page is rewritten after each one.</summary>
    /// <returns>the result of each; null if it was cancelled; the same call resumes it</returns>
    /// <exception cref="OptionsException">the experiment in a folder was started with other settings</exception>
    /// <exception cref="Data.DataException">the data can't be used</exception>
    /// <exception cref="RunException">a run can't be resumed or written</exception>
    public IReadOnlyList<SeriesEntry>? Run(CancellationToken cancellation = default)
    {
        var done = new List<SeriesEntry>();
        foreach (var experiment in Claims.Select(f => (Func<SeriesEntry?>)(() => Try(f, cancellation)))
            .Concat(Tables.Select(t => (Func<SeriesEntry?>)(() => Make(t, cancellation)))))
        {
            if (experiment() is not { } entry)
            {
                return null;
            }

            done.Add(entry);
            if (Ranks.Leads())
            {
                AtomicFile.WriteText(Path.Combine(settings.Output, JsonName), JsonSerializer.Serialize(done, s_json) + "\n");
                AtomicFile.WriteText(Path.Combine(settings.Output, MarkdownName), PageOf(done));
            }
        }

        return done;
    }

    /// <summary>As a table of Markdown.</summary>
    public static string PageOf(IReadOnlyList<SeriesEntry> entries)
    {
        var text = new StringBuilder();
        MarkdownTable.Append(
            text, [["experiment", "tried", "came out"], .. entries.Select(e => (string[])[e.Name, e.Question, e.Outcome])]);
        return text.ToString();
    }

    private SeriesEntry? Try(IFamily family, CancellationToken cancellation)
    {
        var name = family.Info.Name;
        var runner = new ClaimRunner(family, settings with { Output = FolderOf(name) }, device) { Ranks = Ranks, Say = Say, Train = Train };
        return runner.Run(cancellation) is { } result ? new(name, result.Claim.Sentence, result.InOneLine()) : null;
    }

    private SeriesEntry? Make(Experiment table, CancellationToken cancellation)
    {
        var own = new ExperimentSettings { Output = FolderOf(table.Name), Steps = settings.Steps, Seed = settings.Seed ?? 1 };
        var runner = new ExperimentRunner(table, own, device) { Ranks = Ranks, Say = Say, Train = Train };
        return runner.Run(cancellation) is { } result
            ? new(table.Name, result.Question, string.Join(' ', result.Tables.Select(t => $"{t.Task}: {t.Verdict()}")))
            : null;
    }

    private string FolderOf(string name) => Path.Combine(settings.Output, name);
}
