using System.Globalization;
using System.Text;
using IlgpuGan.Models.Evaluation.Comparison;
using IlgpuGan.Models.Evaluation.Segmentation;

namespace IlgpuGan.Models.Experiments;

/// <summary>An experiment's tables beside the paper's, and whether its order is found again.</summary>
public static class ExperimentText
{
    public static string ToMarkdown(this ExperimentResult result)
    {
        var text = new StringBuilder();
        var s = result.Settings;
        text.Append(
            CultureInfo.InvariantCulture,
            $"# {result.Name}: {result.Question}\n\n{s.Size}x{s.Size} pixels of {s.Data}, {s.Steps} steps, seed {s.Seed}.");
        text.Append(result.Remark is null ? "\n" : $" {result.Remark}\n");
        foreach (var table in result.Tables)
        {
            Append(text, table);
        }

        return text.ToString();
    }

    /// <summary>The sentence that a reader looks for.</summary>
    public static string Verdict(this TableResult table)
    {
        var (all, same, reversed) = (
            table.Orders.Count, table.Orders.Count(o => o.Outcome == OrderOutcome.Reproduced),
            table.Orders.Count(o => o.Outcome == OrderOutcome.Reversed));
        return reversed == 0
            && same == all ? $"The paper's order is reproduced: {(all == 1 ? "its difference" : $"all {all} differences")} beyond chance."
            : reversed == 0 ? $"The paper's order is not contradicted, but {all - same} of {all} differences are not significant " +
                "at this size."
            : $"The paper's order is not reproduced at this size: {reversed} of {all} differences {(reversed == 1 ? "is" : "are")} the " +
                $"other way round beyond chance, {same} as in the paper.";
    }

    private static void Append(StringBuilder text, TableResult table)
    {
        text.Append(
            CultureInfo.InvariantCulture,
            $"\n## {table.Task} ({table.Source})\n\nPer-pixel accuracy / per-class accuracy / class IoU.\n\n");
        List<string[]> rows = [["variant", "paper", "here", "L1", "SSIM", "colours a, b"]];
        rows.AddRange(table.Arms.Select(a => (string[])
        [
            a.Name, Triple(a.Published, "0.00"), Triple(a.Measured, "0.000"), Number(a.L1), Number(a.Ssim),
            $"{Number(a.Colours.A, "0.00")}, {Number(a.Colours.B, "0.00")}",
        ]));
        if (table.Ceiling is { } ceiling)
        {
            rows.Add(["real photographs", "", Triple(ceiling, "0.000"), "", "", ""]);
        }

        MarkdownTable.Append(text, rows);
        text.Append(CultureInfo.InvariantCulture, $"\n{table.Verdict()}\n\n");
        foreach (var order in table.Orders)
        {
            var d = order.Measured;
            text.Append(
                CultureInfo.InvariantCulture,
                $"- {order.Better} over {order.Worse}: paper +{order.Published:0.00}, here {Signed(d.Mean)} (95 %: {Signed(d.Low)} to " +
                    $"{Signed(d.High)}, {d.Pictures} pictures): {Word(order.Outcome)}\n");
        }
    }

    private static string Word(OrderOutcome outcome) => outcome switch
    {
        OrderOutcome.Reproduced => "reproduced",
        OrderOutcome.Reversed => "the other way round",
        _ => "not significant",
    };

    private static string Triple(SegmentationScore score, string format) =>
        $"{Number(score.PixelAccuracy, format)} / {Number(score.ClassAccuracy, format)} / {Number(score.ClassIou, format)}";

    private static string Number(double value, string format = "0.000") => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Signed(double value) => (value < 0 ? "−" : "+") + Number(Math.Abs(value));
}
