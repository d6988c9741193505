using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Models;

/// <summary>The folders of models/ use each other in one direction, as models/README.md says.</summary>
public sealed partial class RoomsTests
{
    /// <summary>A room may use those before it.</summary>
    private static readonly string[] s_rooms =
        ["Data", "Losses", "Networks", "Families", "Runs", "Interop", "Translation", "Generation", "Evaluation", "Reporting", "Training", "Measuring", "Experiments"];

    private static readonly string s_models = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "models"));

    [TestCaseSource(nameof(s_rooms))]
    public void ARoomUsesOnlyThoseBeforeIt(string room)
    {
        var later = s_rooms.SkipWhile(r => r != room).Skip(1).ToHashSet();
        Assert.That(References(room).Where(r => later.Contains(r.Room)).Select(r => $"{r.File} uses {r.Room}"), Is.Empty);
    }

    [Test]
    public void EveryFolderIsARoom() =>
        Assert.That(Directory.GetDirectories(s_models).Select(Path.GetFileName).Where(n => n is not ("bin" or "obj" or "pictures")), Is.EquivalentTo(s_rooms));

    /// <summary>A family that another room named would be one that the next family has no counterpart of.</summary>
    [Test]
    public void OnlyFamiliesNamesAFamily()
    {
        var families = Directory.GetDirectories(Path.Combine(s_models, "Families")).Select(Path.GetFileName).ToHashSet();
        Assert.That(
            s_rooms.Where(r => r != "Families").SelectMany(References).Where(r => r.Room == "Families" && families.Contains(r.Inner)).Select(r => r.File), Is.Empty);
        Assert.That(families, Is.Not.Empty);
    }

    private static IEnumerable<(string File, string Room, string Inner)> References(string room) =>
        from file in Directory.EnumerateFiles(Path.Combine(s_models, room), "*.cs", SearchOption.AllDirectories)
        from Match match in RoomName().Matches(File.ReadAllText(file))
        select (Path.GetRelativePath(s_models, file), match.Groups[1].Value, match.Groups[2].Value);

    [GeneratedRegex(@"IlgpuGan\.Models\.(\w+)(?:\.(\w+))?")]
    private static partial Regex RoomName();

    private static string Here([CallerFilePath] string path = "") => path;
}
