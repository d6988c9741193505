using IlgpuGan.Tensors.Formats;
using static IlgpuGan.Models.Reporting.PageParts;

namespace IlgpuGan.Models.Reporting;

/// <summary>
/// Writes a self-contained page that compares several runs: options that differ, scores, overlaid curves, and samples side by side.
/// </summary>
internal static class ComparisonPage
{
    /// <summary>Most sample steps per run, so that pages of many runs stay small.</summary>
    private const int MostMoments = 8;

    /// <param name="runs">at least one run</param>
    /// <param name="path">path of the page</param>
    public static void Write(IReadOnlyList<RunReport> runs, string path) => AtomicFile.WriteText(path, Render(runs));

    public static string Render(IReadOnlyList<RunReport> runs)
    {
        var html = new StringBuilder();
        Open(html, $"{runs.Count} runs");
        Overview(html, runs);
        Differences(html, "Options that differ", runs, r => r.Options);
        Metrics(html, runs);
        Curves(html, runs);
        Samples(html, runs);
        Differences(html, "Environments that differ", runs, r => [.. r.Environment.Where(e => e.Key != "Written")]); // It always does.
        Close(html);
        return html.ToString();
    }

    private static void Overview(StringBuilder html, IReadOnlyList<RunReport> runs)
    {
        OpenTable(html, "Run", ["Step", "Images/s", "Trained for"], "<th>Warnings</th>");
        for (var i = 0; i < runs.Count; i++)
        {
            var run = runs[i];
            var rate = run.ImagesPerSecond?.ToString("0.0", CultureInfo.InvariantCulture) ?? "";
            var warnings = RunWarnings.Of(run.Log, run.HasCritic).Concat(SampleWarnings.Of(run.Samples)).Concat(run.Remarks).ToList();
            html.Add($"<tr><td>{Marked(i, run)}</td>")
                .Add($"<td class=\"number\">{(run.Step == 0 ? "" : run.StepText)}</td>")
                .Add($"<td class=\"number\">{rate}</td>")
                .Add($"<td class=\"number\">{(run.Time is null ? "" : Duration(run.Time.Seconds))}</td>")
                .Add($"<td>{(warnings.Count == 0 ? "none" : Encode(string.Join(" ", warnings)))}</td></tr>");
        }

        html.Append("</table></div>");
    }

    /// <summary>A row for each name whose values differ between the runs.</summary>
    private static void Differences(
        StringBuilder html, string title, IReadOnlyList<RunReport> runs, Func<RunReport, IReadOnlyList<KeyValuePair<string, string>>> pairs)
    {
        var columns = runs.Select(r => pairs(r).ToDictionary(p => p.Key, p => p.Value)).ToList();
        var names = runs.SelectMany(r => pairs(r).Select(p => p.Key)).Distinct(StringComparer.Ordinal)
            .Where(name => columns.Select(c => c.GetValueOrDefault(name, "")).Distinct(StringComparer.Ordinal).Count() > 1)
            .ToList();
        html.Add($"<h2>{Encode(title)}</h2>");
        if (names.Count == 0)
        {
            html.Append("<p class=\"dim\">No difference.</p>");
            return;
        }

        OpenTable(html, "Name", runs.Select((r, i) => Marked(i, r)));
        foreach (var name in names)
        {
            var cells = columns.Select(c => $"<td class=\"number\">{Encode(c.GetValueOrDefault(name, "—"))}</td>");
            html.Add($"<tr><td>{Encode(name)}</td>{string.Concat(cells)}</tr>");
        }

        html.Append("</table></div>");
    }

    private static void Metrics(StringBuilder html, IReadOnlyList<RunReport> runs)
    {
        var names = runs.SelectMany(r => r.Metrics.Select(m => m.Name)).Distinct(StringComparer.Ordinal).ToList();
        var evaluated = runs.Where(r => r.Metrics.Count > 0).Select(r => r.EvaluatedOnText).Distinct(StringComparer.Ordinal).ToList();
        var heading = evaluated.Count > 1 ? "different pictures" : evaluated.FirstOrDefault("held-out pictures");
        html.Add($"<h2>On {Encode(heading)}</h2>");
        if (names.Count == 0)
        {
            html.Append(
                "<p class=\"dim\">None of the runs has been evaluated (<code>ilgpugan evaluate --model RUN --data DIR</code>).</p>");
            return;
        }

        OpenTable(html, "Measure", runs.Select((r, i) => Marked(i, r)
            + (evaluated.Count > 1 && r.Metrics.Count > 0 ? $" on {Encode(r.EvaluatedOnText)}" : "")
            + (r.EvaluatedStep is { } step && step != r.Step ? $" (as of step {step})" : "")));
        foreach (var name in names)
        {
            html.Add($"<tr><td>{Encode(name)}</td>");
            foreach (var run in runs)
            {
                html.Add($"<td class=\"number\">{run.Metrics.FirstOrDefault(m => m.Name == name)?.ValueText ?? "—"}</td>");
            }

            html.Append("</tr>");
        }

        html.Append("</table></div>");
    }

    private static void Curves(StringBuilder html, IReadOnlyList<RunReport> runs)
    {
        var series = runs.Select(r => LossSeries.From(r.Log).Where(s => s.Steps.Count > 0).ToDictionary(s => s.Name)).ToList();
        var names = series.SelectMany(s => s.Keys).Distinct(StringComparer.Ordinal).ToList();
        if (names.Count == 0)
        {
            return;
        }

        html.Append("<h2>Curves</h2>");
        CurveCards.Append(html, [.. names.Select(name => new CurveCard(name, [
            .. Enumerable.Range(0, runs.Count).Where(i => series[i].ContainsKey(name))
                .Select(i => series[i][name] with { Name = runs[i].Title, Colour = i })]))],
            runs.Select(r => r.GanMode).Distinct(StringComparer.Ordinal).Count() == 1 ? runs[0].GanMode : null);
    }

    private static void Samples(StringBuilder html, IReadOnlyList<RunReport> runs)
    {
        if (!runs.Any(r => r.Samples.Any(s => File.Exists(s.Path))))
        {
            return;
        }

        html.Append("<h2>Samples</h2><div class=\"grid2\">");
        for (var i = 0; i < runs.Count; i++)
        {
            var from = runs[i].ShowsTrainingPictures ? ": from the training pictures" : "";
            html.Add($"<div><h3>{Marked(i, runs[i])}{from}</h3>");
            SampleStrip.Append(html, runs[i].Samples, "", MostMoments);
            html.Append("</div>");
        }

        html.Append("</div>");
    }

    private static void OpenTable(StringBuilder html, string first, IEnumerable<string> numbers, string last = "") =>
        html.Add(
            $"<div class=\"card wide\" tabindex=\"0\" role=\"region\" aria-label=\"{first}\">" +
                $"<table><tr><th>{first}</th>{string.Concat(numbers.Select(n => $"<th class=\"number\">{n}</th>"))}{last}</tr>");

    /// <summary>A run's title with the colour of its curves.</summary>
    private static string Marked(int index, RunReport run) => $"<b class=\"mark s{index % ChartSvg.Colours}\">{Encode(run.Title)}</b>";
}
