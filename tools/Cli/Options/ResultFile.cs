using IlgpuGan.Models.Data;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Cli.Options;

/// <summary>Output files of verbs.</summary>
internal static class ResultFile
{
    /// <summary>Creates the file's folder and returns the path. Call it before long work, which a bad path would waste.</summary>
    /// <param name="path">the file</param>
    /// <param name="read">files and folders that the verb reads, and must not write over</param>
    /// <exception cref="PictureException">the path is one of the files that are read</exception>
    /// <exception cref="IOException">the folder can't be created, or the path is a folder</exception>
    public static string Prepare(string path, params string?[] read)
    {
        new Originals(read).RefuseOver(path);
        OutputPath.MakeFolderOf(path);
        return Directory.Exists(path) ? throw new IOException($"{path}: is a folder, not a file") : path;
    }
}
