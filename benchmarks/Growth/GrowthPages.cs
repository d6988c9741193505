using System.Net;
using IlgpuGan.Benchmarks.Peers;
using IlgpuGan.Models.Data;

namespace IlgpuGan.Benchmarks.Growth;

/// <summary>The page and the picture of the curves: a panel for time and one for memory, on logarithmic scales.</summary>
internal static class GrowthPages
{
    private const int PanelWidth = 300;
    private const int PanelHeight = 200;
    private const int Left = 52;
    private const int Bottom = 34;
    private const int Top = 24;

    private static readonly string[] s_colours = ["#2f6fb0", "#7fb0de", "#c0392b", "#e6a29b"];

    public static string Markdown(IReadOnlyList<GrowthCurve> curves, Journal.Header start, string picture)
    {
        var page = new StringBuilder();
        page.Add($"""
            # How time and memory grow

            Written by `dotnet run -c Release --project benchmarks -- growth`, {start.Date:yyyy-MM-dd}, {start.Version}: the fastest step
            of a process in seconds, and its most resident memory in 10⁶ bytes, beside TorchSharp's. {start.Machine}.

            ![time and memory over side and batch, on logarithmic scales]({picture})

            """);
        foreach (var panel in Panels(curves))
        {
            var values = panel.SelectMany(curve => curve.Points).Select(point => point.Value).Distinct().Order().ToList();
            page.Add($"\n## {panel.Key.Subject}, by {Name(panel.Key.Axis)}\n\n");
            var titles = string.Concat(panel.Select(c => $" {Title(c)}, s | MB |"));
            page.Add($"| {Name(panel.Key.Axis)} |{titles}\n");
            page.Add($"|---|{string.Concat(panel.Select(_ => "---|---|"))}\n");
            foreach (var value in values)
            {
                page.Add($"| {value} |");
                foreach (var curve in panel)
                {
                    page.Append(curve.Points.FirstOrDefault(point => point.Value == value) is { } found
                        ? Invariant.Text($" {found.Seconds:0.####} | {found.Megabytes:0} |")
                        : " – | – |");
                }

                page.Append('\n');
            }
        }

        return page.ToString();
    }

    public static string Svg(IReadOnlyList<GrowthCurve> curves)
    {
        var panels = Panels(curves).ToList();
        var (width, height) = (2 * PanelWidth, (panels.Count * PanelHeight) + 30);
        var svg = new StringBuilder();
        svg.Add($"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"
                font-family="system-ui, sans-serif" font-size="10" role="img">
            <title>Time and memory of a step over side and batch</title>
            <rect width="{width}" height="{height}" fill="#ffffff"/>

            """);
        for (var i = 0; i < panels.Count; i++)
        {
            Panel(svg, 0, i * PanelHeight, $"{panels[i].Key.Subject}: seconds", panels[i], point => point.Seconds);
            Panel(svg, PanelWidth, i * PanelHeight, $"{panels[i].Key.Subject}: MB", panels[i], point => point.Megabytes);
        }

        var titles = panels.SelectMany(panel => panel.Select(Title)).Distinct().ToList();
        for (var i = 0; i < titles.Count; i++)
        {
            svg.Add(
                $"<rect x=\"{Left + (i * 135)}\" y=\"{height - 20}\" width=\"10\" height=\"10\" " +
                    $"fill=\"{s_colours[i % s_colours.Length]}\"/>" +
                    $"<text x=\"{Left + 14 + (i * 135)}\" y=\"{height - 11}\">{WebUtility.HtmlEncode(titles[i])}</text>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Panel(
        StringBuilder svg, int left, int top, string title, IEnumerable<GrowthCurve> panel, Func<GrowthPoint, double> valueOf)
    {
        var curves = panel.ToList();
        var points = curves.SelectMany(curve => curve.Points).ToList();
        var (first, last) = (points.Min(p => p.Value), Math.Max(points.Max(p => p.Value), 2 * points.Min(p => p.Value)));
        var low = Math.Pow(10, Math.Floor(Math.Log10(points.Min(valueOf))));
        var high = Math.Pow(10, Math.Ceiling(Math.Log10(points.Max(valueOf) * 1.001)));
        double X(double value) => left + Left + (Math.Log(value / first) / Math.Log((double)last / first) * (PanelWidth - Left - 14));
        double Y(double value) =>
            top + PanelHeight - Bottom - (Math.Log(value / low) / Math.Log(high / low) * (PanelHeight - Bottom - Top));

        svg.Add($"<text x=\"{left + Left}\" y=\"{top + 15}\" font-weight=\"bold\">{WebUtility.HtmlEncode(title)}</text>\n");
        for (var tick = low; tick <= high * 1.001; tick *= 10)
        {
            svg.Add(
                $"<path d=\"M{left + Left} {Y(tick):0.#}H{left + PanelWidth - 14}\" stroke=\"#e2e2e2\"/><text x=\"{left + Left - 5}\" " +
                    $"y=\"{Y(tick) + 3:0.#}\" text-anchor=\"end\">{tick:0.####}</text>\n");
        }

        for (var tick = first; tick <= last; tick *= 2)
        {
            svg.Add($"<text x=\"{X(tick):0.#}\" y=\"{top + PanelHeight - Bottom + 13}\" text-anchor=\"middle\">{tick}</text>\n");
        }

        svg.Add(
            $"<text x=\"{left + PanelWidth - 14}\" y=\"{top + PanelHeight - Bottom + 25}\" text-anchor=\"end\">" +
                $"{Name(curves[0].Axis)}</text>\n");
        for (var i = 0; i < curves.Count; i++)
        {
            var colour = s_colours[i % s_colours.Length];
            var line = string.Join(' ', curves[i].Points.Select(
                p => Invariant.Text($"{X(p.Value):0.#},{Y(valueOf(p)):0.#}")));
            svg.Append($"<polyline points=\"{line}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>\n");
        }
    }

    /// <summary>What has been measured, a panel for each subject and axis.</summary>
    private static IEnumerable<IGrouping<(string Subject, GrowthAxis Axis), GrowthCurve>> Panels(IEnumerable<GrowthCurve> curves) =>
        curves.GroupBy(curve => (curve.Subject, curve.Axis)).Where(panel => panel.Any(curve => curve.Points.Count > 0));

    private static string Title(GrowthCurve curve) => $"{curve.Program}, {Counted.Of(curve.Threads, "thread")}";

    private static string Name(GrowthAxis axis) => axis == GrowthAxis.Side ? "side" : "batch";
}
