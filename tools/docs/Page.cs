using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace IlgpuGan.Docs;

/// <summary>A heading with its anchor.</summary>
internal sealed record Heading(int Level, string Anchor, string Text);

/// <summary>
/// A Markdown page as HTML, with GitHub's tables and anchors. HTML in it is text, but for folds: <c>details</c> with a <c>summary</c>, and
/// their end, each a paragraph.
/// </summary>
internal sealed partial class Page
{
    private static readonly MarkdownPipeline s_pipeline =
        new MarkdownPipelineBuilder().UsePipeTables().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).DisableHtml().Build();

    /// <param name="text">the page</param>
    /// <param name="link">maps a link's target to its address in HTML; null for what the site leaves out</param>
    public Page(string text, Func<string, string?> link)
    {
        var document = Markdown.Parse(text, s_pipeline);
        foreach (var found in document.Descendants<LinkInline>().ToList())
        {
            if (link(found.Url ?? "") is { } address)
            {
                found.Url = address;
            }
            else
            {
                found.Remove();
            }
        }

        Headings =
            [.. document.Descendants<HeadingBlock>().Select(h => new Heading(h.Level, h.GetAttributes().Id ?? "", TextOf(h.Inline!)))];
        Html = Fold().Replace(document.ToHtml(s_pipeline), "<details><summary>$1</summary>")
            .Replace("<p>&lt;/details&gt;</p>", "</details>", StringComparison.Ordinal);
        Text = Markdown.ToPlainText(text, s_pipeline);
    }

    public string Html { get; }

    /// <summary>The page as plain text.</summary>
    public string Text { get; }

    /// <summary>The headings, in order.</summary>
    public IReadOnlyList<Heading> Headings { get; }

    private static string TextOf(Inline inline)
    {
        using var text = new StringWriter();
        var renderer = new HtmlRenderer(text) { EnableHtmlForInline = false, EnableHtmlEscape = false };
        s_pipeline.Setup(renderer);
        renderer.Render(inline);
        return text.ToString();
    }

    [GeneratedRegex("<p>&lt;details&gt;&lt;summary&gt;([^<>]*)&lt;/summary&gt;</p>")]
    private static partial Regex Fold();
}
