using System.Security.Cryptography;

namespace IlgpuGan.Tensors.Formats;

/// <summary>Replaces files atomically: at any time the name refers to the complete old or the complete new file.</summary>
/// <remarks>
/// The bytes are written to <see cref="TemporaryOf"/> beside the target and flushed to disk; then the file is renamed over the target, and
/// the folder is flushed, so that the rename survives a power cut. A killed process leaves at most the temporary file, which the next write
/// deletes. Programs and threads that write a file at the same time have temporary files of their own, and the last one's stays. Where the
/// rename is all that fails, the temporary file is kept, and the message names it. A link is replaced, and what it leads to stays: that may
/// be another result. A file of the same owner keeps its mode. What is no file, such as a pipe, is written to.
/// </remarks>
internal static class AtomicFile
{
    public const string TemporarySuffix = ".tmp";

    /// <summary>Bytes of a path that every file system takes, with room for the suffix.</summary>
    private const int UsualLength = 120;

    /// <summary>
    /// Longer than a program leaves its temporary file unlocked: between making and locking it, and between closing and renaming it.
    /// </summary>
    private static readonly TimeSpan s_unlocked = TimeSpan.FromMilliseconds(50);

    private static readonly Lock s_deleting = new();

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes its bytes.</param>
    /// <param name="durable">
    /// False to skip flushing, for many small files that can be made again. The replacement is atomic all the same.
    /// </param>
    /// <exception cref="FileHeldException">On Windows, another program has the file open; the message names the new one.</exception>
    /// <exception cref="IOException">
    /// The disk is full, or the folder is missing or not writable; the message names the file and the cause. An existing file stays as it
    /// was.
    /// </exception>
    public static void Write(string path, Action<Stream> write, bool durable = true)
    {
        string temporary;
        try
        {
            if (OutputPath.StandardStream(path) is { } number)
            {
                using var standard = number == 1 ? Console.OpenStandardOutput() : Console.OpenStandardError();
                Disk.Writing(() => write(standard));
                return;
            }

            if (FileStatus.IsSpecial(path))
            {
                using var device = new FileStream(path, FileMode.Open, FileAccess.Write);
                Disk.Writing(() => write(device));
                return;
            }

            temporary = WriteTemporary(path, write, durable);
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException && e is not CheckpointFormatException))
        {
            throw new IOException($"{path}: {OutputPath.ObstacleOf(path, e)}", e);
        }

