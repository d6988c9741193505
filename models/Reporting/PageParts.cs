using System.Net;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Reporting;

/// <summary>Common parts of all pages: frame, tables, number formats.</summary>
internal static class PageParts
{
    /// <param name="html">the page so far</param>
    /// <param name="title">title and heading of the page</param>
    /// <param name="further">an additional style sheet</param>
    public static void Open(StringBuilder html, string title, string? further = null) => html.Add($"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{Encode(title)}</title><style>{Resource("report.css")}{(further is null ? "" : Resource(further))}</style></head><body><main>
        <h1>{Encode(title)}</h1>
        """);

    /// <param name="html">the page so far</param>
    /// <param name="script">resource name of the page's script</param>
    public static void Close(StringBuilder html, string script = "report.js") =>
        html.Add($"</main><script>{Resource(script)}</script></body></html>\n");

    /// <summary>Writes names and values under a heading; nothing if there are none.</summary>
    public static void Table(StringBuilder html, string title, IReadOnlyList<KeyValuePair<string, string>> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        html.Add($"<h2>{Encode(title)}</h2><div class=\"card pairs\"><dl>");
        foreach (var (name, value) in rows)
        {
            html.Add($"<div><dt>{Encode(name)}</dt><dd>{Encode(value)}</dd></div>");
        }

        html.Append("</dl></div>");
    }

    /// <summary>Writes a command under a heading, to be copied; its lines break between words only.</summary>
    public static void CommandLine(StringBuilder html, string title, string command) => html.Add(
        $"<h2>{Encode(title)}</h2><div class=\"card command\"><code>" +
            $"{string.Join(' ', command.Split(' ').Select(word => $"<span>{Encode(word)}</span>"))}</code>" +
            $"<button class=\"scripted\" type=\"button\">Copy</button></div>");

    /// <summary>Longest displayed duration in seconds, within the range of TimeSpan: a damaged file may hold any number.</summary>
    private const double LongestDuration = 1e11;

    public static string Duration(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, LongestDuration)) switch
    {
        { TotalHours: >= 1 } t => Invariant.Text($"{(int)t.TotalHours} h {t.Minutes} min"),
        { TotalMinutes: >= 1 } t => Invariant.Text($"{t.Minutes} min {t.Seconds} s"),
        var t => Invariant.Text($"{t.Seconds} s"),
    };

    public static string Encode(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A picture as a data URL, embedded in the page.</summary>
    public static string PictureOf(string file)
    {
        var kind = Path.GetExtension(file).Equals(".png", StringComparison.OrdinalIgnoreCase) ? "png" : "jpeg";
        return $"data:image/{kind};base64,{Convert.ToBase64String(Disk.ReadBytes(file))}";
    }

    private static string Resource(string name)
    {
        using var stream = typeof(PageParts).Assembly.GetManifestResourceStream($"IlgpuGan.Models.Reporting.{name}")
            ?? throw new InvalidOperationException($"the program lacks its resource '{name}'");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
