using System.Text.RegularExpressions;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>The folders of models/ use each other in one direction, as models/README.md says.</summary>
public sealed partial class RoomsTests
{
    /// <summary>A room may use those before it.</summary>
    private static readonly string[] s_rooms =
        ["Data", "Losses", "Networks", "Families", "Runs", "Interop", "Translation", "Generation", "Evaluation", "Reporting", "Training",
            "Measuring", "Distilling"];

    /// <summary>What reads the families' descriptions, below models/.</summary>
    private static readonly string[] s_general =
        ["Training", "Translation", "Generation", "Evaluation", "Interop", "Reporting", "Measuring", "Distilling", "Runs", "Claims",
            "../tools/Cli", "../tools/Serve"];

    /// <summary>
    /// The tour is one family's by its nature, and options of the reference program have the names that they have there.
    /// </summary>
    private static readonly string[] s_exempt = ["DemoCommand.cs", "Suggestion.cs"];

    /// <summary>Folders of families whose names are words of the language as well.</summary>
    private static readonly string[] s_words = ["Cut", "cut", "Began", "began"];

    /// <summary>The first family's name is what all of them are, and all models derive from <see cref="GanModel"/>.</summary>
    private const string NameOfAll = "gan";

    private static readonly string s_models = Path.Combine(Sources.Root, "models");

    [TestCaseSource(nameof(s_rooms))]
    public void ARoomUsesOnlyThoseBeforeIt(string room)
    {
        var later = s_rooms.SkipWhile(r => r != room).Skip(1).ToHashSet();
        Assert.That(References(room).Where(r => later.Contains(r.Room)).Select(r => $"{r.File} uses {r.Room}"), Is.Empty);
    }

    [Test]
    public void EveryFolderIsARoom() =>
        Assert.That(
            Directory.GetDirectories(s_models).Select(Path.GetFileName)
                .Where(n => n is not ("bin" or "obj" or "pictures" or "samples" or "zoo" or "Noise" or "Claims")),
            Is.EquivalentTo(s_rooms));

    /// <summary>A family that another room named would be one that the next family has no counterpart of.</summary>
    [Test]
    public void OnlyFamiliesNamesAFamily()
    {
        var families = FamilyFolders().ToHashSet();
        Assert.That(
            s_rooms.Where(r => r != "Families").SelectMany(References).Where(r => r.Room == "Families" && families.Contains(r.Inner))
                .Select(r => r.File), Is.Empty);
        Assert.That(families, Is.Not.Empty);
    }

    /// <summary>Neither in code nor in text: no name of a family, no type of one, no name of a network in checkpoints.</summary>
    [TestCaseSource(nameof(s_general))]
    public void WhatServesAllFamiliesNamesNoFamilyAndNoNetwork(string folder)
    {
        var names = FamilyFolders().Concat(FamilyCatalog.All.Select(f => f.Info.Name)).Where(n => n != NameOfAll)
            .Select(n => $@"\b{n}(?:Family|Model|Options){(s_words.Contains(n) ? "" : "?")}\b").Append(@"\bnet[GDEFC]\b|\bnet[GDEFC]_");
        var named = new Regex(string.Join('|', names), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        var found = from file in Directory.EnumerateFiles(Path.Combine(s_models, folder), "*.cs", SearchOption.AllDirectories)
            where !s_exempt.Contains(Path.GetFileName(file))
                && !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "Papers")
            from line in File.ReadLines(file).Select((text, i) => (Text: text, Number: i + 1))
            where !line.Text.TrimStart().StartsWith("//", StringComparison.Ordinal)
            from Match match in named.Matches(line.Text)
            select $"{Path.GetFileName(file)}:{line.Number} names {match.Value}";
        Assert.That(found, Is.Empty);
    }

    private static IEnumerable<string> FamilyFolders() =>
        new[] { "Families", "Noise" }.SelectMany(folder => Directory.GetDirectories(Path.Combine(s_models, folder)))
            .Select(f => Path.GetFileName(f)).Where(n => n is not ("bin" or "obj"));

    private static IEnumerable<(string File, string Room, string Inner)> References(string room) =>
        from file in Directory.EnumerateFiles(Path.Combine(s_models, room), "*.cs", SearchOption.AllDirectories)
        from Match match in RoomName().Matches(File.ReadAllText(file))
        select (Path.GetRelativePath(s_models, file), match.Groups[1].Value, match.Groups[2].Value);

    [GeneratedRegex(@"IlgpuGan\.Models\.(\w+)(?:\.(\w+))?")]
    private static partial Regex RoomName();
}
