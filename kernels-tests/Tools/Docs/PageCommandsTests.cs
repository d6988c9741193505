using System.Text.RegularExpressions;

namespace IlgpuGan.ToolsTests.Docs;

/// <summary>
/// The commands on all pages. What stands in a block <c>sh</c> of the guide, the tutorial and the course is run: by <c>.ci/run</c>, which
/// makes the pictures that guide and tutorial speak of, and here; a block <c>bash</c> says in a comment what it needs.
/// </summary>
public sealed partial class PageCommandsTests : CommandFixture
{
    private const string Course = "engine/Tensors/Devices/Gpu/README.md";
    private const string Installed = "ilgpugan ";
    private const string FromSources = "dotnet run -c Release --project tools/Cli -- ";

    private static readonly string[] s_guides = ["models/guide.md", "models/from-photos-to-a-page.md", Course];

    private sealed record Line(string Page, string Language, string Text);

    /// <summary>The lines of a page's blocks of commands, comments included.</summary>
    private static IEnumerable<Line> LinesOf(string page)
    {
        foreach (Match block in Block().Matches(File.ReadAllText(Path.Combine(Sources.Root, page))))
        {
            var whole = block.Groups["lines"].Value.Replace("\\\n", "", StringComparison.Ordinal); // What goes on on the next line.
            foreach (var line in whole.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                yield return new Line(page, block.Groups["language"].Value, line);
            }
        }
    }

    /// <summary>The arguments of a line that runs the program; null for another.</summary>
    private static string[]? Words(string line)
    {
        var rest = line.StartsWith(FromSources, StringComparison.Ordinal) ? line[FromSources.Length..]
            : line.StartsWith(Installed, StringComparison.Ordinal) ? line[Installed.Length..] : null;
        return rest is null ? null
            : [.. Word().Matches(rest).Select(m => m.Value.Trim('"', '\'')).TakeWhile(w => w is not (">" or "|" or "&&" or "#"))];
    }

    [Test]
    public void EveryCommandIsUnderstood()
    {
        var commands = TrackedNamesTests.Tracked().Where(name => name.EndsWith(".md", StringComparison.Ordinal)).SelectMany(LinesOf)
            .Select(line => Words(line.Text)).OfType<string[]>().ToList();
        Assert.That(commands, Has.Count.GreaterThan(60));
        foreach (var words in commands)
        {
            SiteTests.AssertUnderstood(words);
        }
    }

    [Test]
    public void WhatNoTestRunsSaysWhatItNeeds()
    {
        foreach (var page in s_guides)
        {
            var lines = LinesOf(page).Where(line => line.Language == "bash").ToList();
            Assert.That(lines, Is.Not.Empty, page);
            Assert.That(lines[0].Text, Does.StartWith("# needs ").Or.StartWith("# runs until "), page);
            Assert.That(
                Block().Matches(File.ReadAllText(Path.Combine(Sources.Root, page))).Where(b => b.Groups["language"].Value == "bash")
                    .Select(b => b.Groups["lines"].Value),
                Has.All.StartsWith("# "), page);
        }

        Assert.That(
            File.ReadAllText(Path.Combine(Sources.Root, ".ci", "run")),
            Does.Contain($"lines '```sh' {s_guides[0]} {s_guides[1]}"), "those of guide and tutorial are run there");
    }

    [Test]
    [MaxSeconds(20)] // On ilgpu-cpu each thread of a kernel is one of the processor.
    public async Task TheCoursesCommandsNeedNoDevice()
    {
        var commands = LinesOf(Course).Where(line => line.Language == "sh").Select(line => Words(line.Text)).OfType<string[]>().ToList();
        Assert.That(commands, Has.Count.GreaterThan(2));
        foreach (var words in commands)
        {
            await Do([.. words.Select(word => word.EndsWith(".html", StringComparison.Ordinal) ? In(word) : word)]);
        }

        Assert.That(Directory.GetFiles(Folder, "*.html"), Is.Not.Empty);
    }

    [GeneratedRegex("^```(?<language>sh|bash)(?: run)?\n(?<lines>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("\"[^\"]*\"|'[^']*'|\\S+")]
    private static partial Regex Word();
}
