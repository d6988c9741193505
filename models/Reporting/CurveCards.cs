using System.Text.Json;

namespace IlgpuGan.Models.Reporting;

/// <summary>A chart with a title, and the names of its series as legend.</summary>
internal sealed record CurveCard(string Title, IReadOnlyList<LossSeries> Series);

/// <summary>Charts side by side, with the data that the page's script needs to redraw them.</summary>
internal static class CurveCards
{
    /// <summary>
    /// Draws the cards that have series, and says below them what the losses are that titles or series name. Call once per page.
    /// </summary>
    /// <param name="html">the page so far</param>
    /// <param name="cards">those without series are left out</param>
    /// <param name="ganMode">the kind of the adversarial loss, as <c>--gan-mode</c>; null if unknown, or if there are several</param>
    public static void Append(StringBuilder html, IReadOnlyList<CurveCard> cards, string? ganMode)
    {
        cards = [.. cards.Where(c => c.Series.Count > 0)];
        html.Append("<p class=\"dim\">Thin: as logged; bold: smoothed. <span class=\"scripted\">Drag over a chart to zoom " +
            "in.</span></p><div class=\"grid2\">");
        var all = new List<LossSeries>();
        foreach (var (title, series) in cards)
        {
            var indices = Enumerable.Range(all.Count, series.Count);
            html.Add(
                $"<div class=\"card chart\" data-series=\"{string.Join(',', indices)}\"><h3><span>{LossMeanings.Linked(title)}</span>" +
                    $"<button class=\"scripted\" type=\"button\" hidden>whole run</button></h3>" +
                    $"{ChartSvg.Draw(series)}<div class=\"legend\">");
            for (var i = 0; i < series.Count; i++)
            {
                html.Add(
                    $"<b class=\"s{ChartSvg.ColourOf(series, i)}\">{LossMeanings.Linked(series[i].Name)} " +
                        $"<output>{series[i].Smooth[^1]:G4}</output></b>");
            }

            html.Append("</div></div>");
            all.AddRange(series);
        }

        html.Append("</div>");
        LossMeanings.Append(
            html, cards.SelectMany(c => c.Series.Select(s => s.Name).Prepend(c.Title)).Distinct(StringComparer.Ordinal), ganMode);
        html.Append("<script type=\"application/json\" id=\"curves\">");
        html.Append(JsonSerializer.Serialize(all.Select(s => new
        {
            name = s.Name,
            colour = s.Colour,
            x = s.Steps,
            y = s.Raw.Select(Short),
            s = s.Smooth.Select(Short),
        })));
        html.Append("</script>");

        static double Short(double value) => Math.Round(value, 6);
    }
}
