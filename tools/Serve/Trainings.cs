using System.ComponentModel;
using System.Diagnostics;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;

namespace IlgpuGan.Serve;

/// <summary>
/// Stops runs, whichever process trains them, and resumes them: each in a separate process, one at a time, since two would only share the
/// same processor. A run that was begun here ends with the server, saved.
/// </summary>
/// <param name="command">the program <c>ilgpugan</c> with its first arguments; null if runs can't be resumed</param>
internal sealed class Trainings(IReadOnlyList<string>? command) : IDisposable
{
    /// <summary>That a step and the saving after it may take when the server ends.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Between asking and asking again.</summary>
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(1);

    /// <summary>How that program ends when it was asked to stop.</summary>
    private const int Interrupted = 130;
    private const int Terminated = 143;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _problems = new(StringComparer.Ordinal);
    private Task _training = Task.CompletedTask;
    private (string Name, RunDirectory Run) _own;

    /// <summary>Whether runs can be resumed.</summary>
    public bool CanResume => command is not null;

    /// <summary>Whether a run is trained at this moment, or a program has been started that will.</summary>
    public bool IsTraining(string name, RunDirectory run)
    {
        lock (_lock)
        {
            return (_own.Name == name && !_training.IsCompleted) || TrainingRun.IsTrainedNow(run);
        }
    }

    /// <summary>Why the last attempt to resume the run failed; null if it did not, or there was none.</summary>
    public string? ProblemOf(string name)
    {
        lock (_lock)
        {
            return _problems.GetValueOrDefault(name);
        }
    }

    /// <summary>Asks the process that trains a run to stop after the current step.</summary>
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

    /// <summary>Goes on with a run.</summary>
    /// <exception cref="Refusal">it is being trained already, or another run is, or this server does not resume runs</exception>
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
        // Again and again: a program that is only starting forgets what it was asked before the run was its own.
        for (var since = Stopwatch.GetTimestamp(); !_training.IsCompleted && Stopwatch.GetElapsedTime(since) < s_patience;)
        {
            TrainingRun.RequestStop(_own.Run);
            _training.Wait(s_between);
        }
    }

    /// <summary>Until the process ends; never fails.</summary>
    private async Task Train(string name, RunDirectory run)
    {
        try
        {
            using var process =
                Process.Start(new ProcessStartInfo(command![0], [.. command.Skip(1), "train", "--resume", run.Path, "--quiet"])
            {
                UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true,
            })!;
            var (output, last) = (process.StandardOutput.ReadToEndAsync(), "");
            while (await process.StandardError.ReadLineAsync() is { } line)
            {
                last = string.IsNullOrWhiteSpace(line) ? last : line;
            }

            await output;
            await process.WaitForExitAsync();
            if (process.ExitCode is not (0 or Interrupted or Terminated))
            {
                Note(last.Length > 0 ? last : $"it ended with code {process.ExitCode}");
            }
        }
        catch (Win32Exception problem)
        {
            Note(problem.Message); // The program can't be started.
        }

        void Note(string problem)
        {
            lock (_lock)
            {
                _problems[name] = problem.Replace(run.Path, name, StringComparison.Ordinal);
            }
        }
    }
}
