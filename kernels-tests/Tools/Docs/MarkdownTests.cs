using IlgpuGan.Docs;
using NUnit.Framework;

namespace IlgpuGan.ToolsTests.Docs;

/// <summary>What Markdown becomes, by CommonMark's rules and GitHub's for tables and anchors.</summary>
internal sealed class MarkdownTests
{
    [TestCase("a < b & \"c\"", "<p>a &lt; b &amp; &quot;c&quot;</p>\n")]
    [TestCase("one\ntwo\n\nthree", "<p>one\ntwo</p>\n<p>three</p>\n")]
    [TestCase("## A *b* `c`!", "<h2 id=\"a-b-c\">A <em>b</em> <code>c</code>!</h2>\n")]
    [TestCase("# In C#", "<h1 id=\"in-c\">In C#</h1>\n")]
    [TestCase("# Twice\n# Twice", "<h1 id=\"twice\">Twice</h1>\n<h1 id=\"twice-1\">Twice</h1>\n")]
    [TestCase("text\n# Head\nmore", "<p>text</p>\n<h1 id=\"head\">Head</h1>\n<p>more</p>\n")]
    [TestCase("```csharp file\nif (a < b)\n\n  c();\n```\nafter",
        "<pre><code class=\"language-csharp\">if (a &lt; b)\n\n  c();\n</code></pre>\n<p>after</p>\n")]
    [TestCase("    a\n\n      b\n\nc", "<pre><code>a\n\n  b\n</code></pre>\n<p>c</p>\n")]
    [TestCase("| a | b |\n|---|:-:|\n| `x` | 1\\|2 |\n|| 3 |\nend",
        "<table>\n<thead><tr><th>a</th><th>b</th></tr>\n</thead>\n<tbody>\n<tr><td><code>x</code></td><td>1|2</td></tr>\n" +
        "<tr><td></td><td>3</td></tr>\n</tbody>\n</table>\n<p>end</p>\n")]
    [TestCase("- a\n  goes on\n- b\nlazily\n\nend", "<ul>\n<li>a\ngoes on</li>\n<li>b\nlazily</li>\n</ul>\n<p>end</p>\n")]
    [TestCase("- a\n\n- b", "<ul>\n<li><p>a</p>\n</li>\n<li><p>b</p>\n</li>\n</ul>\n")]
    [TestCase("1. a\n   ```\n   x\n     y\n   ```\n2. b",
        "<ol>\n<li>a<pre><code>x\n  y\n</code></pre>\n</li>\n<li>b</li>\n</ol>\n")]
    [TestCase("- a\n  - b\n- c", "<ul>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ul>\n")]
    public void Blocks(string text, string html) => Assert.That(new Markdown(text, link => link).Html, Is.EqualTo(html));

    [TestCase("**a *b* c**", "<strong>a <em>b</em> c</strong>")]
    [TestCase("*a **b** c*", "<em>a <strong>b</strong> c</em>")]
    [TestCase("2 * 3 * 4", "2 * 3 * 4")]
    [TestCase("a * b", "a * b")]
    [TestCase("\\*a\\* \\x", "*a* \\x")]
    [TestCase("`a*b*c` `` ` `` `no", "<code>a*b*c</code> <code>`</code> `no")]
    [TestCase("[a `]` b](c.md#d) [x] (y)", "<a href=\"to:c.md#d\">a <code>]</code> b</a> [x] (y)")]
    [TestCase("[[0, 1]](c)", "<a href=\"to:c\">[0, 1]</a>")]
    [TestCase("![a *b*](c.png)!", "<img src=\"to:c.png\" alt=\"a b\">!")]
    [TestCase("[![a](b.png)](c)", "<a href=\"to:c\"><img src=\"to:b.png\" alt=\"a\"></a>")]
    [TestCase("<http://a.b/?c&d> List<T>", "<a href=\"http://a.b/?c&amp;d\">http://a.b/?c&amp;d</a> List&lt;T&gt;")]
    [TestCase("snake_case_name", "snake_case_name")]
    public void InALine(string text, string html) => Assert.That(new Spans(link => "to:" + link).Html(text), Is.EqualTo(html));

    [TestCase("> quoted")]
    [TestCase("<div>")]
    [TestCase("* item")]
    [TestCase("[a]: http://b")]
    [TestCase("Title\n=====")]
    [TestCase("---")]
    [TestCase("```\nno end")]
    public void WhatIsNotKnownIsRefused(string text) =>
        Assert.That(() => new Markdown(text, link => link), Throws.TypeOf<MarkdownException>());
}
