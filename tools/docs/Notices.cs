using System.Text.Json;
using System.Xml.Linq;
using IlgpuGan.Models.Data;

namespace IlgpuGan.Docs;

/// <summary>
/// What the product ships of others: the packages that its projects have restored and need at run time, with authors, address, copyright
/// and licence as each package states them, and the licences' texts.
/// </summary>
internal static class Notices
{
    /// <summary>The file, from the top of the repository; every package and archive holds a copy.</summary>
    public const string Path = "tools/packages/THIRD-PARTY-NOTICES.txt";

    /// <summary>Where the texts of licences are that packages name by their SPDX identifiers alone.</summary>
    private const string Texts = "tools/docs/licences";

    /// <summary>Projects that are shipped, apart from those that these refer to.</summary>
    private static readonly string[] s_shipped = ["tools/Cli", "tools/Hosting", "tools/ExtensionsAI"];

    private static readonly EnumerationOptions s_anyCase = new() { MatchCasing = MatchCasing.CaseInsensitive };

    private sealed record Shipped(string Name, string Folder);

    /// <summary>The text of the file.</summary>
    /// <param name="root">top of a repository whose packages have been restored</param>
    public static string Of(string root)
    {
        var packages = s_shipped.SelectMany(project => RestoredBy(System.IO.Path.Combine(root, project))).DistinctBy(p => p.Name)
            .OrderBy(p => p.Name, StringComparer.OrdinalIgnoreCase).ToList();
        var (text, licences) = (new StringBuilder(), new SortedSet<string>(StringComparer.Ordinal));
        text.Append("IlgpuGan contains or loads the packages below; each is its authors' work under its own licence.\n")
            .Append("A program in one file and the container also hold the .NET runtime (MIT, Copyright (c) .NET Foundation and ")
            .Append("Contributors).\n");
        foreach (var package in packages)
        {
            var about = XDocument.Load(Directory.GetFiles(package.Folder, "*.nuspec").Single()).Root!.Elements()
                .Single(e => e.Name.LocalName == "metadata").Elements().ToLookup(e => e.Name.LocalName);
            var licence = about["license"].Single();
            text.Add($"\n{new string('=', 80)}\n{package.Name}\n")
                .Add($"{about["authors"].Single().Value}\n");
            foreach (var line in about["projectUrl"].Concat(about["copyright"]))
            {
                text.Add($"{line.Value}\n");
            }

            if ((string?)licence.Attribute("type") == "expression")
            {
                licences.Add(licence.Value);
                text.Add($"Licence: {licence.Value}, see below\n");
            }
            else
            {
                // What a package took from others stands beside its own licence.
                foreach (var file in Directory.GetFiles(package.Folder, "LICENSE*", s_anyCase).Order(StringComparer.Ordinal))
                {
                    text.Append('\n').Append(Lines(file));
                }
            }
        }

        foreach (var licence in licences)
        {
            text.Add($"\n{new string('=', 80)}\n{licence}\n\n")
                .Append(Lines(System.IO.Path.Combine(root, Texts, licence + ".txt")));
        }

        return text.ToString();
    }

    private static string Lines(string file) => File.ReadAllText(file).ReplaceLineEndings("\n").Trim('\uFEFF', '\n') + "\n";

    /// <summary>The packages of which the project needs an assembly at run time.</summary>
    private static IEnumerable<Shipped> RestoredBy(string project)
    {
        using var assets = JsonDocument.Parse(File.ReadAllText(System.IO.Path.Combine(project, "obj", "project.assets.json")));
        var folders = assets.RootElement.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name).ToList();
        var libraries = assets.RootElement.GetProperty("libraries");
        var target = assets.RootElement.GetProperty("targets").EnumerateObject().First().Value;
        return
        [
            .. target.EnumerateObject().Where(entry => NeedsAssembly(entry.Value)).Select(entry => new Shipped(
                entry.Name.Split('/')[0],
                folders.Select(folder => System.IO.Path.Combine(folder, libraries.GetProperty(entry.Name).GetProperty("path").GetString()!))
                    .First(Directory.Exists))),
        ];

        static bool NeedsAssembly(JsonElement entry) => entry.GetProperty("type").GetString() == "package"
            && entry.TryGetProperty("runtime", out var files)
            && files.EnumerateObject().Any(file => !file.Name.EndsWith("_._", StringComparison.Ordinal));
    }
}
