using System.Text.RegularExpressions;

namespace IlgpuGan.ToolsTests.Docs;

/// <summary>The walk along a training step in models/README.md: each file is named in one before it, and they are few.</summary>
internal sealed partial class WalkPageTests
{
    private const string Return = "↩";

    private static readonly string s_folder = Path.Combine(Sources.Root, "models");

    /// <summary>The tables of the page, in their order.</summary>
    private static readonly List<IReadOnlyList<WalkRow>> s_tables =
    [
        .. Table().Matches(File.ReadAllText(Path.Combine(s_folder, "README.md"))).Select(table => Row().Matches(table.Value).Select(
            m => new WalkRow(m.Groups[1].Value, m.Groups[2].Value, m.Groups[3].Value, m.Groups[4].Value)).ToList()),
    ];

    /// <summary>The ways: from the command to the seam, and from there on a processor, on a card, to the checkpoint.</summary>
    private static IReadOnlyList<WalkRow> Way(string to)
    {
        var (seam, processor, card, checkpoint) = (s_tables[0], s_tables[1], s_tables[2], s_tables[3]);
        return to switch
        {
            "seam" => seam,
            "processor" => [.. seam, .. processor],
            "card" => [.. seam, .. processor.TakeWhile(row => row.Number != card[0].Number), .. card],
            _ => [.. seam, .. checkpoint],
        };
    }

    /// <summary>A row's type is named in the file that it comes from, or overrides a member of the type there.</summary>
    [TestCase("seam")]
    [TestCase("processor")]
    [TestCase("card")]
    [TestCase("checkpoint")]
    public void EachIsNamedInAFileBeforeIt(string to)
    {
        var rows = Way(to);
        for (var i = 0; i < rows.Count; i++)
        {
            var (number, name, file, from) = rows[i];
            var before = rows.Take(i).ToList();
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
                var origin = before.Single(b => b.Number == from);
                var isNamed = Regex.IsMatch(Text(origin.File), $@"\b{name}\b")
                    || Regex.IsMatch(Text(file), $@"\bclass {name}[^{{]* : {origin.Name}\b");
                Assert.That(isNamed, $"row {from} names {name}, or {name} derives from it");
            }
        }
    }

    [TestCase("seam", "IKernels", 25)]
    [TestCase("processor", "Simd512", 44)]
    [TestCase("card", "Float4", 54)]
    public void TheFilesAreFew(string to, string last, int most)
    {
        var way = Way(to);
        Assert.That((way[0].Name, way[^1].Name), Is.EqualTo(("TrainCommand", last)));
        Assert.That(way.Count(row => row.Number != Return), Is.AtMost(most));
        Assert.That(way.Count(row => row.Number == Return), Is.AtMost(2));
    }

    private static string Text(string file) => File.ReadAllText(Path.Combine(s_folder, file));

    [GeneratedRegex(@"^\| \| file \| from \|.*\n(\|.*\n)*", RegexOptions.Multiline)]
    private static partial Regex Table();

    [GeneratedRegex(@"^\| (\d+|↩) \| \[(\w+)\]\((\S+)\) \| (\d*) ?\| ", RegexOptions.Multiline)]
    private static partial Regex Row();

    /// <param name="Number">of the row, or ↩</param>
    /// <param name="Name">type or method</param>
    /// <param name="File">where it is declared</param>
    /// <param name="From">number of the row whose file names it</param>
    private sealed record WalkRow(string Number, string Name, string File, string From);
}
