using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Cli.Web;

/// <summary>
/// The output folder of a page, which has no folders in it: a new one, or an empty one. Disposing it without <see cref="Keep"/> deletes the
/// files in it, and of the folders that were created for it those that are then empty.
/// </summary>
internal sealed class PageFolder : IDisposable
{
    private readonly string _path;

    /// <summary>Folders that did not exist before, the innermost first.</summary>
    private readonly IReadOnlyList<string> _created;

    private bool _kept;

    /// <exception cref="IOException">the folder can't be created, or is not empty</exception>
    public PageFolder(string path)
    {
        _path = Path.GetFullPath(path);
        _created = [.. Ancestry(_path).TakeWhile(folder => !Path.Exists(folder))];
        OutputPath.MakeFolder(path);
        if (Directory.EnumerateFileSystemEntries(path).Any())
        {
            throw new IOException($"{path}: is not empty; choose a new or an empty folder for the page");
        }
    }

    /// <summary>Keeps the folder: the page is complete.</summary>
    public void Keep() => _kept = true;

    public void Dispose()
    {
        if (_kept)
        {
            return;
        }

        foreach (var file in Directory.GetFiles(_path))
        {
            Disk.Current.Delete(file);
        }

        foreach (var folder in _created.TakeWhile(folder => !Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            Disk.Current.DeleteFolder(folder);
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
