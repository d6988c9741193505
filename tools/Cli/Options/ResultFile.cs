using IlgpuGan.Models.Data;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Cli.Options;

/// <summary>Output files of verbs.</summary>
internal static class ResultFile
{
    private const string Weights = ".safetensors";

    /// <summary>Endings of files of a known format, pictures aside; what another ending means is the user's affair.</summary>
    private static readonly string[] s_known = [Weights, ".onnx", ".pth", ".html", ".json", ".jsonl", ".csv"];

    /// <summary>Creates the file's folder and returns the path. Call it before long work, which a bad path would waste.</summary>
    /// <param name="path">the file</param>
    /// <param name="ending">the usual ending of its format, as in <c>.onnx</c></param>
    /// <param name="read">files and folders that the verb reads, and must not write over</param>
    /// <exception cref="PictureException">the path is one of the files that are read</exception>
    /// <exception cref="IOException">
    /// the folder can't be created; or the path is a folder, a checkpoint of a run, its copy of a teacher, or a file of another format
    /// </exception>
    public static string Prepare(string path, string ending, params string?[] read)
    {
        new Originals(read).RefuseOver(path);
        var real = FileStatus.RealPath(path);
        var own = Path.GetExtension(real).ToLowerInvariant();
        if (own == Weights && RunDirectory.Of(real) is { HoldsTraining: true } run)
        {
            throw new IOException($"{path}: would be among the checkpoints of the run {run.Path}; choose another place");
        }

        var beside = new RunDirectory(Path.GetDirectoryName(real) ?? real);
        if (real == beside.Teacher && File.Exists(real) && beside.HoldsTraining)
        {
            throw new IOException($"{path}: is the place of the teacher from which the run {beside.Path} learns; choose another place");
        }

        if (own != ending && File.Exists(path) && (s_known.Contains(own) || PictureFile.HasPictureName(path)))
        {
            throw new IOException($"{path}: is there already, and is no {ending} file; choose another name, or delete it");
        }

        OutputPath.MakeFolderOf(path);
        return Directory.Exists(path) ? throw new IOException($"{path}: is a folder, not a file") : path;
    }

    /// <summary>Writes a file of a result. If that fails, the rest of the result is not lost: <c>Screen.Ended</c> tells of it.</summary>
    /// <param name="write">writes the file</param>
    /// <param name="failures">gets the message if it can't be written</param>
    /// <returns>whether it is written</returns>
    public static bool TryWrite(Action write, List<string> failures)
    {
        try
        {
            write();
            return true;
        }
        catch (Exception e) when (e is IOException or PictureException)
        {
            failures.Add(e.Message);
            return false;
        }
    }
}
