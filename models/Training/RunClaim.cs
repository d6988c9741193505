using IlgpuGan.Models.Runs;

namespace IlgpuGan.Models.Training;

/// <summary>Keeps two programs from training one run at the same time, which would mix their logs and checkpoints.</summary>
internal sealed class RunClaim : IDisposable
{
    private readonly FileStream _file;

    private RunClaim(FileStream file) => _file = file;

    /// <exception cref="RunException">another program trains the run at this moment, or its folder can't be written to</exception>
    public static RunClaim Take(RunDirectory directory)
    {
        try
        {
            // The system lets go of the file however the program ends.
            return new RunClaim(new FileStream(directory.Claim, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException problem) when (File.Exists(directory.Claim))
        {
            throw new RunException($"{directory.Path}: another program is training this run now; wait for it, or stop it first", problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new RunException($"{directory.Path}: can't be written: {problem.Message.TrimEnd('.')}", problem);
        }
    }

    public void Dispose() => _file.Dispose();
}
