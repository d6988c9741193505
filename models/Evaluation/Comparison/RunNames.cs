namespace IlgpuGan.Models.Evaluation.Comparison;

/// <summary>Short names of runs: the shortest ends of their paths that are all different.</summary>
internal static class RunNames
{
    public static IReadOnlyList<string> Of(IReadOnlyList<string> paths)
    {
        var parts = paths.Select(p => Path.GetFullPath(p)
            .Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries)).ToList();
        var most = parts.Max(p => p.Length);
        for (var taken = 1; taken < most; taken++)
        {
            var names = parts.ConvertAll(p => string.Join('/', p.TakeLast(taken)));
            if (names.Distinct(StringComparer.Ordinal).Count() == names.Count)
            {
                return names;
            }
        }

        return paths;
    }
}
