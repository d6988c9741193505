using System.Text;
using System.Text.RegularExpressions;

namespace IlgpuGan.Docs;

/// <summary>A heading with its anchor.</summary>
internal sealed record Heading(int Level, string Anchor, string Text);

/// <summary>
/// Renders a Markdown page to HTML: the part of CommonMark, with GitHub's tables and anchors, that this repository's pages use. Blocks are
/// headings with <c>#</c>, paragraphs, fenced and indented code, lists with <c>-</c> and numbers, tables; inlines are <see cref="Spans"/>.
/// </summary>
internal sealed partial class Markdown
{
    private const string Fence = "```";
    private const int CodeIndent = 4;

    private readonly Spans _spans;
    private readonly StringBuilder _html = new();
    private readonly List<Heading> _headings = [];
    private readonly HashSet<string> _anchors = [];

    /// <param name="text">the page</param>
    /// <param name="link">maps a link's target to its address in HTML</param>
    /// <exception cref="MarkdownException">a line is of a kind that is not known</exception>
    public Markdown(string text, Func<string, string> link)
    {
        _spans = new Spans(link);
        Blocks(text.ReplaceLineEndings("\n").Split('\n'), isTight: false);
    }

    public string Html => _html.ToString();

    /// <summary>The headings in their order.</summary>
    public IReadOnlyList<Heading> Headings => _headings;

    /// <param name="lines">a sequence of blocks</param>
    /// <param name="isTight">whether paragraphs belong to a tight list and get no <c>p</c> element</param>
    private void Blocks(IReadOnlyList<string> lines, bool isTight)
    {
        for (var i = 0; i < lines.Count;)
        {
            var line = lines[i];
            i = string.IsNullOrWhiteSpace(line) ? i + 1
                : IsFence(line) ? FencedCode(lines, i)
                : HeadingLine().Match(line) is { Success: true } heading ? Heading(heading, i)
                : IndentOf(line) >= CodeIndent ? IndentedCode(lines, i)
                : ItemLine().IsMatch(line) ? List(lines, i)
                : IsTable(lines, i) ? Table(lines, i)
                : UnknownLine().IsMatch(line) ? throw new MarkdownException($"'{line}' is Markdown that this site is not made of")
                : Paragraph(lines, i, isTight);
        }
    }

    private int Heading(Match heading, int i)
    {
        var (level, html) = (heading.Groups["level"].Length, _spans.Html(heading.Groups["text"].Value));
        var text = Spans.PlainText(html);
        var anchor = AnchorOf(text);
        for (var n = 1; !_anchors.Add(anchor); n++)
        {
            anchor = $"{AnchorOf(text)}-{n}";
        }

        _headings.Add(new Heading(level, anchor, text));
        _html.Append($"<h{level} id=\"{anchor}\">{html}</h{level}>\n");
        return i + 1;
    }

    private int FencedCode(IReadOnlyList<string> lines, int i)
    {
        var indent = IndentOf(lines[i]);
        var language = lines[i].Trim()[Fence.Length..].Split(' ')[0];
        var code = new List<string>();
        for (i++; i < lines.Count && lines[i].Trim() != Fence; i++)
        {
            code.Add(lines[i][Math.Min(indent, IndentOf(lines[i]))..]);
        }

        if (i == lines.Count)
        {
            throw new MarkdownException("code behind ``` has no end");
        }

        Code(code, language);
        return i + 1;
    }

    private int IndentedCode(IReadOnlyList<string> lines, int i)
    {
        var code = new List<string>();
        for (; i < lines.Count && (string.IsNullOrWhiteSpace(lines[i]) || IndentOf(lines[i]) >= CodeIndent); i++)
        {
            code.Add(lines[i][Math.Min(CodeIndent, IndentOf(lines[i]))..]);
        }

        while (string.IsNullOrWhiteSpace(code[^1]))
        {
            code.RemoveAt(code.Count - 1);
        }

        Code(code, "");
        return i;
    }

    private void Code(IEnumerable<string> lines, string language)
    {
        var named = language.Length > 0 ? $" class=\"language-{Spans.Escaped(language)}\"" : "";
        _html.Append($"<pre><code{named}>{Spans.Escaped(string.Join('\n', lines))}\n</code></pre>\n");
    }

    private int List(IReadOnlyList<string> lines, int i)
    {
        var isNumbered = char.IsAsciiDigit(lines[i].TrimStart()[0]);
        var (items, isTight) = (new List<List<string>>(), true);
        while (i < lines.Count && ItemLine().Match(lines[i]) is { Success: true } item
            && char.IsAsciiDigit(lines[i].TrimStart()[0]) == isNumbered)
        {
            var width = item.Length;
            var own = new List<string> { lines[i][width..] };
            for (i++; i < lines.Count && Belongs(lines, i, width); i++)
            {
                own.Add(lines[i][Math.Min(width, IndentOf(lines[i]))..]);
            }

            isTight &= !own.SkipLast(1).Any(string.IsNullOrWhiteSpace);
            isTight &= !(string.IsNullOrWhiteSpace(own[^1]) && i < lines.Count && ItemLine().IsMatch(lines[i]));
            items.Add(own);
        }

        var tag = isNumbered ? "ol" : "ul";
        _html.Append($"<{tag}>\n");
        foreach (var own in items)
        {
            _html.Append("<li>");
            Blocks(own, isTight);
            _html.Append("</li>\n");
        }

        _html.Append($"</{tag}>\n");
        return i;
    }

