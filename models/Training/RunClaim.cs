using IlgpuGan.Models.Runs;

namespace IlgpuGan.Models.Training;

/// <summary>
/// A program's claim to a run's folder: the lock, and whether the program has started the run, and what it has made there. The lock is held
/// from before a resume reads or a new run writes its first file to the end of the first training; a further training takes it again.
/// </summary>
/// <param name="directory">the run's folder</param>
/// <param name="held">the lock of a run that is to be resumed; null for a new run, and in processes that write no files</param>
internal sealed class RunClaim(RunDirectory directory, RunLock? held = null) : IDisposable
{
    /// <summary>Null from the first training on, which then holds it.</summary>
    private RunLock? _lock = held;

    /// <summary>Whether the run was started under this claim.</summary>
    public bool IsNew { get; private set; }

    /// <summary>Whether the folder was made for it.</summary>
    public bool MadeFolder { get; private set; }

    /// <summary>Files named as those of a run that were in the folder before it was started.</summary>
    public IReadOnlyList<string> FilesBefore { get; private set; } = [];

    /// <summary>Makes the folder of a new run, and locks it.</summary>
    /// <exception cref="RunException">the folder holds a run, or can't be written to</exception>
    public void Make()
    {
        MadeFolder = !Directory.Exists(directory.Path);
        FilesBefore = [.. directory.AllOfStart(), .. directory.AllEvents()];
        directory.Create();
        _lock = RunLock.Take(directory);
        directory.RequireNoRun(); // Another program may have started a run meanwhile.
        IsNew = true;
    }

    /// <summary>The lock for a training, whose to dispose it is.</summary>
    /// <param name="savedStep">steps taken when this program last saved the run</param>
    /// <exception cref="RunException">another program trains the run, or has trained it since</exception>
    public RunLock HandOver(long savedStep)
    {
        if (Interlocked.Exchange(ref _lock, null) is { } taken)
        {
            return taken;
        }

        var runLock = RunLock.Take(directory);
        if (!directory.Exists || Checkpoint.Read(directory.Latest).Position.Step == savedStep)
        {
            return runLock;
        }

        runLock.Dispose();
        throw new RunException($"{directory.Path}: another program has continued the run since; resume it again");
    }

    public void Dispose() => _lock?.Dispose();
}
