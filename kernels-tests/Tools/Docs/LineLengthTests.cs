namespace IlgpuGan.ToolsTests.Docs;

/// <summary>Lines keep to the width that .editorconfig gives.</summary>
internal sealed class LineLengthTests
{
    private const int Widest = 140;

    [TestCase("engine")]
    [TestCase("models")]
    [TestCase("tools")]
    [TestCase("benchmarks")]
    [TestCase("kernels-tests")]
    public void NoLineIsWider(string folder)
    {
        var root = Sources.Root;
        Assert.That(File.ReadAllText(Path.Combine(root, ".editorconfig")), Does.Contain($"max_line_length = {Widest}"));
        var files =
            Directory.GetFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories).Where(file => !IsBuilt(file)).ToList();
        Assert.That(files, Has.Count.GreaterThan(50));
        var wide = files.SelectMany(file => File.ReadLines(file)
            .Select((line, i) => (Columns: line.Length, Place: $"{Path.GetRelativePath(root, file)}:{i + 1}"))
            .Where(line => line.Columns > Widest)
            .Select(line => $"{line.Place} has {line.Columns} columns"));
        Assert.That(wide, Is.Empty);
    }

    /// <summary>What the build put there.</summary>
    private static bool IsBuilt(string file) => file.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin");
}
