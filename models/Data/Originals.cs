using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data;

/// <summary>
/// The files that a command reads, none of which it may write over. Files are compared, not names: a link, a hard link, another spelling
/// in a folder that knows no case, or a mount is another name of the same file.
/// </summary>
internal sealed class Originals
{
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);

    /// <param name="paths">
    /// files; of a run's folder, its checkpoints, options and log; of another folder, the files in it and its subfolders; what does not
    /// exist is left out
    /// </param>
    public Originals(params IEnumerable<string?> paths)
    {
        foreach (var path in paths.OfType<string>())
        {
            foreach (var file in FilesOf(path))
            {
                if (FileIdentity.Of(file) is { } identity)
                {
                    _files.Add(identity);
                }
            }
        }
    }

    /// <summary>Whether a file is one of them.</summary>
    public bool Hold(string file) => FileIdentity.Of(file) is { } identity && _files.Contains(identity);

    /// <summary>To be called before anything is written.</summary>
    /// <param name="outputs">all files that will be written</param>
    /// <exception cref="PictureException">one of them is an original; the message names it</exception>
    public void RefuseOver(params IEnumerable<string> outputs)
    {
        if (outputs.FirstOrDefault(Hold) is { } same)
        {
            throw new PictureException($"{same}: would be overwritten, and this command reads it; choose another output");
        }
    }

    /// <summary>
    /// To be called before outputs are written whose names follow from the command, not from the user. In another folder a file of such a
    /// name is the output of an earlier call; beside an input, or beside what a link as input leads to, it may be the user's only copy of
    /// another picture.
    /// </summary>
    /// <exception cref="PictureException">an output is there already, in such a folder; the message names it</exception>
    internal static void RefuseBeside(string input, params IEnumerable<string> outputs)
    {
        var (folder, target) = (FolderOf(input), FolderOf(FileStatus.RealPath(input)));
        if (outputs.FirstOrDefault(output => File.Exists(output) && FolderOf(output) is var own && (own == folder || own == target))
            is { } other)
        {
            throw new PictureException(
                $"{other}: is in the folder of {input}, and would be overwritten; move it away, or choose another output");
        }

        static string? FolderOf(string file) => FileIdentity.Of(Path.GetDirectoryName(Path.GetFullPath(file))!);
    }

    /// <summary>Whether a folder, which need not exist, is another one or lies within it.</summary>
    internal static bool IsWithin(string inner, string folder)
    {
        var outer = FileIdentity.Of(folder);
        for (var path = FileStatus.RealPath(inner); path is not null; path = Path.GetDirectoryName(path))
        {
            if (FileIdentity.Of(path) is { } identity && identity == outer)
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<string> FilesOf(string path) => RunFileNames.HoldsRun(path)
        ? [
            Path.Combine(path, RunFileNames.Options), Path.Combine(path, RunFileNames.Log),
            .. Directory.EnumerateFiles(Path.Combine(path, RunFileNames.Checkpoints)),
        ]
        : Directory.Exists(path) ? new FolderWalk(path) { EntersRuns = true }.Files().Select(f => f.Path)
        : [path];
}
