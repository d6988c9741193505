using System.Net;
using IlgpuGan.Models.Data;

namespace IlgpuGan.Benchmarks.Peers;

/// <summary>
/// Draws our speed-up over the fastest float32 peer and over bfloat16 autocast as an SVG bar chart, a bar for each row and peer.
/// </summary>
internal static class RatioChart
{
    private const int Width = 760;
    private const int Left = 300;
    private const int Right = 60;
    private const int Top = 44;
    private const int Bar = 13;
    private const int Gap = 9;

    private const string ColourOfFloat32 = "#2f6fb0";
    private const string ColourOfReduced = "#d07a2a";

    public static string Draw(Results results)
    {
        var rows = results.Rows.Select(row => (Row: row, Bars: Bars(row))).Where(r => r.Bars.Count > 0).ToList();
        var most = Math.Max(2, rows.SelectMany(r => r.Bars).Select(b => b.Factor).DefaultIfEmpty(1).Max());
        var height = Top + rows.Sum(r => r.Bars.Count * Bar + Gap) + 24;
        var svg = new StringBuilder();
        svg.Add($"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}"
                font-family="system-ui, sans-serif" font-size="11" role="img">
            <title>How many times as fast as the fastest peers IlgpuGan is (minima)</title>
            <rect width="{Width}" height="{height}" fill="#ffffff"/>

            """);
        foreach (var (x, colour, text)
            in new[] { (Left, ColourOfFloat32, "beside the fastest float32 peer"), (
                Left + 210, ColourOfReduced, "beside bfloat16 autocast") })
        {
            svg.Add(
                $"<rect x=\"{x}\" y=\"12\" width=\"12\" height=\"12\" fill=\"{colour}\"/><text x=\"{x + 18}\" y=\"22\">{text}</text>\n");
        }

        for (var tick = 1.0; tick <= most; tick += most > 6 ? 2 : 0.5)
        {
            svg.Add(
                $"<path d=\"M{X(tick):0.#} {Top - 8}V{height - 20}\" stroke=\"{(tick == 1 ? "#333333" : "#e2e2e2")}\"/><text " +
                    $"x=\"{X(tick):0.#}\" y=\"{height - 6}\" text-anchor=\"middle\">{tick:0.#}×</text>\n");
        }

        var y = Top;
        foreach (var (row, bars) in rows)
        {
            var label = WebUtility.HtmlEncode(
                $"{row.Work.Replace("`", "", StringComparison.Ordinal)}, {Counted.Of(row.Threads, "thread")}");
            svg.Add($"<text x=\"{Left - 8}\" y=\"{y + bars.Count * Bar / 2.0 + 4:0.#}\" text-anchor=\"end\">{label}</text>\n");
            foreach (var (factor, colour) in bars)
            {
                svg.Add(
                    $"<rect x=\"{Left}\" y=\"{y}\" width=\"{X(factor) - Left:0.#}\" height=\"{Bar - 2}\" fill=\"{colour}\"/><text " +
                        $"x=\"{X(factor) + 4:0.#}\" y=\"{y + 9}\">{factor:0.00}×</text>\n");
                y += Bar;
            }

            y += Gap;
        }

        return svg.Append("</svg>\n").ToString();

        double X(double factor) => Left + factor / most * (Width - Left - Right);
    }

    private static List<(double Factor, string Colour)> Bars(ResultRow row) =>
    [
        .. new[] { (Entry: row.Best, Colour: ColourOfFloat32), (Entry: row.Reduced, Colour: ColourOfReduced) }.Where(
            b => b.Entry is not null)
            .Select(b => (Ratio.Of(row.Entries[0], b.Entry!).Min, b.Colour)),
    ];
}
