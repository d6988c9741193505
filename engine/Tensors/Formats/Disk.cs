using System.Runtime.InteropServices;

namespace IlgpuGan.Tensors.Formats;

/// <summary>The file operations of all writers. Tests replace it to simulate failures and killed processes.</summary>
public partial class Disk
{
    internal Disk()
    {
    }

    public static Disk Current { get; internal set; } = new();

    /// <summary>Opens a file to write.</summary>
    /// <exception cref="IOException">it can't be opened, or another program's sharing mode forbids it</exception>
    public virtual FileStream Open(string path, FileMode mode, FileAccess access, FileShare share) =>
        new FileStream(path, mode, access, share, bufferSize: 1 << 16);

    internal virtual void Move(string from, string to) => File.Move(from, to, overwrite: true);

    internal virtual void Delete(string path) => File.Delete(path);

    /// <summary>Flushes a folder's entries to disk. Windows has no such call; its file system's journal keeps the order.</summary>
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
            return; // The folder is writable but not readable: the rename is done, but may not be on disk yet.
        }
        // Some file systems (network, FUSE) refuse to flush a folder; there is no alternative, so errors are ignored.
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