        Rename(temporary, path);
        if (durable)
        {
            Disk.Current.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(temporary))!);
        }
    }

    /// <summary>Writes a text in UTF-8.</summary>
    /// <exception cref="IOException">As in <see cref="Write"/>.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Writes a copy of a file, for the same readers and of the same date.</summary>
    /// <exception cref="IOException">the file can't be read, or as in <see cref="Write"/></exception>
    /// <exception cref="UnauthorizedAccessException">the file may not be read</exception>
    public static void Copy(string from, string to, bool durable = true)
    {
        using var source = Disk.OpenRead(from); // Here: what is wrong with it is not said of the copy.
        Write(
            to,
            target =>
            {
                source.CopyTo(target);
                target.Flush();
                if (target is FileStream copy && !FileStatus.IsSpecial(to))
                {
                    CopyModeAndDate(from, copy);
                }
            },
            durable);
    }

    private static void CopyModeAndDate(string from, FileStream to)
    {
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(to.SafeFileHandle, File.GetUnixFileMode(from));
            }

            File.SetLastWriteTimeUtc(to.SafeFileHandle, File.GetLastWriteTimeUtc(from));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A memory card or a network drive may know no modes; the bytes are what matters.
        }
    }

    /// <summary>
    /// Gives a temporary file the mode of the file that it is to replace, if there is one of the same owner: another's would lock that
    /// owner out, or those of a group.
    /// </summary>
    public static void KeepMode(string path, string temporary)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path) || !FileStatus.HaveOneOwner(path, temporary))
        {
            return;
        }

        try
        {
            // Left behind by a kill, it must be writable to be deleted.
            File.SetUnixFileMode(temporary, File.GetUnixFileMode(path) | UnixFileMode.UserWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As above.
        }
    }

    /// <summary>
    /// The temporary file of a file: <c>NAME.tmp</c>, or for a long path one whose name is no longer than that of the file, so that
    /// whatever can be named can be written.
    /// </summary>
    /// <param name="path">the file</param>
    /// <param name="suffix">another one for what else is kept beside the file until it is complete</param>
    public static string TemporaryOf(string path, string suffix = TemporarySuffix)
    {
        if (Encoding.UTF8.GetByteCount(Path.GetFullPath(path)) <= UsualLength)
        {
            return path + suffix;
        }

        // Distinct names stay distinct: the first of their characters are kept, and a hash of all.
        var name = Path.GetFileName(path);
        var end = $"~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 4))}{suffix}";
        var (room, kept) = (Encoding.UTF8.GetByteCount(name) - end.Length, new StringBuilder());
        foreach (var rune in name.EnumerateRunes())
        {
            room -= rune.Utf8SequenceLength;
            if (room < 0 || kept.Length + rune.Utf16SequenceLength + end.Length > name.Length)
            {
                break;
            }

            kept.Append(rune);
        }

        return kept.Length == 0 ? path + suffix : Path.Combine(Path.GetDirectoryName(path) ?? "", $"{kept}{end}");
    }

    /// <summary>Gives a complete temporary file its name.</summary>
    /// <exception cref="FileHeldException">on Windows, another program has that file open; the temporary one is kept</exception>
    /// <exception cref="IOException">
    /// it can't be renamed, for the reason that the message gives; the temporary file is kept, if it is still there
    /// </exception>
    public static void Rename(string temporary, string path)
    {
        try
        {
            if (FileStatus.IsSpecial(path))
            {
                throw new IOException("is no ordinary file but a pipe or a device");
            }

            Disk.Current.Move(temporary, path);
        }
        catch (FileHeldException held)
        {
            throw new FileHeldException($"{held.Message}; what was to be written is in {temporary}", held);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(path))
            {
                Disk.Current.Delete(temporary);
            }

            var kept = File.Exists(temporary) ? $"; what was to be written is in {temporary}" : "";
            throw new IOException($"{path}: {OutputPath.ObstacleOf(path, e)}{kept}", e);
        }
    }

    /// <returns>the temporary file</returns>
    private static string WriteTemporary(string path, Action<Stream> write, bool durable)
    {
        var disk = Disk.Current;
        var (temporary, stream) = OpenTemporary(path, disk);
        try
        {
            Disk.Writing(() =>
            {
                using (stream)
                {
                    KeepMode(path, temporary); // First: who may not read the file must not read it meanwhile.
                    write(stream);
                    stream.Flush(flushToDisk: durable);
                }
            });
            return temporary;
        }
        catch
        {
            disk.Delete(temporary);
            throw;
        }
    }

    /// <summary>
    /// Makes the temporary file, which nobody else may have made: who wrote into another program's would write into what that publishes.
    /// </summary>
    private static (string Temporary, FileStream Stream) OpenTemporary(string path, Disk disk)
    {
        var usual = TemporaryOf(path);
        var temporary = usual;
        while (true)
        {
            try
            {
                return (temporary, disk.Open(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None));
            }
            catch (IOException) when (temporary == usual || File.Exists(temporary)) // Another's may have got its name meanwhile.
            {
                if (!DeleteLeftOver(temporary))
                {
                    temporary = TemporaryOf(path, $".{Guid.NewGuid():N}"[..9] + TemporarySuffix);
                }
            }
        }
    }

    /// <summary>Deletes what a killed process has left behind.</summary>
    /// <returns>false if the file is being written, is gone, can't be deleted, or has a successor</returns>
    private static bool DeleteLeftOver(string temporary)
    {
        try
        {
            // A file that somebody writes may be found unlocked, but does not stay so.
            var found = StateOf(temporary);
            Disk.OpenRead(temporary).Dispose();
            Thread.Sleep(s_unlocked);
            lock (s_deleting)
            {
                if (StateOf(temporary) != found)
                {
                    return false;
                }

                // Deleted while it is locked: another program can't take it for a left-over at the same time, and delete its successor.
                new FileStream(
                    temporary, FileMode.Open, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose).Dispose();
                return !File.Exists(temporary);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <exception cref="IOException">there is no such file</exception>
    private static (long Length, DateTime Written) StateOf(string temporary)
    {
        var file = new FileInfo(temporary);
        return (file.Length, file.LastWriteTimeUtc);
    }
}
