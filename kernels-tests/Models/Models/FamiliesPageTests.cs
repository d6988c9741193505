namespace IlgpuGan.ModelsTests.Models;

/// <summary>The page that has all families side by side has a step of the walk for each.</summary>
public sealed class FamiliesPageTests
{
    [Test]
    public void EachFamilyHasItsRowAndAFileToRead()
    {
        var folder = Path.Combine(Sources.Root, "models", "Families");
        var rows = File.ReadLines(Path.Combine(folder, "README.md"))
            .Where(line => line.EndsWith("` |", StringComparison.Ordinal) && line[2] != '`')
            .Select(line => line.Trim('|').Split('|')).ToDictionary(cells => cells[0].Trim(), cells => cells[^1].Trim(' ', '`'));
        Assert.That(rows.Keys, Is.EquivalentTo(FamilyCatalog.All.Select(f => f.Info.Title)));
        Assert.That(rows.Values.Select(file => Path.Combine(folder, file)), Has.All.Exist);
    }
}
