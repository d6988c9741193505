using System.Text.RegularExpressions;

namespace IlgpuGan.ToolsTests.Docs;

/// <summary>The repository can be checked out on every system, in a folder of usual depth.</summary>
public sealed partial class TrackedNamesTests
{
    /// <summary>Windows without long paths has 260 characters, of which the folder of a checkout takes some.</summary>
    private const int LongestPath = 120;

    private static readonly string[] s_tracked = [.. Tracked()];

    [Test]
    public void NoNamesDifferByCaseAlone() => Assert.That(
        s_tracked.SelectMany(WithFolders).Distinct().GroupBy(p => p.ToUpperInvariant()).Where(g => g.Count() > 1).SelectMany(g => g),
        Is.Empty);

    [Test]
    public void NoNameIsReservedByWindows() =>
        Assert.That(s_tracked.Where(p => p.Split('/').Any(name => Reserved().IsMatch(name))), Is.Empty);

    [Test]
    public void NoPathIsTooLong() => Assert.That(s_tracked.Where(p => p.Length > LongestPath), Is.Empty);

    private static IEnumerable<string> WithFolders(string path)
    {
        for (var part = path; part.Length > 0; part = Path.GetDirectoryName(part)!)
        {
            yield return part;
        }
    }

    /// <summary>What git lists; in a copy without git, the files beside the sources.</summary>
    internal static IEnumerable<string> Tracked()
    {
        var index = Path.Combine(Sources.Root, ".git");
        return Path.Exists(index) && TestFiles.Output("git", ["-C", Sources.Root, "ls-files", "-z"]) is { } listed
            ? listed.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            : Directory.EnumerateFiles(Sources.Root, "*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(Sources.Root, f).Replace('\\', '/')).Where(f => !BuiltOrHidden().IsMatch(f));
    }

    [GeneratedRegex("^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?$|[<>:\"|?*\\\\\\x00-\\x1f]|[. ]$", RegexOptions.IgnoreCase)]
    private static partial Regex Reserved();

    [GeneratedRegex("(^|/)(bin|obj|artifacts|TestResults|\\.git|\\.vs)/")]
    private static partial Regex BuiltOrHidden();
}
