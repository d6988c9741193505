using IlgpuGan.Models.Runs;

namespace IlgpuGan.Models.Training;

/// <summary>Keeps two programs from training one run at the same time, which would mix their logs and checkpoints.</summary>
internal sealed class RunClaim : IDisposable
{
    /// <summary>Whoever only looks (<see cref="IsHeld"/>) has the file for a moment.</summary>
    private const int Tries = 5;

    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(20);

    private readonly FileStream _file;

    private RunClaim(FileStream file) => _file = file;

    /// <exception cref="RunException">another program trains the run at this moment, or its folder can't be written to</exception>
    public static RunClaim Take(RunDirectory directory)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                // The system lets go of the file however the program ends.
                var claim = new RunClaim(new FileStream(directory.Claim, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
                StopRequest.Forget(directory);
                return claim;
            }
            catch (IOException) when (tries < Tries && File.Exists(directory.Claim))
            {
                Thread.Sleep(s_between);
            }
            catch (IOException problem) when (File.Exists(directory.Claim))
            {
                throw new RunException(
                    $"{directory.Path}: another program is training this run now; wait for it, or stop it first", problem);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                throw new RunException($"{directory.Path}: can't be written: {problem.Message.TrimEnd('.')}", problem);
            }
        }
    }

    /// <summary>Whether a program trains the run at this moment.</summary>
    public static bool IsHeld(RunDirectory directory)
    {
        try
        {
            using var file = new FileStream(directory.Claim, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (Exception problem) when (problem is FileNotFoundException or UnauthorizedAccessException)
        {
            return false; // Nobody ever did, or it is somebody else's run, of which this can't be told.
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void Dispose() => _file.Dispose();
}
