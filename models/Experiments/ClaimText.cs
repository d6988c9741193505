using System.Globalization;
using System.Text;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Evaluation.Comparison;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Experiments;

/// <summary>The results of a claim as a Markdown page.</summary>
public static class ClaimText
{
    public static string ToMarkdown(this ClaimResult result)
    {
        var claim = result.Claim;
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"# {result.Family}: {result.Verdict.Words()}\n\n{claim.Sentence} ({claim.Source})\n\n{claim.Setting}");
        text.Append(
            CultureInfo.InvariantCulture,
            $" {result.Steps} steps, {Counted.Of(result.Seeds.Count, "seed")} from {result.Seeds[0]}; each variant sees " +
                $"{result.Variants[0].SamplesSeen} samples.\n\n");
        foreach (var (variant, summary) in result.Variants.Select(v => (v.Name, v.Summary)))
        {
            text.Append(CultureInfo.InvariantCulture, $"- `{variant}`: {summary}\n");
        }

        foreach (var measure in claim.Measures)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"- *{measure.Name}*: {measure.Summary}; {(measure.HigherIsBetter ? "higher" : "lower")} is better\n");
        }

        text.Append('\n');
        MarkdownTable.Append(text,
        [
            ["variant", .. claim.Measures.Select(m => m.Name), "seconds"],
            .. result.Variants.Select(v => (string[])[v.Name, .. v.Measures.Zip(claim.Measures, Spread), Number(v.Seconds, 0)]),
        ]);
        text.Append("\nMeans over the seeds ± the seeds' standard deviation. A gain is positive where the first is better.\n\n");
        MarkdownTable.Append(
            text,
            [["difference", "gain", "95 % over seeds", "95 % over pictures", "verdict"], .. result.Differences.Select(d => Row(claim, d))]);
        return text.Append(CultureInfo.InvariantCulture, $"\nThe claim is **{result.Verdict.Words()}**{Because(result)}.\n").ToString();
    }

    /// <summary>The verdict, then each difference with its gain and the seeds' interval.</summary>
    internal static string InOneLine(this ClaimResult result)
    {
        var differences = result.Differences.Select(d => Row(result.Claim, d)).Select(
            cells => $"{cells[0]} {cells[1]}{(cells[2].Length > 0 ? $" ({cells[2]})" : "")}");
        return $"**{result.Verdict.Words()}**, {Counted.Of(result.Seeds.Count, "seed")}: {string.Join("; ", differences)}";
    }

    /// <summary><c>shown</c>, <c>not shown</c> or <c>reversed</c>.</summary>
    public static string Words(this ClaimVerdict verdict) => verdict switch
    {
        ClaimVerdict.Shown => "shown",
        ClaimVerdict.Reversed => "reversed",
        _ => "not shown",
    };

    private static string Because(ClaimResult result)
    {
        var (all, shown, reversed) = (
            result.Differences.Count, result.Differences.Count(d => d.Verdict == ClaimVerdict.Shown),
            result.Differences.Count(d => d.Verdict == ClaimVerdict.Reversed));
        return result.Verdict == ClaimVerdict.Shown ? all == 1 ? ": its difference is significant" : $": all {all} differences are " +
            "beyond chance"
            : $": of {Counted.Of(all, "difference")} {shown} {(shown == 1 ? "is" : "are")} as claimed beyond chance, {reversed} the " +
                "other way round";
    }

    private static string[] Row(Claim claim, DifferenceResult difference)
    {
        var digits = claim.Measures.Single(m => m.Name == difference.Measure).Digits;
        return
        [
            $"{difference.Better} over {difference.Worse}, {difference.Measure}", Signed(difference.OverSeeds.Mean, digits),
            difference.OverSeeds is { Low: { } low, High: { } high } ? $"{Signed(low, digits)} to {Signed(high, digits)}" : "",
            difference.OverPictures is { } pictures ? $"{Signed(pictures.Low, digits)} to {Signed(pictures.High, digits)}" : "",
            difference.Verdict.Words(),
        ];
    }

    private static string Spread(MeasureResult result, ClaimMeasure measure) =>
        result.Values.Count == 1
            ? Number(result.Mean, measure.Digits)
            : $"{Number(result.Mean, measure.Digits)} ± {Number(result.Deviation, measure.Digits)}";

    private static string Number(double value, int digits) => value.ToString("F" + digits, CultureInfo.InvariantCulture);

    private static string Signed(double value, int digits) => (value < 0 ? "−" : "+") + Number(Math.Abs(value), digits);
}
