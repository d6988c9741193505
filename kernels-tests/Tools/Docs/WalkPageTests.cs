using System.Text.RegularExpressions;

namespace IlgpuGan.ToolsTests.Docs;

/// <summary>The walk along a training step in models/README.md: each file is named in one before it, and they are few.</summary>
internal sealed partial class WalkPageTests
{
    private const int MostFiles = 25;
    private const int MostReturns = 2;
    private const string Return = "↩";

    private static readonly string s_folder = Path.Combine(Sources.Root, "models");

    /// <summary>The rows in their order: number or return, type or method, its file, the number of the row whose file names it.</summary>
    private static readonly List<(string Number, string Name, string File, string From)> s_rows =
    [
        .. Row().Matches(File.ReadAllText(Path.Combine(s_folder, "README.md"))).Select(
            m => (m.Groups[1].Value, m.Groups[2].Value, m.Groups[3].Value, m.Groups[4].Value)),
    ];

    [Test]
    public void EachIsNamedInAFileBeforeIt()
    {
        for (var i = 0; i < s_rows.Count; i++)
        {
            var (number, name, file, from) = s_rows[i];
            var before = s_rows.Take(i).ToList();
            Assert.That(Text(file), Does.Match($@"\b(class|record|struct|interface|Tensor) {name}\b"), $"{file} declares {name}");
            if (number == Return)
            {
                Assert.That((from, before.Any(b => b.File == file)), Is.EqualTo((before[^1].Number, true)), $"{Return} {name}");
                continue;
            }

            Assert.That(number, Is.EqualTo($"{before.Count(b => b.Number != Return) + 1}"), name);
            Assert.That(before.Select(b => b.File), Does.Not.Contain(file));
            if (i > 0)
            {
                Assert.That(Text(before.Single(b => b.Number == from).File), Does.Match($@"\b{name}\b"), $"row {from} names {name}");
            }
        }
    }

    [Test]
    public void TheFirstKernelCallIsNear()
    {
        var walk = s_rows.TakeWhile(row => row.Name != "IKernels").ToList();
        Assert.That(walk, Has.Count.InRange(1, s_rows.Count - 1));
        Assert.That(walk[0].Name, Is.EqualTo("TrainCommand"));
        Assert.That(walk.Count(row => row.Number != Return) + 1, Is.AtMost(MostFiles));
        Assert.That(walk.Count(row => row.Number == Return), Is.AtMost(MostReturns));
    }

    private static string Text(string file) => File.ReadAllText(Path.Combine(s_folder, file));

    [GeneratedRegex(@"^\| (\d+|↩) \| \[(\w+)\]\((\S+)\) \| (\d*) ?\| ", RegexOptions.Multiline)]
    private static partial Regex Row();
}