    /// <summary>
    /// Whether a line goes on with the item before it: further in than its mark, or blank with more of the item behind it, or what remains
    /// of a paragraph.
    /// </summary>
    private static bool Belongs(IReadOnlyList<string> lines, int i, int width)
    {
        if (!string.IsNullOrWhiteSpace(lines[i]))
        {
            return IndentOf(lines[i]) >= width
                || (!string.IsNullOrWhiteSpace(lines[i - 1]) && !BeginsBlock(lines, i));
        }

        var next = i;
        while (next < lines.Count && string.IsNullOrWhiteSpace(lines[next]))
        {
            next++;
        }

        return next < lines.Count && (IndentOf(lines[next]) >= width || ItemLine().IsMatch(lines[next]));
    }

    private int Table(IReadOnlyList<string> lines, int i)
    {
        _html.Append("<table>\n<thead>");
        Row(lines[i], "th");
        _html.Append("</thead>\n<tbody>\n");
        for (i += 2; i < lines.Count && lines[i].StartsWith('|'); i++)
        {
            Row(lines[i], "td");
        }

        _html.Append("</tbody>\n</table>\n");
        return i;
    }

    private void Row(string line, string tag)
    {
        _html.Append("<tr>");
        foreach (var cell in CellsOf(line))
        {
            _html.Append($"<{tag}>{_spans.Html(cell)}</{tag}>");
        }

        _html.Append("</tr>\n");
    }

    /// <summary>Splits a row at its bars, except at those after a backslash.</summary>
    private static IEnumerable<string> CellsOf(string line)
    {
        var row = line.Trim();
        row = row[1..(row.EndsWith('|') ? row.Length - 1 : row.Length)];
        return Bar().Split(row).Select(cell => cell.Replace("\\|", "|", StringComparison.Ordinal).Trim());
    }

    private int Paragraph(IReadOnlyList<string> lines, int i, bool isTight)
    {
        var own = new List<string> { lines[i] };
        for (i++; i < lines.Count && !string.IsNullOrWhiteSpace(lines[i]) && !BeginsBlock(lines, i); i++)
        {
            own.Add(lines[i].TrimStart());
        }

        if (i < lines.Count && Underline().IsMatch(lines[i]))
        {
            throw new MarkdownException($"'{lines[i]}' under a line is Markdown that this site is not made of");
        }

        var html = _spans.Html(string.Join('\n', own).TrimEnd());
        _html.Append(isTight ? html : $"<p>{html}</p>\n");
        return i;
    }

    /// <summary>Whether a line ends the paragraph before it.</summary>
    private static bool BeginsBlock(IReadOnlyList<string> lines, int i) =>
        IsFence(lines[i]) || HeadingLine().IsMatch(lines[i]) || ItemLine().IsMatch(lines[i]) || IsTable(lines, i)
        || Underline().IsMatch(lines[i]);

    private static bool IsFence(string line) =>
        line.TrimStart().StartsWith(Fence, StringComparison.Ordinal) && !line.Trim()[Fence.Length..].Contains('`');

    private static bool IsTable(IReadOnlyList<string> lines, int i) =>
        lines[i].StartsWith('|') && i + 1 < lines.Count && TableLine().IsMatch(lines[i + 1]);

    private static int IndentOf(string line) => line.Length - line.TrimStart(' ').Length;

    /// <summary>GitHub's anchors: lower-case letters, digits, hyphens and underscores; spaces become hyphens.</summary>
    private static string AnchorOf(string text) => string.Concat(
        text.ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_').Select(c => c == ' ' ? '-' : c));

    [GeneratedRegex(@"^(?<level>#{1,6}) +(?<text>.*?)( +#+)? *$")]
    private static partial Regex HeadingLine();

    [GeneratedRegex(@"^ {0,3}(-|[0-9]{1,9}[.)]) +(?=\S)")]
    private static partial Regex ItemLine();

    [GeneratedRegex(@"^\|(\s*:?-+:?\s*\|)+\s*$")]
    private static partial Regex TableLine();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Bar();

    /// <summary>Unsupported blocks: quotes, HTML, other list markers, link definitions, <c>~~~</c> fences, rules.</summary>
    [GeneratedRegex(@"^ {0,3}(>|<[A-Za-z/!](?!ttps?:)|[*+] |\[[^\]]+\]:|~~~|-{3,}\s*$)")]
    private static partial Regex UnknownLine();

    [GeneratedRegex(@"^ {0,3}(=+|-{2,}|\*{3,}|_{3,})\s*$")]
    private static partial Regex Underline();
}
