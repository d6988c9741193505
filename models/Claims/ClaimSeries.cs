using System.Text.Encodings.Web;
using System.Text.Json;
using IlgpuGan.Models.Evaluation.Comparison;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
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
/// <param name="start">what tests a claim with settings of its own; ranks that share its runs must have access to the folder</param>
internal sealed class ClaimSeries(ClaimSettings settings, Func<Claim, ClaimSettings, ClaimRunner> start)
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
        [.. ClaimCatalogue.All.Where(c => c.RunsOf is null && (c.Data is not null || settings.Data is not null))];

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
            var own = Path.Combine(settings.Output, claim.Name);
            var runner = start(claim, settings with { Output = own, Data = claim.Data is null ? settings.Data : null });
            if (runner.Run(cancellation) is not { } result)
            {
                return null;
            }

            done.Add(new SeriesEntry(claim.Name, claim.Sentence, result.InOneLine()));
            if (runner.Ranks.Leads())
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
}
