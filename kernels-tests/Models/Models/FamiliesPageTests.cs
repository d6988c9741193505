using System.Text.RegularExpressions;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>The page that has all families side by side has a step of the walk for each.</summary>
public sealed partial class FamiliesPageTests
{
    private static readonly string s_models = Path.Combine(Sources.Root, "models");
    private static readonly string[] s_lines = File.ReadAllLines(Path.Combine(s_models, "Families", "README.md"));
    private static readonly Dictionary<string, string[]> s_walk = Rows("| family | what is new |");

    private static IEnumerable<string> Names => FamilyCatalog.All.Select(f => f.Info.Name);

    [Test]
    public void NoFamilyIsMissingAndNoneIsForeign() =>
        Assert.That(s_walk.Keys, Is.EquivalentTo(FamilyCatalog.All.Select(f => f.Info.Title)));

    /// <summary>An idea in two sentences, a formula, and a file to read.</summary>
    [TestCaseSource(nameof(Names))]
    public void EachFamilyHasItsStepOfTheWalk(string name)
    {
        var title = FamilyCatalog.Find(name)!.Info.Title;
        Assert.That(s_walk, Does.ContainKey(title), $"models/Families/README.md has no row of what is new in {title}");
        var cells = s_walk[title];
        Assert.That(cells, Has.Length.EqualTo(4));
        Assert.That(SentenceEnd().Count(cells[1]), Is.EqualTo(2), $"sentences: {cells[1]}");
        Assert.That(cells[2], Is.Not.Empty);
        Assert.That(cells[3], Does.Match("^`[^`]+`$"));
        Assert.That(Path.Combine(s_models, "Families", cells[3].Trim('`')), Does.Exist);
    }

    /// <summary>The rows of all tables that begin like this, by their first cell.</summary>
    private static Dictionary<string, string[]> Rows(string header)
    {
        var rows = new Dictionary<string, string[]>(StringComparer.Ordinal);
        for (var i = 0; i < s_lines.Length; i++)
        {
            if (s_lines[i].StartsWith(header, StringComparison.Ordinal))
            {
                foreach (var row in s_lines.Skip(i + 2).TakeWhile(line => line.StartsWith('|')))
                {
                    string[] cells = [.. row.Trim('|').Split('|').Select(cell => cell.Trim())];
                    rows.Add(cells[0], cells);
                }
            }
        }

        return rows;
    }

    [GeneratedRegex(@"[a-z)]\.( |$)")]
    private static partial Regex SentenceEnd();
}
