namespace IlgpuGan.Tensors.Formats;

/// <summary>
/// Folders that results go to. What stands in the way is said in words for people: the system complains of files that it could not find, or
/// that exist already, where a folder can't be made.
/// </summary>
public static class OutputPath
{
    /// <summary>Makes a folder, and those that it is in.</summary>
    /// <exception cref="IOException">it can't be made; the message names it and says why</exception>
    public static void MakeFolder(string path) => Make(path, path);

    /// <summary>Makes the folder of a file.</summary>
    /// <exception cref="IOException">it can't be made; the message names the file and says why</exception>
    public static void MakeFolderOf(string file) => Make(FolderOf(file), file);

    /// <summary>
    /// True for what takes bytes under a name that is the system's, such as <c>/dev/null</c>: it is written to, and no file is put in its
    /// place.
    /// </summary>
    internal static bool IsDevice(string path) => !OperatingSystem.IsWindows() && FolderOf(path) == "/dev" && File.Exists(path);

    /// <summary>Why a file can't be written, as what follows its name.</summary>
    internal static string ObstacleOf(string file, Exception failure)
    {
        var folder = FolderOf(file);
        return Directory.Exists(file) ? "is a folder, not a file"
            : Path.Exists(folder) || failure is not DirectoryNotFoundException ? ObstacleIn(folder, failure)
            : $"there is no folder {folder}";
    }

    private static void Make(string folder, string named)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                File.Exists(named) ? $"{named}: is a file, not a folder" : $"{named}: {ObstacleIn(Path.GetFullPath(folder), e)}", e);
        }
    }

    /// <summary>Why nothing can be written in a folder, which may not be there.</summary>
    private static string ObstacleIn(string folder, Exception failure)
    {
        while (!Path.Exists(folder) && Path.GetDirectoryName(folder) is { } above)
        {
            folder = above;
        }

        return File.Exists(folder) ? $"{folder} is a file, not a folder"
            : failure is UnauthorizedAccessException ? $"no permission to write in {folder}"
            : failure is FileNotFoundException or DirectoryNotFoundException ? $"nothing can be written in {folder}"
            : failure.Message.TrimEnd('.');
    }

    private static string FolderOf(string file) => Path.GetDirectoryName(Path.GetFullPath(file)) ?? file;
}
