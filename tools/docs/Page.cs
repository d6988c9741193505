using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace IlgpuGan.Docs;

/// <summary>A heading with its anchor.</summary>
internal sealed record Heading(int Level, string Anchor, string Text);

/// <summary>A Markdown page as HTML, with GitHub's tables and anchors; HTML in it is text.</summary>
internal sealed class Page
{
    private static readonly MarkdownPipeline s_pipeline =
        new MarkdownPipelineBuilder().UsePipeTables().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).DisableHtml().Build();

    /// <param name="text">the page</param>
    /// <param name="link">maps a link's target to its address in HTML</param>
    public Page(string text, Func<string, string> link)
    {
        var document = Markdown.Parse(text, s_pipeline);
        foreach (var found in document.Descendants<LinkInline>())
        {
            found.Url = link(found.Url ?? "");
        }

        Headings =
            [.. document.Descendants<HeadingBlock>().Select(h => new Heading(h.Level, h.GetAttributes().Id ?? "", TextOf(h.Inline!)))];
        Html = document.ToHtml(s_pipeline);
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
}
