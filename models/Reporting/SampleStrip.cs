namespace IlgpuGan.Models.Reporting;

/// <summary>
/// Sample pictures over time. The page's script adds a slider over the steps; without it, each step can be opened separately.
/// </summary>
/// <remarks>
/// <c>report.js</c> finds <c>samples</c>, <c>moment</c>, <c>data-step</c>, the input and the output; <c>report.css</c> shows the
/// <c>slider</c> with a script alone, and then of the moments those that it marks as <c>on</c>, and <c>only</c> ones.
/// </remarks>
internal static class SampleStrip
{
    /// <summary>Largest number of steps shown, so that the page opens quickly.</summary>
    private const int MostMoments = 24;

    /// <param name="html">the page so far</param>
    /// <param name="samples">of a run; damaged ones are left out, and named</param>
    /// <param name="heading">written first, if there are samples</param>
    /// <param name="mostMoments">largest number of steps shown</param>
    public static void Append(StringBuilder html, IReadOnlyList<ReportSample> samples, string heading, int mostMoments = MostMoments)
    {
        var shown = Spread([.. samples.Where(s => File.Exists(s.Path)).GroupBy(s => s.Step).OrderBy(g => g.Key)], mostMoments)
            .SelectMany(moment => moment).ToLookup(s => s.IsWhole);
        var moments = shown[true].GroupBy(s => s.Step).ToList();
        html.Append(shown[true].Any() || shown[false].Any() ? heading : "");
        if (shown[false].Any())
        {
            html.Add(
                $"<p class=\"dim\">Left out, because the files are damaged: " +
                    $"{PageParts.Encode(string.Join(", ", shown[false].Select(s => Path.GetFileName(s.Path))))}.</p>");
        }

        if (moments.Count == 0)
        {
            return;
        }

        html.Append("<div class=\"samples card\">");
        if (moments.Count > 1)
        {
            html.Add(
                $"<div class=\"slider\"><input type=\"range\" aria-label=\"training step\" min=\"0\" " +
                    $"max=\"{moments.Count - 1}\" value=\"{moments.Count - 1}\"><output></output></div>");
        }

        var kind = moments.Count == 1 ? "moment only" : "moment";
        foreach (var moment in moments)
        {
            html.Add(
                $"<details class=\"{kind}\" data-step=\"{moment.Key}\"{(moment == moments[^1] ? " open" : "")}><summary>step " +
                    $"{moment.Key}</summary><div class=\"rows\">");
            foreach (var sample in moment)
            {
                Figure(html, sample);
            }

            html.Append("</div></details>");
        }

        html.Append("</div>");
    }

    private static void Figure(StringBuilder html, ReportSample sample)
    {
        var columns = sample.Columns.Select(c => $"<span>{PageParts.Encode(LabelOf(c))}</span>");
        html.Add(
            $"<figure><figcaption>{string.Concat(columns)}</figcaption><img alt=\"step {sample.Step}: " +
                $"{PageParts.Encode(sample.Caption)}\" " +
                    $"src=\"{PageParts.PictureOf(sample.Path)}\"></figure>");
    }

    /// <summary>
    /// The label of a column of CycleGAN: <c>real_A</c> is in A, <c>fake_B</c> is translated to B, <c>rec_A</c> is translated back.
    /// </summary>
    private static string LabelOf(string column) => column.Split('_') switch
    {
        ["real", var set] => $"{set} ({column})",
        ["fake", var set] => $"→ {set} ({column})",
        ["rec", var set] => $"→ back to {set} ({column})",
        _ => column,
    };

    /// <summary>Keeps the first, the last and evenly spaced elements in between.</summary>
    private static List<T> Spread<T>(List<T> all, int most) => all.Count <= most ? all
        : most == 1 ? [all[^1]]
        : [.. Enumerable.Range(0, most).Select(i => all[(int)((long)i * (all.Count - 1) / (most - 1))])];
}
