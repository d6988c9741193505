using System.Text.Encodings.Web;
using System.Text.Json;
using IlgpuGan.Models.Evaluation.Comparison;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Models.Experiments;

/// <summary>The result of one claim of a series.</summary>
/// <param name="Name">of the claim; its folder</param>
/// <param name="Question">what was tried, in a sentence</param>
/// <param name="Outcome">the result, in one line</param>
public sealed record SeriesEntry(string Name, string Question, string Outcome);

/// <summary>
/// Tries claims in sequence, each in its own folder, and keeps a page with the results. What an earlier call has done is not done again.
/// </summary>
/// <param name="settings">of all of them; the data serve those that draw none</param>
/// <param name="device">where to compute</param>
public sealed class ClaimSeries(ClaimSettings settings, Device device)
{
    /// <summary>By which all claims together are asked for.</summary>
    public const string Name = "all";

    /// <summary>Name of the page in the output folder.</summary>
    public const string MarkdownName = "summary.md";

    /// <summary>Name of the same as JSON.</summary>
    public const string JsonName = "summary.json";

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true,
    };

    /// <summary>What is tried: all claims, without data those that draw theirs.</summary>
    public IReadOnlyList<Claim> Claims { get; init; } =
        [.. ClaimCatalogue.All.Where(c => c.DrawData is not null || settings.Data is not null)];

    /// <summary>The ranks that share the runs of each claim. All must have access to the folder.</summary>
    public IRanks Ranks { get; init; } = new SoleRank();

    /// <summary>Told in a sentence what begins.</summary>
    public Action<string>? Say { get; init; }

    /// <summary>Trains a run to its end; the command line shows it meanwhile. By default it is trained in silence.</summary>
    public Func<TrainingRun, CancellationToken, TrainingOutcome> Train { get; init; } = (run, cancellation) =>
        run.Train(cancellation: cancellation);

    /// <summary>Tries what is left; the page is rewritten after each one.</summary>
    /// <returns>the result of each; null if it was cancelled; the same call resumes it</returns>
    /// <exception cref="OptionsException">the experiment in a folder was started with other settings</exception>
    /// <exception cref="Data.DataException">the data can't be used</exception>
    /// <exception cref="RunException">a run can't be resumed or written</exception>
    public IReadOnlyList<SeriesEntry>? Run(CancellationToken cancellation = default)
    {
        var done = new List<SeriesEntry>();
        foreach (var claim in Claims)
        {
            if (Try(claim, cancellation) is not { } entry)
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
            text, [["claim", "tried", "came out"], .. entries.Select(e => (string[])[e.Name, e.Question, e.Outcome])]);
        return text.ToString();
    }

    private SeriesEntry? Try(Claim claim, CancellationToken cancellation)
    {
        var own = settings with
        {
            Output = Path.Combine(settings.Output, claim.Name), Data = claim.DrawData is null ? settings.Data : null,
        };
        var runner = new ClaimRunner(claim, own, device) { Ranks = Ranks, Say = Say, Train = Train };
        return runner.Run(cancellation) is { } result ? new(claim.Name, claim.Sentence, result.InOneLine()) : null;
    }
}
