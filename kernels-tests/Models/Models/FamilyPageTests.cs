namespace IlgpuGan.ModelsTests.Models;

/// <summary>The page on adding a family shows the code of its example as it is.</summary>
public sealed class FamilyPageTests
{
    private const string Fence = "```";
    private const string Begin = Fence + "csharp ";

    [Test]
    public void ThePageShowsTheExamplesCode()
    {
        var folder = Path.Combine(Sources.Root, "models", "Families");
        var lines = File.ReadAllLines(Path.Combine(folder, "how-to-add-a-family.md"));
        var shown = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith(Begin, StringComparison.Ordinal))
            {
                continue;
            }

            var file = Path.Combine(folder, "DiscoGan", lines[i][Begin.Length..]);
            var block = string.Join('\n', lines.Skip(i + 1).TakeWhile(l => l != Fence));
            Assert.That(block, Is.Not.Empty);
            Assert.That(
                File.ReadAllText(file).ReplaceLineEndings("\n"), Does.Contain('\n' + block + '\n'),
                $"{Path.GetFileName(file)}, line {i + 1} of the page");
            shown++;
        }

        Assert.That(
            shown,
            Is.EqualTo(lines.Count(l => l.StartsWith(Fence, StringComparison.Ordinal) && l.Length > Fence.Length)).And.GreaterThan(4));
    }

    /// <summary>A page is what fits on two screens, and the example's code stays as short as the page promises.</summary>
    [Test]
    public void PageAndExampleAreShort()
    {
        var folder = Path.Combine(Sources.Root, "models", "Families");
        Assert.That(File.ReadLines(Path.Combine(folder, "how-to-add-a-family.md")).Count(), Is.LessThanOrEqualTo(100));
        var code = Directory.EnumerateFiles(Path.Combine(folder, "DiscoGan"), "*.cs")
            .Where(f => !f.EndsWith("Claim.cs", StringComparison.Ordinal)).SelectMany(File.ReadLines).Select(l => l.Trim())
            .Count(l => l.Length > 1 && !l.StartsWith("//", StringComparison.Ordinal) && !l.StartsWith("using ", StringComparison.Ordinal));
        Assert.That(code, Is.LessThanOrEqualTo(160), "lines of code, without blank ones, braces, comments, usings and the claim");
    }
}
