namespace IlgpuGan.Tensors.Formats;

/// <summary>
/// Creates folders for results. Its messages state the obstacle plainly; the system's own name a file that was not found or exists already
/// when a folder can't be created.
/// </summary>
internal static class OutputPath
{
    /// <summary>Creates a folder and its parents.</summary>
    /// <exception cref="IOException">it can't be created; the message names it and says why</exception>
    public static void MakeFolder(string path) => Make(path, path);

    /// <summary>Creates the folder of a file.</summary>
    /// <exception cref="IOException">it can't be created; the message names the file and says why</exception>
    public static void MakeFolderOf(string file) => Make(FolderOf(file), file);

    /// <summary>
    /// To be called before a file is written whose name the user has not typed: nobody reads from a pipe in its place, for which the writer
    /// would wait.
    /// </summary>
    /// <exception cref="IOException">it is there, and no ordinary file</exception>
    internal static void RequireFile(string path)
    {
        if (FileStatus.IsSpecial(path))
        {
            throw new IOException($"{path}: is no ordinary file but a pipe or a device; delete it, and a file is written in its place");
        }
    }

    /// <summary>
    /// 1 for a name of the program's standard output, 2 for one of its standard error, otherwise null. Opened anew, these would be written
    /// from the beginning of the file to which a shell has them appended.
    /// </summary>
    internal static int? StandardStream(string path) => path switch
    {
        "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1" => 1,
        "/dev/stderr" or "/dev/fd/2" or "/proc/self/fd/2" => 2,
        _ => null,
    };

    /// <summary>Why a file can't be written, as a clause to follow its name.</summary>
    internal static string ObstacleOf(string file, Exception failure)
    {
        var folder = FolderOf(file);
        return Directory.Exists(file) ? "is a folder, not a file"
            : OperatingSystem.IsWindows() && File.Exists(file) && new FileInfo(file).IsReadOnly ? "is read-only"
            : Path.Exists(folder) || failure is not (DirectoryNotFoundException or FileNotFoundException) ? ObstacleIn(folder, failure)
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

    /// <summary>Why nothing can be written in a folder, which may not exist.</summary>
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
