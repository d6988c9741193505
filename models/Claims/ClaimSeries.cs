using System.Text.Encodings.Web;
using System.Text.Json;
using IlgpuGan.Models.Evaluation.Comparison;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Claims;

/// <summary>The result of one claim of a series.</summary>
/// <param name="Name">name of the claim, and of its folder</param>
/// <param name="Question">the claim, in a sentence</param>
/// <param name="Outcome">the result, in one line</param>
internal sealed record SeriesEntry(string Name, string Question, string Outcome);

/// <summary>
/// Tests claims in sequence, each in its own folder, and writes a page with the results. Resumes the work of earlier calls.
/// </summary>
/// <param name="settings">settings of all claims; the data are for claims that don't draw their own</param>
/// <param name="device">the device to compute on</param>
internal sealed class ClaimSeries(ClaimSettings settings, Device device)
{
    /// <summary>Name for all claims on the command line.</summary>
    public const string Name = "all";

    /// <summary>Name of the page in the output folder.</summary>
    public const string MarkdownName = "summary.md";

    /// <summary>Name of the JSON file in the output folder.</summary>
    public const string JsonName = "summary.json";

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true,
        RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    };

    /// <summary>The claims to test: all, or without data those that draw their own.</summary>
    public IReadOnlyList<Claim> Claims { get; init; } =
        [.. ClaimCatalogue.All.Where(c => c.RunsOf is null && (c.DrawData is not null || settings.Data is not null))];

    /// <summary>The ranks that share the runs of each claim. All ranks must have access to the folder.</summary>
    public IRanks Ranks { get; init; } = new SoleRank();

    /// <summary>Called with a sentence before each step of the work.</summary>
    public Action<string>? Say { get; init; }

    /// <summary>Trains a run to its end. The command line replaces it to show progress; by default there is none.</summary>
    public Func<TrainingRun, CancellationToken, TrainingOutcome> Train { get; init; } = (run, cancellation) =>
        run.Train(cancellationToken: cancellation);

    /// <summary>Tests the remaining claims; the page is rewritten after each one.</summary>
    /// <returns>the result of each claim; null if the call was cancelled, and can be resumed by the same call</returns>
    /// <exception cref="OptionsException">
    /// the experiment in a folder was started with other settings, or files of no experiment would be overwritten
    /// </exception>
    /// <exception cref="PictureException">the data can't be used</exception>
    /// <exception cref="RunException">a run can't be resumed or written</exception>
    public IReadOnlyList<SeriesEntry>? Run(CancellationToken cancellation = default)
    {
        RequireOwnPages();
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

    /// <summary>The results as a Markdown table.</summary>
    public static string PageOf(IReadOnlyList<SeriesEntry> entries)
    {
        var text = new StringBuilder();
        MarkdownTable.Append(
            text, [["claim", "tried", "came out"], .. entries.Select(e => (string[])[e.Name, e.Question, e.Outcome])]);
        return text.ToString();
    }

    private void RequireOwnPages()
    {
        var (json, page) = (Path.Combine(settings.Output, JsonName), Path.Combine(settings.Output, MarkdownName));
        var foreign = File.Exists(json) && !IsSummary(json) ? json
            : File.Exists(page) && !File.Exists(json) ? page // The JSON file is written first.
            : null;
        if (foreign is not null)
        {
            throw new OptionsException(
                $"{foreign}: is of no experiment, and this one would overwrite it; move it, or choose another --out");
        }
    }

    private static bool IsSummary(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<List<SeriesEntry>>(Disk.ReadText(file), s_json) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
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
