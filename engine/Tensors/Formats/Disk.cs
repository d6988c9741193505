using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace IlgpuGan.Tensors.Formats;

/// <summary>
/// The file operations of all writers, and of the readers of files that are replaced while they are read. Tests replace it to simulate
/// failures and killed processes.
/// </summary>
/// <remarks>
/// On Windows a file that any program has open can be neither replaced nor deleted: by a report that is polled, a virus scanner, a
/// synchroniser. Such programs are done in a moment, for which these operations wait.
/// </remarks>
internal partial class Disk
{
    /// <summary>Most milliseconds between two attempts at an operation.</summary>
    private const int LongestWait = 50;

    /// <summary>Time for which an operation is attempted.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>Error codes of Windows with which it refuses what another program has open.</summary>
    private static readonly int[] s_held =
    [
        unchecked((int)0x80070005), // access denied: the target of a move
        unchecked((int)0x80070020), // sharing violation
        unchecked((int)0x80070021), // lock violation
        unchecked((int)0x800704C8), // mapped into memory
    ];

    internal Disk()
    {
    }

    public static Disk Current { get; internal set; } = new();

    /// <summary>Whether a file that is open can't be replaced or deleted.</summary>
    internal virtual bool HoldsOpenFiles => OperatingSystem.IsWindows();

    /// <summary>Bytes that a folder has room for; more than any file has where that can't be told, as of a network's share.</summary>
    public virtual long FreeBytes(string folder)
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return long.MaxValue;
        }
    }

    /// <summary>
    /// Opens a file to write. One that others may read meanwhile, as a log, is not buffered: each write is there at once, and none that a
    /// full disk has refused waits in memory, to fail again when the file is closed.
    /// </summary>
    /// <exception cref="IOException">it can't be opened, or another program's sharing mode forbids it</exception>
    public virtual FileStream Open(string path, FileMode mode, FileAccess access, FileShare share) =>
        new FileStream(path, mode, access, share, bufferSize: share == FileShare.None ? 1 << 16 : 0);

    /// <summary>Runs an action that writes to a file.</summary>
    /// <exception cref="IOException">a write failed, also because the file would have grown too large</exception>
    public static void Writing(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (IsTooLarge(e))
        {
            throw new IOException("the file would be larger than this file system or a limit allows", e);
        }
    }

    /// <summary>Whether a write failed because the file would have grown too large (EFBIG), of which .NET makes no IOException.</summary>
    public static bool IsTooLarge(Exception failure) => failure is ArgumentOutOfRangeException { ParamName: "value" };

    /// <summary>Opens a file to read, so that others may go on to write, replace and delete it.</summary>
    /// <exception cref="IOException">it is missing, no ordinary file, or can't be opened</exception>
    public static FileStream OpenRead(string path)
    {
        FileStatus.RequireFile(path);
        return Ordinary(OpenAny(path), path);
    }

    /// <summary>A file that is open. Windows, and a Linux that forbids the question, tell only then what is a pipe.</summary>
    /// <exception cref="IOException">it is no ordinary file; it is closed</exception>
    internal static FileStream Ordinary(FileStream file, string path)
    {
        if (file.CanSeek)
        {
            return file;
        }

        file.Dispose();
        throw FileStatus.NoFile(path);
    }

    /// <summary>Reads a whole file, as <see cref="OpenRead"/> opens it.</summary>
    /// <exception cref="IOException">it is missing or can't be read</exception>
    public static byte[] ReadBytes(string path)
    {
        using var file = OpenRead(path);
        var bytes = new MemoryStream((int)Math.Min(file.Length, Array.MaxLength));
        file.CopyTo(bytes);
        return bytes.Length == bytes.Capacity ? bytes.GetBuffer() : bytes.ToArray();
    }

    /// <summary>The same for a text in UTF-8.</summary>
    /// <param name="path">the file</param>
    /// <param name="mayBePipe">whether to wait for what comes through a pipe: of a file that is typed, as with <c>&lt;(command)</c></param>
    /// <exception cref="IOException">it is missing or can't be read</exception>
    public static string ReadText(string path, bool mayBePipe = false)
    {
        using var text = new StreamReader(mayBePipe ? OpenAny(path) : OpenRead(path));
        return text.ReadToEnd();
    }

    /// <summary>Moves a file, over another one if need be, or a folder.</summary>
    /// <exception cref="FileHeldException">another program has it open</exception>
    /// <exception cref="IOException">it can't be moved</exception>
    /// <exception cref="UnauthorizedAccessException">it may not be moved, or the target is a folder</exception>
    public void Move(string from, string to) => Patiently(to, () => MoveNow(from, to));

    /// <summary>Deletes a file, if it is there.</summary>
    /// <exception cref="FileHeldException">another program has it open</exception>
    /// <exception cref="IOException">it can't be deleted</exception>
    /// <exception cref="UnauthorizedAccessException">it may not be deleted</exception>
    public void Delete(string path) => Patiently(path, () => DeleteNow(path));

    /// <summary>Deletes a folder with all that is in it.</summary>
    /// <exception cref="FileHeldException">another program has something in it open</exception>
    /// <exception cref="IOException">it can't be deleted</exception>
    /// <exception cref="UnauthorizedAccessException">it may not be deleted</exception>
    public void DeleteFolder(string path) => Patiently(path, () => DeleteFolderNow(path));

#pragma warning disable RS0030 // These are the operations that all others go through.
    internal virtual void MoveNow(string from, string to)
    {
        if (Directory.Exists(from))
        {
            Directory.Move(from, to);
        }
        else
        {
            File.Move(from, to, overwrite: true);
        }
    }

    internal virtual void DeleteNow(string path) => File.Delete(path);

    internal virtual void DeleteFolderNow(string path) => Directory.Delete(path, recursive: true);
#pragma warning restore RS0030

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

    private static FileStream OpenAny(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16);

    private void Patiently(string path, Action operation)
    {
        var start = Stopwatch.GetTimestamp();
        for (var wait = 5; ; wait = Math.Min(2 * wait, LongestWait))
        {
            try
            {
                operation();
                return;
            }
            catch (Exception failure) when (IsHeld(path, failure))
            {
                if (Stopwatch.GetElapsedTime(start) > s_patience)
                {
                    throw new FileHeldException($"{path}: another program has it open", failure);
                }

                Thread.Sleep(wait);
            }
        }
    }

    /// <summary>Whether an operation failed because a program has the file open, rather than for a reason that stays.</summary>
    private bool IsHeld(string path, Exception failure) => HoldsOpenFiles && failure is (IOException or UnauthorizedAccessException)
        && s_held.Contains(failure.HResult) && !(File.Exists(path) && new FileInfo(path).IsReadOnly);

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags);

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Flush(int descriptor);

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
