using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Evaluation.Comparison;
using IlgpuGan.Models.Evaluation.Segmentation;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Experiments;

/// <summary>Outcome of a difference that a paper published.</summary>
public enum OrderOutcome
{
    /// <summary>Same sign, and the interval leaves out 0.</summary>
    Reproduced,

    /// <summary>The interval holds 0: this many pictures can't tell.</summary>
    Unclear,

    /// <summary>The other sign, and the interval leaves out 0.</summary>
    Reversed,
}

/// <summary>Two arms of which a paper says that the one is better than the other, by per-pixel accuracy.</summary>
/// <param name="Better">the better arm in the paper</param>
/// <param name="Worse">the other</param>
/// <param name="Published">the paper's difference</param>
/// <param name="Measured">ours, picture by picture</param>
public sealed record OrderCheck(string Better, string Worse, double Published, PairedDifference Measured)
{
    public OrderOutcome Outcome =>
        !Measured.IsClear ? OrderOutcome.Unclear : Measured.Mean > 0 ? OrderOutcome.Reproduced : OrderOutcome.Reversed;
}

/// <summary>An arm in one of an experiment's tables.</summary>
public sealed record ArmResult(
    string Name, SegmentationScore Published, SegmentationScore Measured, double L1, double Ssim, ColourIntersection Colours);

/// <summary>One of an experiment's tables.</summary>
public sealed record TableResult(
    string Task, string Source, IReadOnlyList<ArmResult> Arms, SegmentationScore? Ceiling, IReadOnlyList<OrderCheck> Orders);

/// <summary>Results of an experiment, beside the published ones.</summary>
public sealed record ExperimentResult
{
    /// <summary>Arms that are nearer in a paper are a tie, whose order is not asked for.</summary>
    private const double LeastDifference = 0.02;

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        WriteIndented = true,
    };

    public required string Name { get; init; }

    public required string Question { get; init; }

    public required ExperimentSettings Settings { get; init; }

    public required IReadOnlyList<TableResult> Tables { get; init; }

    public string? Remark { get; init; }

    /// <param name="settings">with the data and steps that were used</param>
    /// <param name="reports">by arm, then by table</param>
    internal static ExperimentResult Of(
        Experiment experiment, ExperimentSettings settings, IReadOnlyList<IReadOnlyList<EvaluationReport>> reports) => new()
    {
        Name = experiment.Name,
        Question = experiment.Question,
        Settings = settings,
        Remark = experiment.Remark,
        Tables = [.. experiment.Published.Select(
            (table, t) => TableOf(table, [.. experiment.Arms.Select((arm, a) => (arm.Name, reports[a][t]))]))],
    };

    internal void WriteJson(Stream stream) => stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this, s_json) + "\n"));

    internal void WriteMarkdown(Stream stream) => stream.Write(Encoding.UTF8.GetBytes(this.ToMarkdown()));

    private static TableResult TableOf(PublishedTable table, IReadOnlyList<(string Name, EvaluationReport Report)> arms) => new(
        table.Task, table.Source,
        [.. arms.Select(a => new ArmResult(
            a.Name, ScoreOf(table.Scores[a.Name]), a.Report.Segmentation!.Outputs, a.Report.Mean!.L1, a.Report.Mean.Ssim,
            a.Report.Colours))],
        arms[0].Report.Segmentation!.Ceiling, [.. Orders(table, arms)]);

    private static SegmentationScore ScoreOf(PublishedScore score) => new(score.PixelAccuracy, score.ClassAccuracy, score.ClassIou);

    private static IEnumerable<OrderCheck> Orders(PublishedTable table, IReadOnlyList<(string Name, EvaluationReport Report)> arms)
    {
        foreach (var (better, betterReport) in arms)
        {
            foreach (var (worse, worseReport) in arms)
            {
                var published = table.Scores[better].PixelAccuracy - table.Scores[worse].PixelAccuracy;
                if (published > LeastDifference - 1e-9)
                {
                    yield return new OrderCheck(
                        better, worse, Math.Round(published, 2), PairedDifference.Of(Shares(betterReport), Shares(worseReport)));
                }
            }
        }
    }

    private static List<double> Shares(EvaluationReport report) =>
        [.. report.Images.OrderBy(i => i.Name, StringComparer.Ordinal).Select(i => i.PixelAccuracy!.Value)];
}
