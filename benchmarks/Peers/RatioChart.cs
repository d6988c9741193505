using System.Globalization;
using System.Net;
using System.Text;
using IlgpuGan.Models.Data;

namespace IlgpuGan.Benchmarks.Peers;

/// <summary>Draws how many times as fast as each peer we are, a bar for each row and peer, as SVG.</summary>
internal static class RatioChart
{
    private const int Width = 760;
    private const int Left = 300;
    private const int Right = 60;
    private const int Top = 44;
    private const int Bar = 13;
    private const int Gap = 9;

    private static readonly string[] s_colours = ["#2f6fb0", "#d07a2a", "#5a9a4a", "#8a5fa8"];

    public static string Draw(Results results)
    {
        string[] peers = [.. results.Rows.SelectMany(r => r.Ratios).Select(r => r.Peer).Distinct()];
        var most = Math.Max(2, results.Rows.SelectMany(r => r.Ratios).Select(r => r.Min).DefaultIfEmpty(1).Max());
        ResultRow[] rows = [.. results.Rows.Where(r => r.Ratios.Count > 0)];
        var height = Top + rows.Sum(r => r.Ratios.Count * Bar + Gap) + 24;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" font-family="system-ui, sans-serif" font-size="11" role="img">
            <title>How many times as fast as its peers IlgpuGan is (minima)</title>
            <rect width="{Width}" height="{height}" fill="#ffffff"/>

            """);
        for (var i = 0; i < peers.Length; i++)
        {
            var x = Left + i * 150;
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x}\" y=\"12\" width=\"12\" height=\"12\" fill=\"{Colour(peers, peers[i])}\"/><text x=\"{x + 18}\" y=\"22\">beside {Encode(peers[i])}</text>\n");
        }

        for (var tick = 1.0; tick <= most; tick += most > 6 ? 2 : 0.5)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{X(tick):0.#} {Top - 8}V{height - 20}\" stroke=\"{(tick == 1 ? "#333333" : "#e2e2e2")}\"/><text x=\"{X(tick):0.#}\" y=\"{height - 6}\" text-anchor=\"middle\">{tick:0.#}×</text>\n");
        }

        var y = Top;
        foreach (var row in rows)
        {
            var label = $"{row.Work.Replace("`", "", StringComparison.Ordinal)}, {Counted.Of(row.Threads, "thread")}";
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{y + row.Ratios.Count * Bar / 2.0 + 4:0.#}\" text-anchor=\"end\">{Encode(label)}</text>\n");
            foreach (var ratio in row.Ratios)
            {
                svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Left}\" y=\"{y}\" width=\"{X(ratio.Min) - Left:0.#}\" height=\"{Bar - 2}\" fill=\"{Colour(peers, ratio.Peer)}\"/><text x=\"{X(ratio.Min) + 4:0.#}\" y=\"{y + 9}\">{ratio.Min:0.00}×</text>\n");
                y += Bar;
            }

            y += Gap;
        }

        return svg.Append("</svg>\n").ToString();

        double X(double factor) => Left + factor / most * (Width - Left - Right);
    }

    private static string Colour(string[] peers, string peer) => s_colours[Array.IndexOf(peers, peer) % s_colours.Length];

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
