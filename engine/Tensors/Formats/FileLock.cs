using System.Diagnostics;

namespace IlgpuGan.Tensors.Formats;

/// <summary>
/// A lock between programs: a file that is held open, which the operating system closes however the program ends. The file stays: if it
/// were deleted, who waits for it and who makes it anew would each hold a lock.
/// </summary>
internal static class FileLock
{
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(20);

    /// <summary>Takes the lock, which the stream's disposal gives back.</summary>
    /// <param name="file">the lock's file, made if need be</param>
    /// <param name="patience">time to wait for another program that holds it</param>
    /// <exception cref="FileHeldException">another program holds it still</exception>
    /// <exception cref="IOException">the file can't be made</exception>
    /// <exception cref="UnauthorizedAccessException">the file may not be made</exception>
    public static FileStream Take(string file, TimeSpan patience)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException held) when (IsHeldBy(held))
            {
                if (Stopwatch.GetElapsedTime(start) >= patience)
                {
                    throw new FileHeldException($"{file}: another program holds it; wait for it, or stop it", held);
                }

                Thread.Sleep(s_between);
            }
        }
    }

    /// <summary>
    /// Whether a file could not be opened because another program holds it: a sharing violation on Windows, or EWOULDBLOCK of flock. Other
    /// failures, such as a read-only file system, have other codes.
    /// </summary>
    public static bool IsHeldBy(IOException problem) => problem.HResult == (
        OperatingSystem.IsWindows() ? unchecked((int)0x80070020) : OperatingSystem.IsMacOS() ? 35 : 11);
}
