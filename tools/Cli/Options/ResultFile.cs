namespace IlgpuGan.Cli.Options;

/// <summary>Files that hold a verb's result.</summary>
internal static class ResultFile
{
    /// <summary>The path, its folder made if need be: before the work, which may take long and would be lost.</summary>
    /// <exception cref="IOException">the folder can't be made</exception>
    public static string At(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return path;
    }
}
