using System.Net;
using System.Text.RegularExpressions;
using IlgpuGan.Cli;
using IlgpuGan.Docs;
using IlgpuGan.Models.Training;

namespace IlgpuGan.ToolsTests.Docs;

/// <summary>The site of this repository: no page links to nothing, and what it says can be typed.</summary>
internal sealed partial class SiteTests : InFolder
{
    [Test]
    public void EveryLinkOfTheRepositoryLeadsSomewhere()
    {
        var site = new Site(
            Sources.Root,
            new LibraryReference(typeof(Tensor).Assembly, typeof(TrainingRun).Assembly, typeof(IlgpuGan.Imaging.Image).Assembly));
        Assert.That(site.Problems, Is.Empty);
        site.Write(Folder);

        var pages = Directory.GetFiles(Folder, "*.html", SearchOption.AllDirectories);
        Assert.That(pages, Has.Length.GreaterThan(80));
        Assert.That(Path.Combine(Folder, "models", "from-photos-to-a-page.html"), Does.Exist);
        var text = pages.ToDictionary(page => page, File.ReadAllText);
        var links = pages.SelectMany(page => Reference().Matches(text[page]).Select(m => (page, WebUtility.HtmlDecode(m.Groups[1].Value))));
        var anchors = text.ToDictionary(
            page => page.Key, page => Anchor().Matches(page.Value).Select(m => WebUtility.HtmlDecode(m.Groups[1].Value)).ToHashSet());
        var lost = new List<string>();
        var followed = 0;
        foreach (var (page, link) in links.Where(l => !l.Item2.StartsWith("http", StringComparison.Ordinal)))
        {
            followed++;
            var parts = link.Split('#', 2);
            var file = parts[0].Length == 0 ? page : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, parts[0]));
            if (!File.Exists(file) || (parts.Length > 1 && !anchors[file].Contains(parts[1])))
            {
                lost.Add($"{Path.GetRelativePath(Folder, page)}: {link}");
            }
        }

        Assert.That(lost, Is.Empty);
        Assert.That(followed, Is.GreaterThan(400));
    }

    [Test]
    public void WhatIsWrongIsNamed()
    {
        Add("README.md", """
            # Top
            [a](a/README.md#there) [b](a) [c](a/README.md#nowhere)
            [d](gone.md) [e](../out.md) ![f](a/p.png) [g](a/x.cs)
            """);
        Add("a/README.md", "## There\n[up](..) [own](#there) [lost](#lost)");
        Add("a/hostile.md", "<script>x</script>\n\n| `a` | b |\n|---|---|\n| 1 | 2 |\n\n## In *C#*\n## In *C#*");
        Add("a/long.md", "# Long\n## One\n### Half\n## Two\n<details><summary>Answer</summary>\n\n*yes*\n\n</details>\n\n## Three");
        Add("a/p.png", "a picture");
        Add("a/x.cs", "if (a < b)");
        Add("bin/built.md", "[x](nowhere)");
        Add(".git/hidden.md", "[x](nowhere)");

        var site = new Site(Path.Combine(Folder, "in"));
        Assert.That(site.Problems, Is.EquivalentTo(new[]
        {
            "README.md: links to gone.md, and there is no gone.md",
            "README.md: links to ../out.md, and there is no ../out.md",
            "README.md: links to a/README.md#nowhere, and there is no such heading",
            "a/README.md: links to a/README.md#lost, and there is no such heading",
        }));

        site.Write(Path.Combine(Folder, "out"));
        Assert.That(Written("index.html"), Does.Contain("<a href=\"a/index.html#there\">a</a> <a href=\"a/index.html\">b</a>")
            .And.Contain("<img src=\"a/p.png\" alt=\"f\" />").And.Contain("<a href=\"a/x.cs.html\">g</a>")
            .And.Contain("<title>Top</title>"));
        Assert.That(Written("a/index.html"), Does.Contain("<a href=\"../index.html\">up</a> <a href=\"#there\">own</a>"));
        Assert.That(
            Written("a/hostile.html"),
            Does.Contain("&lt;script&gt;").And.Contain("<td>1</td>").And.Contain("<h2 id=\"in-c\">In <em>C#</em></h2>")
                .And.Contain("<h2 id=\"in-c-1\">"));
        Assert.That(
            Written("a/long.html"),
            Does.Contain("<a class=\"level2\" href=\"#two\">Two</a>").And.Contain("<a class=\"level3\" href=\"#half\">")
                .And.Contain("<a href=\"long.html\" aria-current=\"page\">Long</a>").And.Contain("<a href=\"../index.html\">Top</a>")
                .And.Contain("<details><summary>Answer</summary>\n<p><em>yes</em></p>\n</details>"));
        Assert.That(Written("a/index.html"), Does.Not.Contain("<aside>"), "a short page needs no contents");
        Assert.That(Written("a/p.png"), Is.EqualTo("a picture"));
        Assert.That(Written("a/x.cs.html"), Does.Contain("if (a &lt; b)"));
        Assert.That(Written("pages.html"), Does.Contain("a/index.html").And.Contain("data-text=\"there\nup own").And.Not.Contain("built"));
    }

    [Test]
    public void EveryFamilysPageLinksItsPaper()
    {
        var pages = new[] { "Families", "Noise" }.SelectMany(f => Directory.GetDirectories(Path.Combine(Sources.Root, "models", f)))
            .Select(folder => Path.Combine(folder, "README.md")).Where(File.Exists).ToList();
        Assert.That(pages, Has.Count.GreaterThan(20));
        Assert.That(
            pages.Where(page => !File.ReadLines(page).ElementAt(2).Contains("](https://arxiv.org/abs/", StringComparison.Ordinal)),
            Is.Empty);
    }

    /// <summary>Requires that the command line takes some words.</summary>
    internal static void AssertUnderstood(string[] words)
    {
        var parsed = Application.RootFor(words).Parse(words);
        Assert.That(parsed.Errors.Select(e => e.Message).Concat(parsed.UnmatchedTokens), Is.Empty, string.Join(' ', words));
    }

    private void Add(string name, string text)
    {
        var file = Path.Combine(Folder, "in", name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private string Written(string name) => File.ReadAllText(Path.Combine(Folder, "out", name));

    [GeneratedRegex("(?:href|src)=\"([^\"]*)\"")]
    private static partial Regex Reference();

    [GeneratedRegex(" id=\"([^\"]*)\"")]
    private static partial Regex Anchor();
}
