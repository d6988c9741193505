namespace IlgpuGan.Models.Data;

/// <summary>
/// The files of a folder and of all folders in it. Links to folders are followed, but not those that lead back to where they lie.
/// </summary>
internal static class FolderWalk
{
    private static readonly EnumerationOptions s_visible =
        new() { IgnoreInaccessible = false, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };

    /// <exception cref="IOException">a folder can't be read</exception>
    /// <exception cref="UnauthorizedAccessException">a folder may not be read</exception>
    public static IEnumerable<string> Files(string folder)
    {
        var real = RealPath(Path.GetFullPath(folder));
        return Files(new DirectoryInfo(folder), folder, real, [real]);
    }

    /// <param name="real">where the folder lies when all links are followed</param>
    /// <param name="above">the real paths of this folder and those that it was reached through</param>
    private static IEnumerable<string> Files(DirectoryInfo folder, string path, string real, HashSet<string> above)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos("*", s_visible))
        {
            var name = Path.Combine(path, entry.Name);
            if (entry is not DirectoryInfo inner)
            {
                yield return name;
                continue;
            }

            var place = Path.Combine(real, inner.Name);
            place = inner.LinkTarget is null ? place : RealPath(place);
            if (above.Add(place))
            {
                foreach (var file in Files(inner, name, place, above))
                {
                    yield return file;
                }

                above.Remove(place);
            }
        }
    }

    private static string RealPath(string path)
    {
        var real = Path.GetPathRoot(path)!;
        foreach (var part in path[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(real, part);
            real = new DirectoryInfo(next).LinkTarget is { } target ? RealPath(Path.GetFullPath(target, real)) : next;
        }

        return real;
    }
}
