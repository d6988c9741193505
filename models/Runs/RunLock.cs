using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Runs;

/// <summary>A lock on a run's folder: two programs that train the same run would mix their logs and checkpoints.</summary>
internal sealed class RunLock : IDisposable
{
    /// <summary><see cref="IsHeld"/> in another process opens the file for a moment.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);

    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <param name="directory">the run's folder, or another that one program at a time works in</param>
    /// <param name="isHeld">what is said of the folder if another program holds the lock</param>
    /// <exception cref="RunException">another program is training the run, or its folder or a file in it can't be written to</exception>
    public static RunLock Take(
        RunDirectory directory, string isHeld = "another program is training this run now; wait for it, or stop it first")
    {
        try
        {
            directory.RequireFiles();
            var held = new RunLock(FileLock.Take(directory.LockFile, s_patience));
            try
            {
                StopRequest.Delete(directory);
                return held;
            }
            catch
            {
                held.Dispose(); // Or the run would count as being trained until the program ends.
                throw;
            }
        }
        catch (FileHeldException problem)
        {
            throw new RunException($"{directory.Path}: {isHeld}", problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new RunException($"{directory.Path}: can't be written: {problem.Message.TrimEnd('.')}", problem);
        }
    }

    /// <summary>Whether a program is training the run.</summary>
    public static bool IsHeld(RunDirectory directory)
    {
        try
        {
            FileStatus.RequireFile(directory.LockFile);
            using var file = new FileStream(directory.LockFile, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (Exception problem) when (problem is FileNotFoundException or UnauthorizedAccessException)
        {
            return false; // It was never trained here, or the file belongs to another user and can't be opened.
        }
        catch (IOException problem)
        {
            return FileLock.IsHeldBy(problem);
        }
    }

    public void Dispose() => _file.Dispose();
}
