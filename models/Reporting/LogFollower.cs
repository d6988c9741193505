namespace IlgpuGan.Models.Reporting;

/// <summary>
/// Reads a log while it is written: each time the whole lines that have come since, as far as a reader should hold them at once. For one
/// reader.
/// </summary>
/// <param name="path">of a run's <c>log.jsonl</c>, which need not be there yet</param>
/// <param name="most">bytes to read at a time; a longer line is no line of a log and is left out</param>
public sealed class LogFollower(string path, int most = 1 << 20)
{
    private long _read;
    private long _lastStep;

    /// <summary>The new entries since the last call; if there are many, the first ones, and the rest in further calls.</summary>
    /// <returns>
    /// entries in logged order, and whether the log is another than it was, as when a run goes on from an earlier step: then they are its
    /// first
    /// </returns>
    /// <exception cref="IOException">the file can't be read</exception>
    public (bool IsReset, IReadOnlyList<LogEntry> Entries) Read()
    {
        var fresh = new List<LogEntry>();
        var reached = File.Exists(path) ? ReadFrom(_read, fresh) : 0;
        var isAnew = reached < _read || (fresh.Count > 0 && fresh[0].Step <= _lastStep);
        if (isAnew)
        {
            fresh.Clear();
            reached = File.Exists(path) ? ReadFrom(0, fresh) : 0;
        }

        (_read, _lastStep) = (reached, fresh.Count > 0 ? fresh[^1].Step : isAnew ? 0 : _lastStep);
        return (isAnew, fresh);
    }

    /// <returns>
    /// where the last whole line ends that was read; nothing but the file's length where it is shorter than the offset
    /// </returns>
    private long ReadFrom(long offset, List<LogEntry> entries)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length <= offset)
        {
            return file.Length;
        }

        file.Seek(offset, SeekOrigin.Begin);
        var bytes = new byte[Math.Min(file.Length - offset, most)];
        var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var length = bytes.AsSpan(0, read).LastIndexOf((byte)'\n') + 1;
        if (length == 0 && read == most)
        {
            return offset + read;
        }

        foreach (var line in Encoding.UTF8.GetString(bytes, 0, length).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (LogEntry.Parse(line) is { } entry)
            {
                entries.Add(entry);
            }
        }

        return offset + length;
    }
}
