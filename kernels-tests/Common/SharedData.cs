namespace IlgpuGan.TestsCommon;

/// <summary>
/// Sample files that are too many or too large for the repository: a folder <c>shared/data</c> beside the checkout or beside one of its
/// parents. Without it the tests that need it are skipped.
/// </summary>
internal static class SharedData
{
    private static readonly Lazy<string?> s_root = new(FindRoot);

    /// <summary>The path of a file or folder <paramref name="relative"/> to <c>shared/data</c>; null if it does not exist.</summary>
    public static string? Find(string relative)
    {
        var path = s_root.Value is { } root ? Path.Combine(root, relative) : null;
        return Path.Exists(path) ? path : null;
    }

    /// <summary>The same; if it does not exist, skips the running test with the reason.</summary>
    public static string Require(string relative)
    {
        if (Find(relative) is { } path)
        {
            return path;
        }

        var reason = $"needs shared/data/{relative}, which is not beside this checkout";
        if (OptionalResources.AreRequired)
        {
            Assert.Fail(reason);
        }

        Assert.Ignore(reason);
        return relative;
    }

    private static string? FindRoot()
    {
        if (OptionalResources.AreHidden)
        {
            return null;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
