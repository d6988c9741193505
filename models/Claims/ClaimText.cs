using IlgpuGan.Models.Evaluation.Comparison;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Claims;

/// <summary>The results of a claim as a Markdown page.</summary>
internal static class ClaimText
{
    /// <summary>Decimals of measures that the claim no longer has.</summary>
    private const int DigitsOfOthers = 3;

    public static string ToMarkdown(this ClaimResult result)
    {
        var claim = result.Claim;
        var text = new StringBuilder();
        text.Add($"# {claim.Name}: {result.Verdict.Words()}\n\n{claim.Sentence} ({claim.Source})\n\n{claim.Setting}");
        text.Add(
            $" {result.Steps} steps, {Counted.Of(result.Seeds.Count, "seed")} from {result.Seeds[0]}; each variant sees " +
                $"{result.Variants[0].SamplesSeen} samples.\n\n");
        foreach (var (variant, summary) in result.Variants.Select(v => (v.Name, v.Summary)))
        {
            text.Add($"- `{variant}`: {summary}\n");
        }

        foreach (var measure in claim.Measures)
        {
            text.Add($"- *{measure.Name}*: {measure.Summary}; {(measure.HigherIsBetter ? "higher" : "lower")} is better\n");
        }

        text.Append('\n');
        MarkdownTable.Append(text,
        [
            ["variant", .. claim.Measures.Select(m => m.Name), "seconds"],
            .. result.Variants.Select(v => (string[])[v.Name, .. v.Measures.Zip(claim.Measures, Spread), Number(v.Seconds, 0)]),
        ]);
        foreach (var measure in claim.Measures.Where(m => m.Floor is not null))
        {
            text.Add(
                $"\nThe *{measure.Name}* of {measure.Floor!.Of}: {Number(measure.Floor.Value, measure.Digits)}. A worse value counts as " +
                    $"this one in the gains.\n");
        }

        text.Append("\nMeans over the seeds ± the seeds' standard deviation; seconds are processor time. A gain is positive where the " +
            "first is better, and counts from the least effect on, ");
        text.Append(result.Machines.Count > 0
            ? "which was stated before any seed was run.\n\n"
            : "which was stated after these older results, whose seconds are wall time.\n\n");
        MarkdownTable.Append(
            text,
            [
                ["difference", "gain", "95 % over seeds", "least", "verdict"],
                .. result.Differences.Select(d => (string[])
                    [.. Row(claim, d)[..3], Least(claim, d), d.Verdict.Words() + (d.IsApart ? ", apart" : "")]),
            ]);
        foreach (var c in result.Conditions)
        {
            var measure = claim.MeasureOf(c.Measure)!;
            text.Add(
                $"\nMust hold: *{c.Measure}* of `{c.Variant}` {(measure.HigherIsBetter ? "at least" : "at most")} {c.Bound}. It is " +
                    $"{Number(c.Mean, c.Holds ? measure.Digits : 4)}: it {(c.Holds ? "holds" : "does not hold")}.\n");
        }

        text.Add($"\nThe claim is **{result.Verdict.Words()}**{Because(result)}.\n");
        AppendMachines(text, result);
        AppendTried(text, result);
        return text.ToString();
    }

    /// <summary>The verdict, each difference with its gain and interval, then earlier results.</summary>
    internal static string InOneLine(this ClaimResult result)
    {
        var line = $"**{result.Verdict.Words()}**, {Counted.Of(result.Seeds.Count, "seed")}: " +
            string.Join("; ", result.Differences.Select(result.Gain));
        return result.Tried.Count == 0 ? line
            : $"{line}; tried before: {string.Join("; ", result.Tried.Select(t => $"{Length(t)}, {t.Verdict.Words()}"))}";
    }

    /// <summary>A difference with its gain, its interval and the least effect.</summary>
    internal static string Gain(this ClaimResult result, DifferenceResult difference)
    {
        var cells = Row(result.Claim, difference);
        string[] beside = [cells[2], difference.Least > 0 ? $"least {Least(result.Claim, difference)}" : ""];
        var shown = string.Join("; ", beside.Where(text => text.Length > 0));
        return $"{cells[0]} {cells[1]}{(shown.Length > 0 ? $" ({shown})" : "")}";
    }

    internal static string Number(double value, int digits) => value.ToString("F" + digits, CultureInfo.InvariantCulture);

    /// <summary><c>shown</c>, <c>not shown</c> or <c>reversed</c>.</summary>
    public static string Words(this ClaimVerdict verdict) => OptionsJson.TextOf(verdict).Replace('-', ' ');

    /// <summary>The seeds of each machine and build.</summary>
    private static void AppendMachines(StringBuilder text, ClaimResult result)
    {
        if (result.Machines.Count == 0)
        {
            return;
        }

        text.Append('\n');
        foreach (var of in result.Seeds.Zip(result.Machines).GroupBy(m => m.Second, m => m.First))
        {
            text.Add($"- {(of.Count() == 1 ? "Seed" : "Seeds")} {string.Join(", ", of)}: {of.Key?.ToString() ?? "machine not recorded"}\n");
        }
    }

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
            text.Add($"- {Length(trial)}: the claim was **{trial.Verdict.Words()}**.");
            text.Append(trial.Setting == result.Claim.Setting ? "\n" : $" Its setting: {trial.Setting}\n");
        }
    }

    private static string Length(ClaimTrial trial) => Invariant.Text(
        $"{trial.Steps} steps, {Counted.Of(trial.Seeds.Count, "seed")} from {trial.Seeds[0]}");

    private static string Because(ClaimResult result)
    {
        var deciding = result.Differences.Where(d => !d.IsApart).ToList();
        var (all, shown, reversed) = (
            deciding.Count, deciding.Count(d => d.Verdict == ClaimVerdict.Shown), deciding.Count(d => d.Verdict == ClaimVerdict.Reversed));
        return result.Conditions.Any(c => !c.Holds) ? ": what must hold does not"
            : result.Verdict == ClaimVerdict.Shown
                ? all == 1 ? ": its difference is significant" : $": all {all} differences are beyond chance"
            : $": of {Counted.Of(all, "difference")} {shown} {(shown == 1 ? "is" : "are")} as claimed beyond chance, {reversed} the " +
                "other way round";
    }

    private static string[] Row(Claim claim, DifferenceResult difference)
    {
        var digits = DigitsOf(claim, difference);
        return
        [
            $"{difference.Better} over {difference.Worse}, {difference.Measure}", Signed(difference.OverSeeds.Mean, digits),
            difference.OverSeeds is { Low: { } low, High: { } high } ? $"{Signed(low, digits)} to {Signed(high, digits)}" : "",
            difference.Verdict.Words(),
        ];
    }

    private static int DigitsOf(Claim claim, DifferenceResult difference) =>
        claim.MeasureOf(difference.Measure)?.Digits ?? DigitsOfOthers;

    private static string Least(Claim claim, DifferenceResult difference) =>
        difference.Least is { } least ? Number(least, DigitsOf(claim, difference)) : "";

    private static string Spread(MeasureResult result, ClaimMeasure measure) =>
        result.Values.Count == 1
            ? Number(result.Mean, measure.Digits)
            : $"{Number(result.Mean, measure.Digits)} ± {Number(result.Deviation, measure.Digits)}";

    private static string Signed(double value, int digits) => (value < 0 ? "−" : "+") + Number(Math.Abs(value), digits);
}
