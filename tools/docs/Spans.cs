using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace IlgpuGan.Docs;

/// <summary>
/// Renders the inlines of Markdown to HTML: code, links, images, addresses in angle brackets, <c>**strong**</c> and <c>*emphasis*</c>,
/// backslash escapes. All else is text, HTML included.
/// </summary>
/// <param name="link">maps a link's target to its address in HTML</param>
internal sealed partial class Spans(Func<string, string> link)
{
    private const string Marks = "\\`*_{}[]()<>#+-.!|~\"'";

    public static string Escaped(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal);

    /// <summary>The text of HTML without its tags.</summary>
    public static string PlainText(string html) => WebUtility.HtmlDecode(Tag().Replace(html, ""));

    public string Html(string text)
    {
        var html = new StringBuilder();
        for (var i = 0; i < text.Length;)
        {
            i = Span(text, i, html);
        }

        return html.ToString();
    }

    /// <returns>where what comes next begins</returns>
    private int Span(string text, int i, StringBuilder html)
    {
        switch (text[i])
        {
            case '\\' when i + 1 < text.Length && Marks.Contains(text[i + 1]):
                html.Append(Escaped(text[i + 1].ToString()));
                return i + 2;
            case '`' when EndOfCode(text, i) is var end and > 0:
                var ticks = Ticks(text, i);
                html.Append($"<code>{Escaped(Code(text[(i + ticks)..(end - ticks)]))}</code>");
                return end;
            case '!' when i + 1 < text.Length && text[i + 1] == '[' && Link(text, i + 1) is { } picture:
                html.Append($"<img src=\"{Escaped(link(picture.Target))}\" alt=\"{Escaped(PlainText(Html(picture.Text)))}\">");
                return picture.End;
            case '[' when Link(text, i) is { } found:
                html.Append($"<a href=\"{Escaped(link(found.Target))}\">{Html(found.Text)}</a>");
                return found.End;
            case '<' when Address().Match(text, i) is { Success: true } address:
                var target = Escaped(address.Groups["target"].Value);
                html.Append($"<a href=\"{target}\">{target}</a>");
                return i + address.Length;
            case '*' when Stressed(text, i) is { } stressed:
                html.Append($"<{stressed.Tag}>{Html(stressed.Text)}</{stressed.Tag}>");
                return stressed.End;
            default:
                html.Append(Escaped(text[i].ToString()));
                return i + 1;
        }
    }

    /// <summary>The end of a code span that starts with so many backticks; −1 without a closing run of as many.</summary>
    private static int EndOfCode(string text, int i)
    {
        var ticks = Ticks(text, i);
        for (var at = i + ticks; at < text.Length; at++)
        {
            var run = Ticks(text, at);
            if (run == ticks)
            {
                return at + run;
            }

            at += run;
        }

        return -1;
    }

    private static int Ticks(string text, int i)
    {
        var end = i;
        while (end < text.Length && text[end] == '`')
        {
            end++;
        }

        return end - i;
    }

    /// <summary>Strips one space on both sides, which separates backticks from the delimiters.</summary>
    private static string Code(string text)
    {
        var line = text.Replace('\n', ' ');
        return line.Length > 2 && line[0] == ' ' && line[^1] == ' ' ? line[1..^1] : line;
    }

    /// <summary>The link whose text starts with the bracket at an index; null if there is none.</summary>
    private static (string Text, string Target, int End)? Link(string text, int i)
    {
        var depth = 0;
        for (var at = i; at < text.Length;)
        {
            switch (text[at])
            {
                case '\\':
                    at += 2;
                    continue;
                case '`' when EndOfCode(text, at) is var end and > 0:
                    at = end;
                    continue;
                case '[':
                    depth++;
                    break;
                case ']' when --depth == 0:
                    var close = at + 1 < text.Length && text[at + 1] == '(' ? text.IndexOf(')', at) : -1;
                    return close < 0 ? null : (text[(i + 1)..at], text[(at + 2)..close].Trim(), close + 1);
            }

            at++;
        }

        return null;
    }

    /// <summary>The emphasis that starts with the stars at an index; null if they are literal.</summary>
    private static (string Text, string Tag, int End)? Stressed(string text, int i)
    {
        var isStrong = i + 1 < text.Length && text[i + 1] == '*';
        var width = isStrong ? 2 : 1;
        if (i + width >= text.Length || char.IsWhiteSpace(text[i + width]))
        {
            return null;
        }

        for (var at = i + width; at < text.Length; at++)
        {
            if (text[at] == '`' && EndOfCode(text, at) is var end and > 0)
            {
                at = end - 1;
            }
            else if (text[at] == '\\')
            {
                at++;
            }
            else if (text[at] == '*')
            {
                var run = at;
                while (run < text.Length && text[run] == '*')
                {
                    run++;
                }

                if (run - at >= width && (run - at) % 2 == width % 2 && at > i + width && !char.IsWhiteSpace(text[at - 1]))
                {
                    return (text[(i + width)..at], isStrong ? "strong" : "em", at + width);
                }

                at = run - 1;
            }
        }

        return null;
    }

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\G<(?<target>https?://[^\s<>]+)>")]
    private static partial Regex Address();
}
