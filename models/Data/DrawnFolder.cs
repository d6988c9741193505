using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data;

/// <summary>
/// Writes a synthetic data set to a folder without splits, or over a data set with the same files. Never mixes the files of two data sets,
/// and leaves alone tables and arrays of no earlier drawing. A picture under the name of a drawn one counts as drawn.
/// </summary>
internal static class DrawnFolder
{
    /// <summary>Temporary folder for drawing over an existing data set.</summary>
    private const string DrawingName = ".drawing";

    private static readonly string[] s_splits = ["train", "val"];

    /// <param name="folder">folder of the data set</param>
    /// <param name="draw">writes the whole set into a folder, which may not exist yet</param>
    /// <exception cref="PictureException">the folder holds a file that is of no earlier drawing; nothing has been changed</exception>
    /// <exception cref="IOException">the folder can't be written to</exception>
    public static void Draw(string folder, Action<string> draw)
    {
        string[] held = [.. Files(folder).Where(IsDrawn).Order(StringComparer.Ordinal)];
        if (held.Length == 0)
        {
            draw(folder);
            return;
        }

        var drawing = Path.Combine(folder, DrawingName);
        if (Files(drawing).FirstOrDefault(file => !IsDrawn(file)) is { } own)
        {
            throw new PictureException(
                $"{Path.Combine(drawing, own)}: is of no earlier drawing, and {drawing} is the place where a drawing is made; move it " +
                    "away, or choose another --out");
        }

        try
        {
            Remove(drawing);
            draw(drawing);
            if (Array.Find(held, file => IsOther(file, folder, drawing)) is { } other)
            {
                throw new PictureException(
                    $"{folder}: holds {other}, which does not belong to this data set; choose another --out, or delete the old files " +
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

    /// <summary>
    /// Whether a file is of no earlier drawing: it is not drawn now, or its table is another one, since names of tables and arrays are not
    /// ours alone. The table of an array of points is that of the modes.
    /// </summary>
    private static bool IsOther(string file, string folder, string drawing)
    {
        if (!File.Exists(Path.Combine(drawing, file)))
        {
            return file != PointSet.ModesFile;
        }

        var table = Path.GetExtension(file) switch { ".npy" => PointSet.ModesFile, ".csv" => file, _ => null };
        return table is not null && !Head(Path.Combine(folder, table)).SequenceEqual(Head(Path.Combine(drawing, table)));
    }

    /// <summary>What a table has in every drawing of a kind: its first line; all lines of the modes, which never change.</summary>
    private static IEnumerable<string> Head(string table) => !File.Exists(table) ? []
        : Path.GetFileName(table) == PointSet.ModesFile ? File.ReadLines(table) : File.ReadLines(table).Take(1);

    /// <summary>Whether a file may be of a drawing: in a split (<c>train_label/a.png</c>, <c>trainA.npy</c>), or the modes.</summary>
    private static bool IsDrawn(string file) => file == PointSet.ModesFile || s_splits.Any(split => IsOf(split, file));

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
