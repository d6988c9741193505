using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.TestsCommon;

/// <summary>
/// Files as on Windows, where none is replaced or deleted that anybody has open. Elsewhere .NET locks what it opens, for programs that ask:
/// opening a file without sharing fails while another handle of .NET is open.
/// </summary>
internal sealed class WindowsDisk : Disk
{
    private int _refusals;

    /// <summary>Operations refused so far.</summary>
    public int Refusals => _refusals;

    internal override bool HoldsOpenFiles => true;

    internal override void MoveNow(string from, string to)
    {
        Refuse(from);
        Refuse(to);
        base.MoveNow(from, to);
    }

    internal override void DeleteNow(string path)
    {
        Refuse(path);
        base.DeleteNow(path);
    }

    internal override void DeleteFolderNow(string path)
    {
        foreach (var file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories))
        {
            Refuse(file);
        }

        base.DeleteFolderNow(path);
    }

    private void Refuse(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        try
        {
            using var alone = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None);
        }
        catch (IOException held)
        {
            Interlocked.Increment(ref _refusals);
            throw new UnauthorizedAccessException($"Access to the path '{path}' is denied.", held);
        }
    }
}
