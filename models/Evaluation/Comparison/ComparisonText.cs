namespace IlgpuGan.Models.Evaluation.Comparison;

/// <summary>A comparison as Markdown, readable as plain text: a table, then sentences about the differences.</summary>
internal static class ComparisonText
{
    public static string ToMarkdown(this RunComparison comparison)
    {
        var text = new StringBuilder();
        var heads = comparison.Runs.Select((run, i) => run
            + (comparison.Steps.ElementAtOrDefault(i) is { } step ? $", step {step}" : "")
            + (comparison.TranslationSteps.ElementAtOrDefault(i) is { } taken ? $", --steps {taken}" : "")
            + (comparison.Sizes.ElementAtOrDefault(i) is { } size ? $", {size}" : ""));
        List<string[]> table = [["measure", "better", .. heads]];
        table.AddRange(comparison.Measures.Select(
            m => (string[])[m.Measure, Better(m), .. m.Means.Select((_, run) => Cell(m, run))]));
        MarkdownTable.Append(text, table);
        text.Add(
            $"\nIn brackets: difference to {comparison.Runs[0]} on the same pictures, with the bootstrap's 95 % interval of its mean.\n");
        foreach (var measure in comparison.Measures)
        {
            for (var run = 1; run < comparison.Runs.Count; run++)
            {
                if (measure.Differences[run] is { } difference)
                {
                    text.Append("- ").Append(Sentence(measure, comparison.Runs[0], comparison.Runs[run], difference)).Append('\n');
                }
            }
        }

        return text.ToString();
    }

    private static string Better(ComparedMeasure measure) =>
        measure.HigherIsBetter switch { true => "higher", false => "lower", null => "as real" };

    private static string Cell(ComparedMeasure measure, int run)
    {
        var mean = measure.Means[run] is { } value ? Figure(value) : "–";
        return measure.Differences[run] is { } d ? $"{mean} ({Signed(d.Mean)}: {Signed(d.Low)} to {Signed(d.High)})" : mean;
    }

    private static string Sentence(ComparedMeasure measure, string first, string run, PairedDifference d)
    {
        if (!d.IsClear)
        {
            return $"{measure.Measure}: no significant difference between {run} and {first} ({Signed(d.Low)} to {Signed(d.High)} on " +
                $"{Counted.Of(d.Pictures, "picture")}).";
        }

        var better = d.Mean > 0 == measure.HigherIsBetter;
        var pictures = measure.HigherIsBetter == better ? d.Greater : d.Pictures - d.Greater;
        return $"{measure.Measure}: {run} is {(better ? "better" : "worse")} than {first} by {Figure(Math.Abs(d.Mean))}, in {pictures} " +
            $"of {d.Pictures} pictures.";
    }

    private static string Figure(double value) => value.ToString(Math.Abs(value) >= 10 ? "0.00" : "0.0000", CultureInfo.InvariantCulture);

    private static string Signed(double value) => (value < 0 ? "−" : "+") + Figure(Math.Abs(value));
}
