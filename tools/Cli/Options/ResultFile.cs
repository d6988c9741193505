using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Cli.Options;

/// <summary>Files that hold a verb's result.</summary>
internal static class ResultFile
{
    /// <summary>The path, its folder made if need be: before the work, which may take long and would be lost.</summary>
    /// <exception cref="IOException">the folder can't be made, or the path is one</exception>
    public static string At(string path)
    {
        OutputPath.MakeFolderOf(path);
        return Directory.Exists(path) ? throw new IOException($"{path}: is a folder, not a file") : path;
    }
}
