namespace IlgpuGan.Models.Data;

/// <summary>
/// The files of a folder and its subfolders. Links to folders are followed, except those that lead back to a parent folder.
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

    /// <param name="real">path of the folder with all links resolved</param>
    /// <param name="above">real paths of this folder and the folders above it in the walk</param>
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
