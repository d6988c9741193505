using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Reporting;

/// <summary>
/// Writes a run's <c>report.html</c>: one self-contained file with curves, samples, figures, options and environment.
/// Everything essential is there without JavaScript; with it, curves zoom and samples move with a slider.
/// </summary>
public static class ReportPage
{
    /// <summary>Sample rows embedded at most: enough to see the course of a run, few enough to open at once.</summary>
    private const int MostMoments = 24;

    /// <summary>Writes the page in one piece: a reader never sees half of one.</summary>
    public static void Write(RunReport report, string path)
    {
        var page = Encoding.UTF8.GetBytes(Render(report));
        AtomicFile.Write(path, stream => stream.Write(page));
    }

    public static string Render(RunReport report)
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Encode(report.Title)}</title><style>{Resource("report.css")}</style></head><body><main>
            <h1>{Encode(report.Title)}</h1>
            """);
        Progress(html, report);
        foreach (var warning in RunWarnings.Of(report.Log))
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"warning\" role=\"alert\">{Encode(warning)}</p>");
        }

        Samples(html, report.Samples);
        Metrics(html, report.Metrics);
        Curves(html, report.Log);
        Table(html, "Options", report.Options);
        Table(html, "Environment", report.Environment);
        html.Append(CultureInfo.InvariantCulture, $"</main><script>{Resource("report.js")}</script></body></html>\n");
        return html.ToString();
    }

    private static void Progress(StringBuilder html, RunReport report)
    {
        if (report.Log.Count == 0)
        {
            html.Append("<p class=\"dim\">Nothing logged yet.</p>");
            return;
        }

        var last = report.Log[^1];
        var recent = report.Log.TakeLast(50).Select(e => e.Seconds).Order().ToList();
        var pace = recent[recent.Count / 2];
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"Step {last.Step}"));
        if (report.TotalSteps is { } total)
        {
            text.Append(CultureInfo.InvariantCulture, $" of {total}");
        }

        text.Append(CultureInfo.InvariantCulture, $", epoch {Math.Ceiling(last.Epoch):0}, {pace * 1000:0} ms a step");
        if (report.Finished)
        {
            text.Append(", finished");
        }
        else if (report.TotalSteps is { } end)
        {
            text.Append(CultureInfo.InvariantCulture, $", about {Duration((end - last.Step) * pace)} left");
        }

        html.Append(CultureInfo.InvariantCulture, $"<p class=\"dim\">{Encode(text.ToString())}</p>");
        if (report.TotalSteps is { } steps and > 0)
        {
            html.Append(CultureInfo.InvariantCulture, $"<div class=\"bar\"><i style=\"width:{Math.Min(100, 100.0 * last.Step / steps):0.#}%\"></i></div>");
        }
    }

    private static void Samples(StringBuilder html, IReadOnlyList<ReportSample> samples)
    {
        var moments = Spread([.. samples.Where(s => File.Exists(s.Path)).GroupBy(s => s.Step).OrderBy(g => g.Key)]);
        if (moments.Count == 0)
        {
            return;
        }

        html.Append(CultureInfo.InvariantCulture, $"<h2>Samples</h2><div class=\"samples card\"><div class=\"slider\"><input type=\"range\" aria-label=\"training step\" min=\"0\" max=\"{moments.Count - 1}\" value=\"{moments.Count - 1}\"><output></output></div>");
        foreach (var moment in moments)
        {
            html.Append(CultureInfo.InvariantCulture, $"<div class=\"moment\" data-step=\"{moment.Key}\">");
            foreach (var sample in moment)
            {
                var kind = Path.GetExtension(sample.Path).Equals(".png", StringComparison.OrdinalIgnoreCase) ? "png" : "jpeg";
                var caption = Encode($"step {sample.Step}: {sample.Caption}");
                html.Append(CultureInfo.InvariantCulture, $"<figure><img alt=\"{caption}\" src=\"data:image/{kind};base64,{Convert.ToBase64String(File.ReadAllBytes(sample.Path))}\"><figcaption>{caption}</figcaption></figure>");
            }

            html.Append("</div>");
        }

        html.Append("</div>");
    }

    /// <summary>First and last stay, what lies between is thinned evenly.</summary>
    private static List<T> Spread<T>(List<T> all) => all.Count <= MostMoments
        ? all
        : [.. Enumerable.Range(0, MostMoments).Select(i => all[(int)((long)i * (all.Count - 1) / (MostMoments - 1))])];

    private static void Metrics(StringBuilder html, IReadOnlyList<ReportMetric> metrics)
    {
        if (metrics.Count == 0)
        {
            return;
        }

        var baseline = metrics.FirstOrDefault(m => m.BaselineName is not null)?.BaselineName;
        html.Append(CultureInfo.InvariantCulture, $"<h2>On pictures kept back</h2><div class=\"card\"><table><tr><th>Measure</th><th class=\"number\">This run</th>{(baseline is null ? "" : $"<th class=\"number\">{Encode(baseline)}</th>")}</tr>");
        foreach (var metric in metrics)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Encode(metric.Name)}</td><td class=\"number\">{metric.Value:0.####}</td>{(baseline is null ? "" : $"<td class=\"number\">{metric.Baseline:0.####}</td>")}</tr>");
        }

        html.Append("</table></div>");
    }

    private static void Curves(StringBuilder html, IReadOnlyList<LogEntry> log)
    {
        if (log.Count == 0)
        {
            return;
        }

        var losses = LossSeries.From(log).Where(s => s.Steps.Count > 0).ToList();
        List<LossSeries> all = [.. losses, LossSeries.LearningRate(log)];
        (string Title, Func<LossSeries, bool> Belongs)[] charts =
        [
            ("Generator: adversarial", s => s.Name is "G_GAN" or "G_A" or "G_B"),
            ("Generator: reconstruction", s => s.Name.StartsWith("G_L1", StringComparison.Ordinal) || s.Name.StartsWith("cycle", StringComparison.Ordinal) || s.Name.StartsWith("idt", StringComparison.Ordinal)),
            ("Discriminator", s => s.Name.StartsWith("D_", StringComparison.Ordinal) || s.Name.StartsWith("gp_", StringComparison.Ordinal)),
            ("Learning rate", s => s.Name == "lr"),
        ];
        html.Append("<h2>Curves</h2><p class=\"dim\">Thin: as logged; bold: smoothed.</p><div class=\"grid2\">");
        foreach (var (title, belongs) in charts)
        {
            var indices = Enumerable.Range(0, all.Count).Where(i => belongs(all[i])).ToList();
            if (indices.Count == 0)
            {
                continue;
            }

            var chosen = indices.Select(i => all[i]).ToList();
            html.Append(CultureInfo.InvariantCulture, $"<div class=\"card chart\" data-series=\"{string.Join(',', indices)}\"><h3>{Encode(title)}</h3>{ChartSvg.Draw(chosen)}<div class=\"legend\">");
            for (var i = 0; i < chosen.Count; i++)
            {
                html.Append(CultureInfo.InvariantCulture, $"<b class=\"s{i % 8}\">{Encode(chosen[i].Name)} <output>{chosen[i].Smooth[^1]:G4}</output></b>");
            }

            html.Append("</div></div>");
        }

        html.Append("</div><script type=\"application/json\" id=\"curves\">");
        html.Append(JsonSerializer.Serialize(all.Select(s => new
        {
            name = s.Name,
            x = s.Steps,
            y = s.Raw.Select(Short),
            s = s.Smooth.Select(Short),
        })));
        html.Append("</script>");

        static double Short(double value) => Math.Round(value, 6);
    }

    private static void Table(StringBuilder html, string title, IReadOnlyList<KeyValuePair<string, string>> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        html.Append(CultureInfo.InvariantCulture, $"<h2>{Encode(title)}</h2><div class=\"card\"><table>");
        foreach (var (name, value) in rows)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Encode(name)}</td><td>{Encode(value)}</td></tr>");
        }

        html.Append("</table></div>");
    }

    private static string Duration(double seconds) => TimeSpan.FromSeconds(seconds) switch
    {
        { TotalHours: >= 1 } t => string.Create(CultureInfo.InvariantCulture, $"{(int)t.TotalHours} h {t.Minutes} min"),
        { TotalMinutes: >= 1 } t => string.Create(CultureInfo.InvariantCulture, $"{t.Minutes} min"),
        var t => string.Create(CultureInfo.InvariantCulture, $"{t.Seconds} s"),
    };

    private static string Resource(string name)
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream($"IlgpuGan.Models.Reporting.{name}")
            ?? throw new InvalidOperationException($"the program lacks its resource '{name}'");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
