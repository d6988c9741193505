using System.Collections.Concurrent;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Serve;

/// <summary>
/// The runs in a folder, listed anew for each request, by folder name: no text of a request ever becomes a path.
/// </summary>
/// <param name="folder">holds runs, or is a run; null for none</param>
/// <param name="trainings">stops and resumes them</param>
internal sealed class RunRegistry(string? folder, TrainingJobs trainings)
{
    /// <summary>What the names of event files begin with; seconds since 1970 follow.</summary>
    private const string EventFiles = "events.out.tfevents.";

    private readonly ConcurrentDictionary<string, (string State, RunReport Report)> _read = new(StringComparer.Ordinal);

    /// <summary>All runs, ordered by name.</summary>
    public IReadOnlyList<(string Name, RunDirectory Run)> All() => folder is null || !Directory.Exists(folder) ? []
        : [.. Directory.EnumerateDirectories(folder).Append(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar))
            .Select(path => (Name: Path.GetFileName(path), Run: new RunDirectory(path)))
            .Where(run => File.Exists(run.Run.Options))
            .DistinctBy(run => run.Name)
            .OrderBy(run => run.Name, StringComparer.Ordinal)];

    /// <exception cref="Refusal">there is no run of that name</exception>
    public RunDirectory Find(string? name) => All().FirstOrDefault(run => run.Name == name).Run
        ?? throw new Refusal(StatusCodes.Status404NotFound, "there is no run of that name; GET /api/runs lists them");

    /// <summary>The list of runs; for a run that can't be read, the reason.</summary>
    public IEnumerable<object> Describe() => All().Select(run =>
    {
        try
        {
            var report = Read(run.Run);
            return (object)new
            {
                name = run.Name,
                family = report.Title.Split(':')[0],
                step = report.Step,
                total_steps = report.TotalSteps,
                finished = report.Finished,
                is_training = trainings.IsTraining(run.Name, run.Run),
                can_resume = trainings.CanResume && !report.Finished,
                problem_of_training = trainings.ProblemOf(run.Name),
                samples = report.Samples.Count,
                started = StartOf(run.Run),
                seconds = report.Time?.Seconds,
                losses = report.Log.Count > 0 ? RunFeed.Finite(report.Log[^1].Losses) : [],
                score = report.Metrics.Select(m => new { name = m.Name, value = m.ValueText }).FirstOrDefault(),
            };
        }
        catch (Exception problem) when (problem is RunException or OptionsException or IOException or UnauthorizedAccessException)
        {
            return new { name = run.Name, problem = problem.Message.Replace(run.Run.Path, run.Name, StringComparison.Ordinal) };
        }
    });

    /// <summary>A run's options, curves and samples.</summary>
    /// <exception cref="Refusal">there is no such run, or it can't be read</exception>
    public object Describe(string? name)
    {
        var report = Report(name);
        return new
        {
            name,
            title = report.Title,
            step = report.Step,
            total_steps = report.TotalSteps,
            finished = report.Finished,
            options = report.Options.ToDictionary(o => o.Key, o => o.Value),
            curves = LossSeries.From(report.Log).Select(s => new { name = s.Name, steps = s.Steps, raw = s.Raw, smooth = s.Smooth }),
            samples_from_training = report.ShowsTrainingPictures,
            samples = report.Samples.Select((s, i) => new { index = i, step = s.Step, columns = s.Columns }),
        };
    }

    /// <exception cref="Refusal">there is no such run, or it can't be read</exception>
    public RunReport Report(string? name)
    {
        var run = Find(name);
        try
        {
            return Read(run);
        }
        catch (Exception problem) when (problem is RunException or OptionsException or IOException or UnauthorizedAccessException)
        {
            throw Unreadable(name, run, problem);
        }
    }

    /// <summary>Requests the process that trains a run to stop.</summary>
    /// <exception cref="Refusal">there is no such run, or it is not being trained, or the request can't be written</exception>
    public void Stop(string? name)
    {
        var run = Find(name);
        try
        {
            trainings.Stop(name!, run);
        }
        catch (RunException problem)
        {
            throw Unreadable(name, run, problem);
        }
    }

    /// <summary>Resumes a run.</summary>
    /// <exception cref="Refusal">there is no such run, or it is finished, or a run is being trained</exception>
    public void Resume(string? name)
    {
        if (Report(name).Finished)
        {
            throw new Refusal(StatusCodes.Status409Conflict, $"{name} has taken all its steps");
        }

        trainings.Resume(name!, Find(name));
    }

    /// <summary>The PNG of one of a run's samples.</summary>
    /// <exception cref="Refusal">there is no such run or sample</exception>
    public byte[] Sample(string? name, string? index)
    {
        var samples = Report(name).Samples;
        return int.TryParse(index, out var i) && i >= 0 && i < samples.Count && File.Exists(samples[i].Path)
            ? Disk.ReadBytes(samples[i].Path)
            : throw new Refusal(StatusCodes.Status404NotFound, "there is no sample of that number");
    }

    /// <summary>A run's report, cached until one of its files changes.</summary>
    private RunReport Read(RunDirectory run)
    {
        var state = $"{run.State()} {TrainingRun.IsTrainedNow(run)}";
        if (_read.TryGetValue(run.Path, out var known) && known.State == state)
        {
            return known.Report;
        }

        var report = StoredReport.Read(run.Path);
        _read[run.Path] = (state, report);
        return report;
    }

    /// <summary>
    /// When a run logged its first step: its first event file has the time in its name, which no later work changes and a copy keeps.
    /// Without event files, or with a time there that is none, it is when the log was made.
    /// </summary>
    private static DateTime StartOf(RunDirectory run)
    {
        var first = run.AllEvents().Select(file => Path.GetFileName(file))
            .Where(name => name.StartsWith(EventFiles, StringComparison.Ordinal)).Min(StringComparer.Ordinal);
        return first is not null && long.TryParse(first[EventFiles.Length..].Split('.')[0], out var seconds)
            && seconds >= 0 && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime
            : File.GetCreationTimeUtc(File.Exists(run.Log) ? run.Log : run.Options);
    }

    private static Refusal Unreadable(string? name, RunDirectory run, Exception problem) =>
        new(StatusCodes.Status409Conflict, problem.Message.Replace(run.Path, name, StringComparison.Ordinal));
}
