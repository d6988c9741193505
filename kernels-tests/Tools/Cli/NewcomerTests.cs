using System.CommandLine;
using System.Text.Json;
using IlgpuGan.Cli;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary>What newcomers meet: help that fits a screen, and words where data are not what they seem.</summary>
public sealed class NewcomerTests : CommandFixture
{
    [Test]
    public async Task HelpFitsIntoEightyColumns()
    {
        foreach (var path in Paths(Application.RootFor([]), []))
        {
            var help = await Do([.. path, "--help"]);
            Assert.That(help.Split('\n').Where(line => line.Length > 80), Is.Empty, string.Join(' ', path));
            Assert.That(help, Does.Contain($"Usage:\n  ilgpugan{string.Concat(path.Select(word => " " + word))}"));
        }

        static IEnumerable<string[]> Paths(Command command, string[] path) =>
            command.Subcommands.Where(c => !c.Hidden).SelectMany(c => Paths(c, [.. path, c.Name])).Prepend(path);
    }

    [Test]
    public async Task FamiliesAndTheirOptionsStandUnderHeadings()
    {
        var train = await Do("train", "--help");
        Assert.That(train.Split('\n'), Has.Length.LessThan(120).And.None.StartsWith("  --lambda"));
        var all = FamilyCatalog.All.SelectMany(f => OptionDescription.Of(f.Defaults().GetType())).Select(o => o.Name);
        Assert.That(OptionGroups.Names, Is.Unique.And.SubsetOf(all));
    }

    [Test]
    public void ExamplesAreCommands()
    {
        foreach (var words in HelpPage.Examples.Select(example => example.Split(' ')))
        {
            Assert.That(Application.RootFor(words).Parse(words).Errors.Select(e => e.Message), Is.Empty, string.Join(' ', words));
        }
    }

    [TestCase("one two", 0, "one two")]
    [TestCase("  1  a b", 9, "  1  a b")]
    public void ShortTextsStayAsTheyAre(string text, int further, string line) =>
        Assert.That(WordWrap.Lines(text, further: further), Is.EqualTo(new[] { line }));

    [Test]
    public void WordsStayWhole()
    {
        var lines = WordWrap.Lines(string.Join(' ', Enumerable.Repeat("eightchr", 30)), further: 4).ToList();
        Assert.That(lines, Has.Count.EqualTo(4).And.All.Length.LessThan(80));
        Assert.That(lines.Skip(1), Has.All.StartsWith("    eightchr").And.All.EndsWith("eightchr"));
        Assert.That(WordWrap.Lines(string.Join('|', Enumerable.Repeat("eightchr", 12))).Select(l => l[^1]), Is.EqualTo(new[] { '|', 'r' }));
    }
}
