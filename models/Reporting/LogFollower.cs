using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Reporting;

/// <summary>
/// Reads a log while it is being written: each call returns the complete lines added since the last call, up to a size limit. Not
/// thread-safe.
/// </summary>
/// <param name="path">path of a run's <c>log.jsonl</c>, which may not exist yet</param>
/// <param name="most">most bytes to read at a time; longer lines are skipped as damaged</param>
internal sealed class LogFollower(string path, int most = 1 << 20)
{
    private long _read;
    private long _lastStep;

    /// <summary>The new entries since the last call. If there are many, the first ones; further calls return the rest.</summary>
    /// <returns>
    /// entries in logged order, and whether the log was replaced, for example when a run resumed from an earlier step; the entries then
    /// start from its beginning
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

    /// <returns>end of the last complete line that was read; the file's length if that is not beyond the offset</returns>
    private long ReadFrom(long offset, List<LogEntry> entries)
    {
        using var file = Disk.OpenRead(path);
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
