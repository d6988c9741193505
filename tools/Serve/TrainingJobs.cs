using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;

namespace IlgpuGan.Serve;

/// <summary>
/// Stops runs, whichever process trains them, and resumes them in separate processes: one at a time, since two would only share the same
/// processor. A run that was resumed here is saved and stopped when the server ends.
/// </summary>
/// <param name="command">the command that starts <c>ilgpugan</c>; null if runs can't be resumed</param>
internal sealed partial class TrainingJobs(IReadOnlyList<string>? command) : IDisposable
{
    /// <summary>Time-out for the last step and its checkpoint when the server ends.</summary>
    private static readonly TimeSpan s_stopTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Time between two requests to stop.</summary>
    private static readonly TimeSpan s_retryInterval = TimeSpan.FromSeconds(1);

    /// <summary>Exit codes of a training that was stopped.</summary>
    private const int HungUp = 129;
    private const int Interrupted = 130;
    private const int Terminated = 143;

    /// <summary>SIGTERM, on which a training is saved and stopped, too.</summary>
    private const int Terminate = 15;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _problems = new(StringComparer.Ordinal);
    private Task _training = Task.CompletedTask;
    private (string Name, RunDirectory Run) _own;
    private int _ownProcess;

    /// <summary>Whether runs can be resumed.</summary>
    public bool CanResume => command is not null;

    /// <summary>Whether a process trains the run, or has been started to do so.</summary>
    public bool IsTraining(string name, RunDirectory run)
    {
        lock (_lock)
        {
            return (_own.Name == name && !_training.IsCompleted) || TrainingRun.IsTrainedNow(run);
        }
    }

    /// <summary>Why the last attempt to resume the run failed; null if it did not fail, or there was none.</summary>
    public string? ProblemOf(string name)
    {
        lock (_lock)
        {
            return _problems.GetValueOrDefault(name);
        }
    }

    /// <summary>Requests the process that trains a run to stop after the current step.</summary>
    /// <exception cref="Refusal">the run is not being trained</exception>
    public void Stop(string name, RunDirectory run)
    {
        if (!TrainingRun.IsTrainedNow(run))
        {
            throw new Refusal(
                StatusCodes.Status409Conflict,
                IsTraining(name, run) ? $"{name} is still starting; try again in a moment" : $"{name} is not training now");
        }

        TrainingRun.RequestStop(run);
    }

    /// <summary>Resumes a run in a separate process.</summary>
    /// <exception cref="Refusal">the run is being trained already, or another run is, or this server does not resume runs</exception>
    public void Resume(string name, RunDirectory run)
    {
        if (command is null)
        {
            throw new Refusal(StatusCodes.Status409Conflict, "this server does not resume runs");
        }

        lock (_lock)
        {
            if (!_training.IsCompleted)
            {
                throw new Refusal(StatusCodes.Status409Conflict, $"{_own.Name} is training; stop it first: one run is trained at a time");
            }

            if (TrainingRun.IsTrainedNow(run))
            {
                throw new Refusal(StatusCodes.Status409Conflict, $"{name} is training already");
            }

            _problems.Remove(name);
            _own = (name, run);
            _training = Train(name, run);
        }
    }

    public void Dispose()
    {
        // Repeatedly: a process that is still starting discards requests that were made before it took over the run.
        var isSignalled = OperatingSystem.IsWindows(); // It has no such signals.
        for (var since = Stopwatch.GetTimestamp(); !_training.IsCompleted && Stopwatch.GetElapsedTime(since) < s_stopTimeout;)
        {
            try
            {
                TrainingRun.RequestStop(_own.Run);
            }
            catch (RunException) when (isSignalled)
            {
                // It may be possible later.
            }
            catch (RunException)
            {
                // The folder has been moved, or is not to be written to. Once: with a second signal the process would end unsaved.
                var own = Volatile.Read(ref _ownProcess);
                isSignalled = own > 0 && Signal(own, Terminate) == 0; // 0 is this program's own group.
            }

            _training.Wait(s_retryInterval);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);

    /// <summary>Runs the training process to its end. Failures are recorded, not thrown.</summary>
    private async Task Train(string name, RunDirectory run)
    {
        try
        {
            using var process =
                Process.Start(new ProcessStartInfo(command![0], [.. command.Skip(1), "train", "--resume", run.Path, "--quiet"])
            {
                UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true,
            })!;
            _ownProcess = process.Id;
            var (output, last) = (process.StandardOutput.ReadToEndAsync(), "");
            while (await process.StandardError.ReadLineAsync() is { } line)
            {
                last = string.IsNullOrWhiteSpace(line) ? last : line;
            }

            await output;
            await process.WaitForExitAsync();
            if (process.ExitCode is not (0 or HungUp or Interrupted or Terminated))
            {
                Record(last.Length > 0 ? last : $"it ended with code {process.ExitCode}");
            }
        }
        catch (Win32Exception problem)
        {
            Record(problem.Message); // The program can't be started.
        }

        void Record(string problem)
        {
            lock (_lock)
            {
                _problems[name] = problem.Replace(run.Path, name, StringComparison.Ordinal);
            }
        }
    }
}
