using System.Text.RegularExpressions;

namespace IlgpuGan.ToolsTests.Docs;

/// <summary>The walk along a training step in models/README.md: each file declares what its row says, and they are few.</summary>
internal sealed partial class WalkPageTests
{
    private static readonly string s_folder = Path.Combine(Sources.Root, "models");

    [Test]
    public void EachFileDeclaresWhatItsRowSays()
    {
        var rows = Row().Matches(File.ReadAllText(Path.Combine(s_folder, "README.md")));
        Assert.That(rows, Has.Count.AtLeast(40));
        foreach (Match row in rows)
        {
            var text = File.ReadAllText(Path.Combine(s_folder, row.Groups[2].Value));
            Assert.That(text, Does.Match($@"\b(class|record|struct|interface|Tensor) {row.Groups[1].Value}\b"), row.Value);
        }
    }

    [GeneratedRegex(@"^\| (?:\d+|↩) \| \[(\w+)\]\((\S+)\) \| \d* ?\| ", RegexOptions.Multiline)]
    private static partial Regex Row();
}
