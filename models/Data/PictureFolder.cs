namespace IlgpuGan.Models.Data;

/// <summary>The pictures of a folder and its subfolders, in name order; a folder of layers is one picture.</summary>
public static class PictureFolder
{
    /// <summary>Paths of the pictures, sorted by ordinal comparison, so that the order is the same on every machine.</summary>
    /// <exception cref="DataException">there is no such folder, or no picture in it</exception>
    public static IReadOnlyList<string> List(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DataException(
                File.Exists(folder) ? $"{folder}: a file, where a folder of pictures is expected" : $"{folder}: there is no such folder");
        }

        try
        {
            string[] files =
            [
                .. FolderWalk.Files(folder).Where(PictureFile.HasPictureName).Select(file => PictureOf(file, folder))
                    .Concat(LeftOutFiles.GoneFrom(folder)).Distinct(),
            ];
            Array.Sort(files, StringComparer.Ordinal);
            return files.Length > 0
                ? files
                : throw new DataException($"{folder}: holds no pictures ({PictureFile.Endings})");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{folder}: {e.Message}", e);
        }
    }

    /// <summary>Name of a picture for display and file names: its relative path without extension.</summary>
    public static string NameIn(string folder, string file) =>
        Path.ChangeExtension(Path.GetRelativePath(folder, file), null).Replace('\\', '/');

    /// <summary>Pictures by <see cref="NameIn"/>.</summary>
    /// <exception cref="DataException">there is no such folder, or no picture in it, or two have the same name</exception>
    internal static Dictionary<string, string> ByName(string folder)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in List(folder))
        {
            var name = NameIn(folder, file);
            if (!files.TryAdd(name, file))
            {
                throw new DataException($"{file}: {files[name]} has the same name but for its extension; remove one of them");
            }
        }

        return files;
    }

    /// <summary>The file, or the outermost folder of layers that contains it.</summary>
    private static string PictureOf(string file, string folder)
    {
        var picture = file;
        for (var parent = Path.GetDirectoryName(file); parent is not null && parent.Length > folder.TrimEnd(
            Path.DirectorySeparatorChar).Length; parent = Path.GetDirectoryName(parent))
        {
            picture = PictureFile.HasLayersName(parent) ? parent : picture;
        }

        return picture;
    }
}
