using IlgpuGan.Claims;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>The page on adding a family is short, and so is its example, whose code it quotes.</summary>
public sealed class FamilyPageTests
{
    /// <summary>A page is what fits on two screens, and the example's code stays as short as the page promises.</summary>
    [Test]
    public void PageAndExampleAreShort()
    {
        var folder = Path.Combine(Sources.Root, "models", "Families");
        Assert.That(File.ReadLines(Path.Combine(folder, "how-to-add-a-family.md")).Count(), Is.LessThanOrEqualTo(100));
        var code = Directory.EnumerateFiles(Path.Combine(folder, "DiscoGan"), "*.cs")
            .SelectMany(File.ReadLines).Select(l => l.Trim())
            .Count(l => l.Length > 1 && !l.StartsWith("//", StringComparison.Ordinal) && !l.StartsWith("using ", StringComparison.Ordinal));
        Assert.That(code, Is.LessThanOrEqualTo(165), "lines of code, without blank ones, braces, comments, and usings");
    }
}
