using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Cli.Web;

/// <summary>
/// The folder that a page is written to: an empty one, or a new one. Unless it is kept, nothing of it is left, and none of the folders that
/// were made for it.
/// </summary>
internal sealed class PageFolder : IDisposable
{
    private readonly string _path;

    /// <summary>Folders that were not there before, the innermost first.</summary>
    private readonly IReadOnlyList<string> _made;

    private bool _kept;

    /// <param name="path">where it is to be</param>
    /// <exception cref="IOException">it can't be made, or holds something</exception>
    public PageFolder(string path)
    {
        _path = Path.GetFullPath(path);
        _made = [.. Ancestry(_path).TakeWhile(folder => !Path.Exists(folder))];
        OutputPath.MakeFolder(path);
        if (Directory.EnumerateFileSystemEntries(path).Any())
        {
            throw new IOException($"{path}: is not empty; a page has a folder of its own");
        }
    }

    /// <summary>The page is whole.</summary>
    public void Keep() => _kept = true;

    public void Dispose()
    {
        if (_kept)
        {
            return;
        }

        foreach (var file in Directory.GetFiles(_path))
        {
            File.Delete(file);
        }

        foreach (var folder in _made.TakeWhile(folder => !Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            Directory.Delete(folder);
        }
    }

    private static IEnumerable<string> Ancestry(string path)
    {
        for (var folder = Path.TrimEndingDirectorySeparator(path); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            yield return folder;
        }
    }
}
