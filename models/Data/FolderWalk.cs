using System.IO.Enumeration;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data;

/// <summary>
/// The files of a folder and its subfolders in <see cref="PathOrder"/>. Links to folders are followed, but each folder is visited once,
/// under the first of its names. A subfolder that can't be read does not stop the walk. Hidden files are passed over, and so are the
/// folders that operating systems and network storages keep for themselves, of which <see cref="PictureRemarks"/> hears. So are what runs
/// have made, where a run lies in the folder or is the folder itself: it grows while the run is trained, and is no data.
/// </summary>
/// <param name="root">the folder</param>
internal sealed class FolderWalk(string root)
{
    /// <summary>What .NET shows of bytes that are no UTF-8. A file with such a name can't be opened.</summary>
    private const char NoCharacter = '\uFFFD';

    /// <summary>What is said of a further name of a folder or a picture.</summary>
    internal const string LinksBack = "a link to what is found under another name, too; it counts once";

    /// <summary>What is said of a folder that holds a run.</summary>
    internal const string InRun = "holds a run, whose own pictures are passed over";

    private static readonly EnumerationOptions s_visible =
        new() { IgnoreInaccessible = false, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };

    /// <summary>Thumbnails, recycle bins and snapshots of Synology, QNAP, NetApp, Windows, macOS, Linux and Android.</summary>
    private static readonly HashSet<string> s_systemFolders = new(StringComparer.OrdinalIgnoreCase)
    {
        "@eaDir", "@tmp", "@sharebin", "@sharesnap", "@Recycle", "@Recently-Snapshot", "@__thumb", "#recycle", "#snapshot", "~snapshot",
        "$RECYCLE.BIN", "RECYCLER", "RECYCLED", "System Volume Information", "$Extend", "$WinREAgent", "__MACOSX", "Network Trash Folder",
        "Temporary Items", "TheVolumeSettingsFolder", "lost+found", "LOST.DIR",
    };

    private readonly HashSet<string> _visited = new(StringComparer.Ordinal);

    /// <summary>Whether what runs have made is walked, too.</summary>
    public bool EntersRuns { get; init; }

    /// <summary>The folder of the last run whose own pictures were passed over; null if there was none.</summary>
    public string? Run { get; private set; }

    /// <summary>A message for each subfolder that can't be read.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>A file.</summary>
    /// <param name="Path">its path, which begins with the root's</param>
    /// <param name="RealFolder">its folder with all links resolved</param>
    public readonly record struct Found(string Path, string RealFolder);

    /// <summary>Whether a file or folder is passed over for its name.</summary>
    public static bool IsPassedOver(string name) => name.StartsWith('.') || s_systemFolders.Contains(name);

    /// <summary>
    /// Names of a folder's subfolders, without those that a walk passes over or that hold a run alone, in ordinal order.
    /// </summary>
    public static IReadOnlyList<string> FoldersIn(string folder)
    {
        var isRun = RunFileNames.HoldsRun(folder);
        return [.. Directory.EnumerateDirectories(folder).Where(path => !HoldsRunAlone(path)).Select(path => Path.GetFileName(path))
            .Where(name => !IsPassedOver(name) && !(isRun && RunFileNames.IsOfRun(name))).Order(StringComparer.Ordinal)];
    }

    /// <summary>Whether a folder holds a run, and no pictures but those of the run.</summary>
    public static bool HoldsRunAlone(string folder) => RunFileNames.HoldsRun(folder) && !PictureList.IsIn(folder);

    /// <summary>A message if a path can't exist because its name is not UTF-8; otherwise null.</summary>
    public static string? NotUtf8(string path) => path.Contains(NoCharacter) && !Path.Exists(path)
        ? $"{path}: its name is not UTF-8, so it can't be opened; rename it, for example with convmv -f latin1 -t utf8 -r --notest " +
            (Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : ".")
        : null;

    /// <summary>The files, found while they are enumerated.</summary>
    /// <exception cref="IOException">the root can't be read</exception>
    /// <exception cref="UnauthorizedAccessException">the root may not be read</exception>
    public IEnumerable<Found> Files()
    {
        var real = FileStatus.RealPath(root);
        _visited.Add(real);
        return Files(Entries(root), root, real);
    }

    private IEnumerable<Found> Files(IReadOnlyList<(string Name, bool IsFolder)> entries, string path, string real)
    {
        var isRun = !EntersRuns && RunFileNames.HoldsRun(path);
        if (isRun)
        {
            Run = path;
            PictureRemarks.Add(path, InRun);
        }

        foreach (var (name, isFolder) in entries.Where(entry => !(isRun && entry.IsFolder && RunFileNames.IsOfRun(entry.Name))))
        {
            var inner = Path.Combine(path, name);
            if (!isFolder)
            {
                yield return new Found(inner, real);
            }
            else if (s_systemFolders.Contains(name))
            {
                PictureRemarks.Add(inner, "passed over: a folder that the system keeps for itself");
            }
            else if (Visit(inner, Path.Combine(real, name)) is (var within, var place))
            {
                foreach (var file in Files(within, inner, place))
                {
                    yield return file;
                }
            }
        }
    }

    /// <summary>The entries of a subfolder, and its path with all links resolved; null if it was visited before or can't be read.</summary>
    private (IReadOnlyList<(string Name, bool IsFolder)> Entries, string Place)? Visit(string path, string place)
    {
        var isLink = new DirectoryInfo(place).LinkTarget is not null;
        place = isLink ? FileStatus.RealPath(place) : place;
        if (!_visited.Add(place))
        {
            PictureRemarks.Add(path, LinksBack);
            return null;
        }

        try
        {
            return (Entries(path), place);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problems.Add(NotUtf8(path) ?? $"{path}: this folder can't be read, nor the pictures in it: {e.Message}");
            return null;
        }
    }

    /// <summary>Names within a folder, ordered as the paths of the files that they lead to.</summary>
    private static IReadOnlyList<(string Name, bool IsFolder)> Entries(string folder) =>
        [.. new FileSystemEnumerable<(string Name, bool IsFolder)>(
            folder, (ref FileSystemEntry entry) => (entry.FileName.ToString(), entry.IsDirectory), s_visible)
            .Where(entry => !entry.Name.StartsWith('.'))
            .OrderBy(entry => entry.IsFolder ? entry.Name + "/" : entry.Name, StringComparer.Ordinal)];
}
