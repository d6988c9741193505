using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data;

/// <summary>
/// Writes a synthetic data set to a folder without splits, or over a data set with the same files. Never mixes the files of two data sets.
/// </summary>
internal static class DrawnFolder
{
    /// <summary>Temporary folder for drawing over an existing data set.</summary>
    private const string DrawingName = ".drawing";

    private static readonly string[] s_splits = ["train", "val"];

    /// <param name="folder">folder of the data set</param>
    /// <param name="draw">writes the whole set into a folder, which may not exist yet</param>
    /// <exception cref="PictureException">the folder's splits hold a file that is not in the new set; nothing has been changed</exception>
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
                throw new PictureException(
                    $"{folder}: holds {other}, which does not belong to this data set; choose another --out, or delete the old splits " +
                        "first");
            }

            foreach (var file in Files(drawing))
            {
                var place = Path.Combine(folder, file);
                Directory.CreateDirectory(Path.GetDirectoryName(place)!);
                Disk.Current.Move(Path.Combine(drawing, file), place);
            }
        }
        finally
        {
            Remove(drawing);
        }
    }

    /// <summary>Relative paths of all files in the folder's splits: <c>train</c>, <c>train_label</c>, <c>trainA.npy</c>, …</summary>
    private static HashSet<string> FilesOfSplits(string folder) =>
        [.. Files(folder).Where(file => s_splits.Any(split => IsOf(split, file)))];

    /// <summary>Relative paths of all files in a folder; empty if it does not exist.</summary>
    private static IEnumerable<string> Files(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file))]
        : [];

    /// <summary>Whether a path begins with the name of a split, as a whole word.</summary>
    private static bool IsOf(string split, string file) => file.StartsWith(split, StringComparison.Ordinal)
        && (file.Length == split.Length || !char.IsAsciiLetterLower(file[split.Length]));

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Disk.Current.DeleteFolder(folder);
        }
    }
}
