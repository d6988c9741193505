using IlgpuGan.Models.Evaluation.Comparison;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Experiments;

/// <summary>The results of a claim as a Markdown page.</summary>
public static class ClaimText
{
    /// <summary>Decimals of measures that the claim no longer has.</summary>
    private const int DigitsOfOthers = 3;

    public static string ToMarkdown(this ClaimResult result)
    {
        var claim = result.Claim;
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"# {claim.Name}: {result.Verdict.Words()}\n\n{claim.Sentence} ({claim.Source})\n\n{claim.Setting}");
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
            [["difference", "gain", "95 % over seeds", "verdict"], .. result.Differences.Select(d => Row(claim, d))]);
        text.Append(CultureInfo.InvariantCulture, $"\nThe claim is **{result.Verdict.Words()}**{Because(result)}.\n");
        AppendTried(text, result);
        return text.ToString();
    }

    /// <summary>The verdict, each difference with its gain and interval, then earlier results.</summary>
    internal static string InOneLine(this ClaimResult result)
    {
        var differences = result.Differences.Select(d => Row(result.Claim, d)).Select(
            cells => $"{cells[0]} {cells[1]}{(cells[2].Length > 0 ? $" ({cells[2]})" : "")}");
        var line = $"**{result.Verdict.Words()}**, {Counted.Of(result.Seeds.Count, "seed")}: {string.Join("; ", differences)}";
        return result.Tried.Count == 0 ? line
            : $"{line}; tried before: {string.Join("; ", result.Tried.Select(t => $"{Length(t)}, {t.Verdict.Words()}"))}";
    }

    /// <summary><c>shown</c>, <c>not shown</c> or <c>reversed</c>.</summary>
    public static string Words(this ClaimVerdict verdict) => verdict switch
    {
        ClaimVerdict.Shown => "shown",
        ClaimVerdict.Reversed => "reversed",
        _ => "not shown",
    };

    /// <summary>A row for each difference of each earlier result, then their settings where they differ.</summary>
    private static void AppendTried(StringBuilder text, ClaimResult result)
    {
        if (result.Tried.Count == 0)
        {
            return;
        }

        text.Append("\n## What was tried\n\nEarlier results of this claim.\n\n");
        MarkdownTable.Append(
            text,
            [["tried", "difference", "gain", "95 % over seeds", "verdict"],
            .. result.Tried.SelectMany(t => t.Differences.Select(d => (string[])[Length(t), .. Row(result.Claim, d)]))]);
        text.Append('\n');
        foreach (var trial in result.Tried)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {Length(trial)}: the claim was **{trial.Verdict.Words()}**.");
            text.Append(trial.Setting == result.Claim.Setting ? "\n" : $" Its setting: {trial.Setting}\n");
        }
    }

    private static string Length(ClaimTrial trial) => string.Create(
        CultureInfo.InvariantCulture, $"{trial.Steps} steps, {Counted.Of(trial.Seeds.Count, "seed")} from {trial.Seeds[0]}");

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
        var digits = claim.Measures.FirstOrDefault(m => m.Name == difference.Measure)?.Digits ?? DigitsOfOthers;
        return
        [
            $"{difference.Better} over {difference.Worse}, {difference.Measure}", Signed(difference.OverSeeds.Mean, digits),
            difference.OverSeeds is { Low: { } low, High: { } high } ? $"{Signed(low, digits)} to {Signed(high, digits)}" : "",
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
