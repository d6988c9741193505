using System.Runtime.InteropServices;

namespace IlgpuGan.Tensors.Formats;

/// <summary>What files are written through. Tests put one in its place that fails, or that a process which is killed leaves.</summary>
public partial class Disk
{
    internal Disk()
    {
    }

    public static Disk Current { get; internal set; } = new();

    /// <summary>Opens a file to write.</summary>
    /// <exception cref="IOException">it can't be opened, or <paramref name="share"/> of another program forbids it</exception>
    public virtual FileStream Open(string path, FileMode mode, FileAccess access, FileShare share) =>
        new FileStream(path, mode, access, share, bufferSize: 1 << 16);

    internal virtual void Move(string from, string to) => File.Move(from, to, overwrite: true);

    internal virtual void Delete(string path) => File.Delete(path);

    /// <summary>Asks the system to put the folder's entries on the disk. Windows has no such call, and orders its journal itself.</summary>
    internal virtual void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        const int readOnly = 0;
        var descriptor = OpenFolder(folder, readOnly);
        if (descriptor < 0)
        {
            return; // A folder may be writable and not readable; the rename stands, only its moment on the disk is unknown.
        }
        // Some file systems (network, FUSE) refuse to flush a folder; nothing better can be asked of them.
        _ = Flush(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
