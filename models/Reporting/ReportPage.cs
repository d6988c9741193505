using IlgpuGan.Tensors.Formats;
using static IlgpuGan.Models.Reporting.PageParts;

namespace IlgpuGan.Models.Reporting;

/// <summary>
/// Writes a run's <c>report.html</c>: one self-contained file with curves, samples, figures, options and environment. All essential content
/// works without JavaScript; scripts add zoom and a slider for samples.
/// </summary>
internal static class ReportPage
{
    /// <summary>Writes the page atomically.</summary>
    public static void Write(RunReport report, string path) => AtomicFile.WriteText(path, Render(report));

    public static string Render(RunReport report)
    {
        var html = new StringBuilder();
        Open(html, report.Title);
        Progress(html, report);
        foreach (var warning in RunWarnings.Of(report.Log, report.HasCritic).Concat(SampleWarnings.Of(report.Samples))
            .Concat(report.Remarks))
        {
            html.Add($"<p class=\"warning\" role=\"alert\">{Encode(warning)}</p>");
        }

        SampleStrip.Append(html, report.Samples, $"<h2>{report.SamplesHeading}</h2>");
        Metrics(
            html, report.Metrics,
            report.EvaluatedOnText + (report.EvaluatedStep is { } step && step != report.Step ? $", as of step {step}" : ""));
        foreach (var sheet in report.Sheets.Where(PictureState.IsWhole))
        {
            html.Add(
                $"<details class=\"card\"><summary>The {Path.GetFileNameWithoutExtension(sheet)} of them by SSIM: input, output, target" +
                    $"</summary><img class=\"sheet\" alt=\"\" src=\"{PictureOf(sheet)}\"></details>");
        }

        Curves(html, report);
        Table(
            html, "Left out: damaged pictures",
            [.. report.LeftOut.Select(f => KeyValuePair.Create(f.File, $"{f.StepsWithout()}: {f.Reason}"))]);
        if (report.Command is { } command)
        {
            CommandLine(html, "Repeat this training", command);
        }

        Table(html, "Options", report.Options);
        Table(html, "Environment", report.Environment);
        Close(html);
        return html.ToString();
    }

    private static void Progress(StringBuilder html, RunReport report)
    {
        if (report.Log.Count == 0)
        {
            var taken = report.Step > 0 ? $" Step {report.StepText} was taken." : "";
            html.Add($"<p class=\"dim\">Nothing logged yet.{taken}</p>");
            return;
        }

        var last = report.Log[^1];
        html.Append("<dl class=\"facts\">");
        Fact(report.Stopped ? "State" : "Step", report.Stopped ? $"stopped after {report.StepText} steps" : report.StepText);
        Fact("Epoch", $"{Math.Ceiling(last.Epoch):0}");
        if (report.Time is { SecondsPerStep: var secondsPerStep } time)
        {
            Fact(
                "Throughput",
                Invariant.Text($"{report.ImagesPerSecond:0.0} images/s, {secondsPerStep * 1000:0} ms per step"));
            Fact("Trained for", Duration(time.Seconds));
        }

        if (report.Finished || (!report.Stopped && report.TotalSteps is not null && report.Time is not null))
        {
            Fact(
                "Time left",
                report.Finished ? "finished" : Duration((report.TotalSteps!.Value - report.Step) * report.Time!.SecondsPerStep));
        }

        html.Append("</dl>");
        if (report.TotalSteps is { } steps and > 0)
        {
            html.Add($"<div class=\"bar\"><i style=\"width:{Math.Min(100, 100.0 * report.Step / steps):0.#}%\"></i></div>");
        }

        void Fact(string name, string value) =>
            html.Add($"<div><dt>{Encode(name)}</dt><dd>{Encode(value)}</dd></div>");
    }

    private static void Metrics(StringBuilder html, IReadOnlyList<ReportMetric> metrics, string pictures)
    {
        if (metrics.Count == 0)
        {
            return;
        }

        html.Add($"<h2>On {Encode(pictures)}</h2>").Append(
            "<div class=\"card wide\" tabindex=\"0\" role=\"region\" aria-label=\"Measures\"><table><tr><th>Measure</th>" +
                "<th class=\"number\">This run</th><th class=\"number\">Baseline</th></tr>");
        foreach (var metric in metrics)
        {
            var baselineName = metric is { Baseline: not null, BaselineName: { } name }
                ? $" <span class=\"dim\">{Encode(name)}</span>"
                : "";
            html.Add(
                $"<tr><td>{Encode(metric.Name)}</td><td class=\"number\">{metric.ValueText}</td><td " +
                    $"class=\"number\">{metric.BaselineText}{baselineName}</td></tr>");
        }

        html.Append("</table></div>");
    }

    private static void Curves(StringBuilder html, RunReport report)
    {
        var log = report.Log;
        if (log.Count == 0)
        {
            return;
        }

        var losses = LossSeries.From(log).Where(s => s.Steps.Count > 0).ToList();
        (string Title, Func<LossSeries, bool> Belongs)[] charts =
        [
            ("Generator: adversarial", s => s.Name is "G_GAN" or "G_A" or "G_B"),
            (
                "Generator: reconstruction",
                s =>
                    s.Name.StartsWith("G_L1", StringComparison.Ordinal) || s.Name.StartsWith("cycle", StringComparison.Ordinal)
                        || s.Name.StartsWith("idt", StringComparison.Ordinal)),
            ("Discriminator", s => s.Name.StartsWith("D_", StringComparison.Ordinal) || s.Name.StartsWith("gp_", StringComparison.Ordinal)),
        ];
        html.Append("<h2>Curves</h2>");
        CurveCards.Append(html, [
            .. charts.Select(c => new CurveCard(c.Title, [.. losses.Where(c.Belongs)])),
            new CurveCard("Further losses", [.. losses.Where(s => !charts.Any(c => c.Belongs(s)))]),
            new CurveCard("Learning rate", [LossSeries.LearningRate(log)])],
            report.GanMode);
    }
}
