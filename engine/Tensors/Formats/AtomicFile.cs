namespace IlgpuGan.Tensors.Formats;

/// <summary>Replaces files atomically: at any time the name refers to the complete old or the complete new file.</summary>
/// <remarks>
/// The bytes are written to <c>NAME.tmp</c> beside the target and flushed to disk; then the file is renamed over the target, and the folder
/// is flushed, so that the rename survives a power cut. A killed process leaves at most the temporary file, which the next write reuses.
/// </remarks>
public static class AtomicFile
{
    public const string TemporarySuffix = ".tmp";

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes its bytes.</param>
    /// <param name="durable">
    /// False to skip flushing, for many small files that can be made again. The replacement is atomic all the same.
    /// </param>
    /// <exception cref="IOException">
    /// The disk is full, or the folder is missing or not writable; the message names the file and the cause. An existing file stays as it
    /// was.
    /// </exception>
    public static void Write(string path, Action<FileStream> write, bool durable = true)
    {
        try
        {
            Replace(path, write, durable);
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException && e is not CheckpointFormatException))
        {
            throw new IOException($"{path}: {OutputPath.ObstacleOf(path, e)}", e);
        }

        if (durable)
        {
            Disk.Current.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
    }

    /// <summary>Writes a text in UTF-8.</summary>
    /// <exception cref="IOException">As in <see cref="Write"/>.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private static void Replace(string path, Action<FileStream> write, bool durable)
    {
        if (OutputPath.IsDevice(path))
        {
            using var device = new FileStream(path, FileMode.Open, FileAccess.Write);
            write(device);
            return;
        }

        var temporary = path + TemporarySuffix;
        var disk = Disk.Current;
        var stream = disk.Open(temporary, FileMode.Create, FileAccess.Write, FileShare.None);
        try
        {
            using (stream)
            {
                write(stream);
                stream.Flush(flushToDisk: durable);
            }

            disk.Move(temporary, path);
        }
        catch
        {
            disk.Delete(temporary);
            throw;
        }
    }
}
