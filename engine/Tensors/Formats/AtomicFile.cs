namespace IlgpuGan.Tensors.Formats;

/// <summary>Writes a file so that its name always stands for a whole one: the old until the last moment, then the new.</summary>
/// <remarks>
/// The bytes go to <c>NAME.tmp</c> beside the target, are flushed to the disk, and only then renamed over it; at last the folder is
/// flushed, so that the rename outlives a power cut. A killed process leaves at most that one temporary file, which the next write reuses.
/// </remarks>
public static class AtomicFile
{
    public const string TemporarySuffix = ".tmp";

    /// <param name="path">The file.</param>
    /// <param name="write">Writes its bytes.</param>
    /// <param name="durable">
    /// False for what can be made again: not flushed, so that many small files are written fast. Whole or absent all the same.
    /// </param>
    /// <exception cref="IOException">
    /// The disk is full, the folder is missing or can't be written to: the message names the file and says which. A file already there is
    /// untouched.
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
    /// <exception cref="IOException">As <see cref="Write"/>.</exception>
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
