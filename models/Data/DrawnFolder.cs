namespace IlgpuGan.Models.Data;

/// <summary>
/// Where drawn data sets go: a folder that holds none yet, or one of the same files, which are drawn again. Files of two data sets never
/// come to lie in one.
/// </summary>
public static class DrawnFolder
{
    /// <summary>In the folder, while files of an earlier data set may be in the way.</summary>
    private const string DrawingName = ".drawing";

    private static readonly string[] s_splits = ["train", "val"];

    /// <param name="folder">of the data set</param>
    /// <param name="draw">writes the whole set into a folder, which need not be there</param>
    /// <exception cref="DataException">the folder's splits hold a file that the set has not; nothing has been changed</exception>
    /// <exception cref="IOException">the folder can't be written to</exception>
    public static void Draw(string folder, Action<string> draw)
    {
        var held = FilesOfSplits(folder);
        if (held.Count == 0)
        {
            draw(folder);
            return;
        }

        var drawing = Path.Combine(folder, DrawingName);
        try
        {
            Remove(drawing);
            draw(drawing);
            var drawn = FilesOfSplits(drawing);
            if (held.Except(drawn).Order(StringComparer.Ordinal).FirstOrDefault() is { } other)
            {
                throw new DataException(
                    $"{folder}: holds {other}, which does not belong to this data set; choose another --out, or delete the old splits " +
                        "first");
            }

            foreach (var file in Files(drawing))
            {
                var place = Path.Combine(folder, file);
                Directory.CreateDirectory(Path.GetDirectoryName(place)!);
                File.Move(Path.Combine(drawing, file), place, overwrite: true);
            }
        }
        finally
        {
            Remove(drawing);
        }
    }

    /// <summary>Paths below the folder of all files of its splits: of <c>train</c>, <c>train_label</c>, <c>trainA.npy</c>, …</summary>
    private static HashSet<string> FilesOfSplits(string folder) =>
        [.. Files(folder).Where(file => s_splits.Any(split => IsOf(split, file)))];

    /// <summary>Paths below the folder of all files in it; none if it is not there.</summary>
    private static IEnumerable<string> Files(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file))]
        : [];

    /// <summary>Whether a path begins with the name of a split, and not with a longer word.</summary>
    private static bool IsOf(string split, string file) => file.StartsWith(split, StringComparison.Ordinal)
        && (file.Length == split.Length || !char.IsAsciiLetterLower(file[split.Length]));

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
