using System.Diagnostics;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.Models.Training;

/// <summary>
/// The steps of a run: takes them, reads and logs their losses, and keeps the position, which the checkpoints store.
/// </summary>
/// <param name="model">takes the steps</param>
/// <param name="writer">writes the run's files</param>
/// <param name="timer">the run's clock</param>
/// <param name="perEpoch">steps of an epoch</param>
internal sealed class RunSteps(GanModel model, RunWriter writer, StepTimer timer, int perEpoch)
{
    /// <summary>Fewest lines of the log in a run with enough steps: a curve with fewer points shows little.</summary>
    private const int LogLines = 100;

    /// <summary>Most steps between lines of the log by default.</summary>
    private const int MostLogFreq = 100;

    private readonly LearningRateSchedule _schedule = new(model.Options, (CountOf(model.Options, perEpoch) + perEpoch - 1) / perEpoch);
    private readonly IReadOnlyList<string> _followed = model.Options.Followed(model.Family.Info.QualityLosses);
    private RunPosition _position = new();
    private RunLog? _log;
    private ITrainingObserver? _observer;
    private bool _hasTaken;

    /// <summary>The latest step whose losses have not been read yet; null if there is none.</summary>
    private TrainingProgress? _unread;

    /// <summary>The latest step whose losses have been read, if they are not in the log.</summary>
    private TrainingProgress? _notLogged;

    public GanModel Model => model;

    /// <summary>Where the run is; setting it sets the learning rate schedule, too.</summary>
    public RunPosition Position
    {
        get => _position;
        set => (_position, _schedule.State) = (value, value.Schedule);
    }

    /// <summary>Steps taken.</summary>
    public long Taken => _position.Step;

    public int PerEpoch => perEpoch;

    /// <summary>Whether the model can show its last step: a resumed one is in its first stage until the next step.</summary>
    public bool CanShow => _hasTaken || Taken == 0 || model.StageAt(Taken - 1) == 0;

    public long Total => CountOf(model.Options, perEpoch);

    /// <summary>
    /// Whether the model's state is that after <see cref="Taken"/> steps: not within a step, also one that failed, nor after a loss that is
    /// not finite. What is not whole is neither saved nor trained further.
    /// </summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>Number of steps that options define.</summary>
    public static long CountOf(TrainingOptions options, int perEpoch)
    {
        var epochs = (long)options.Epochs + options.EpochsDecay;
        return options.Steps ?? (epochs == 0 ? options.WholeLength : null) ?? epochs * perEpoch;
    }

    /// <summary>Steps between lines of the log.</summary>
    public static long LogFreqOf(TrainingOptions options, long steps) => options.LogFreq ?? Math.Clamp(steps / LogLines, 1, MostLogFreq);

    /// <summary>Starts the clock for the first step.</summary>
    public void Begin() => timer.Begin(_position.Seconds, _position.ProcessorSeconds);

    /// <inheritdoc cref="StepTimer.Skip"/>
    public void Skip(long since) => timer.Skip(since);

    /// <summary>Tells a log and an observer of the steps from now on; null for none.</summary>
    public void Tell(RunLog? log, ITrainingObserver? observer) => (_log, _observer, writer.Observer) = (log, observer, observer);

    public void Take(Batch batch)
    {
        var epoch = batch.Epoch + 1;
        var losses = model.Device.WorkQueue.Run(() =>
        {
            model.Device.RequireThread(); // Refuses who does not take turns, before anything has changed.
            model.LearningRate = _schedule.Rate((int)epoch);
            IsWhole = false;
            return model.Step(batch, Taken);
        });
        var seconds = timer.Tick();
        _position = _position with { Step = Taken + 1, Seconds = timer.Seconds, Due = DueWork.All };
        (IsWhole, _hasTaken) = (true, true);
        var earlier = _unread;
        _unread = new TrainingProgress
        {
            Step = Taken, TotalSteps = Total, Epoch = epoch, Losses = losses, LearningRate = model.RateAt(Taken - 1),
            StepSeconds = seconds, ImagesPerSecond = batch.Share.Total / timer.SecondsPerStep, Elapsed = timer.Elapsed,
            Remaining = TimeSpan.FromSeconds(timer.SecondsPerStep * (Total - Taken)), Seconds = _position.Seconds,
        };
        if (earlier is not null)
        {
            ReadLosses(earlier);
        }

        if (losses is not StepLosses { AreReady: false })
        {
            ReadLosses();
        }
    }

    /// <summary>
    /// Reads and logs the losses of the latest step that has not been read yet. On an asynchronous device the next step is launched first,
    /// so that the device never waits for the host.
    /// </summary>
    /// <exception cref="NonFiniteLossException">a loss is NaN or infinite</exception>
    public void ReadLosses()
    {
        if (_unread is { } progress)
        {
            _unread = null;
            ReadLosses(progress);
        }
    }

    /// <summary>Logs the last step, whatever the interval of the log.</summary>
    public void LogLast()
    {
        if (_notLogged is { } last)
        {
            Log(last);
            _observer?.Logged(last);
        }
    }

    /// <summary>Writes the line that an earlier training could not write.</summary>
    public void LogLate()
    {
        if (_notLogged is { } last && IsLogged(last))
        {
            Log(last);
        }
    }

    /// <summary>After the last step of an epoch, passes the epoch's loss to the learning rate schedule.</summary>
    public void EndEpoch()
    {
        if (Taken % perEpoch == 0 && _position.EpochLossCount > 0)
        {
            _schedule.EpochEnded((float)(_position.EpochLossSum / _position.EpochLossCount));
            _position = _position with { EpochLossSum = 0, EpochLossCount = 0, Schedule = _schedule.State };
        }
    }

    /// <summary>Notes damaged files that are left out from now on.</summary>
    /// <param name="all">all that the run leaves out</param>
    /// <param name="added">the new ones among them</param>
    public void LeaveOut(IReadOnlyList<LeftOutFile>? all, IReadOnlyList<LeftOutFile> added)
    {
        _position = _position with { LeftOut = all };
        foreach (var file in added)
        {
            writer.Writing(() => _log?.Write(file));
            _observer?.Warned($"{file.Reason.TrimEnd('.')}; it is left out {file.StepsWithout()}");
        }
    }

    /// <summary>Writes the latest checkpoint.</summary>
    /// <param name="due">what is to be done first by who goes on from it</param>
    public void Save(DueWork due = DueWork.None)
    {
        _position = _position with { Seconds = timer.Seconds, ProcessorSeconds = timer.ProcessorSeconds };
        writer.Save(_position with { Due = due });
    }

    /// <summary>The epoch that ended with the last step, if options keep a numbered checkpoint of it; otherwise null.</summary>
    public long? EpochToNumber(TrainingOptions options)
    {
        var (epoch, stepOfEpoch) = Math.DivRem(Taken, perEpoch);
        var kept = Taken > 0 && stepOfEpoch == 0 && options.SaveEpochFreq > 0
            && (epoch % options.SaveEpochFreq == 0 || Taken == CountOf(options, perEpoch));
        return kept ? epoch : null;
    }

    private void ReadLosses(TrainingProgress progress)
    {
        var losses = progress.Losses;
        var quality = losses.Where(l => _followed.Contains(l.Name)).ToList();
        var since = Stopwatch.GetTimestamp();
        if (quality.Count > 0)
        {
            _position = _position with { EpochLossSum = _position.EpochLossSum + quality.Sum(l => (double)l.Value),
                EpochLossCount = _position.EpochLossCount + 1 };
        }

        var broken = losses.FirstOrDefault(l => !float.IsFinite(l.Value));
        IsWhole &= broken.Name is null;
        _notLogged = progress;
        var isLogged = IsLogged(progress);
        if (isLogged)
        {
            Log(progress); // First: an observer may fail.
        }

        _observer?.Stepped(progress);
        if (isLogged)
        {
            _observer?.Logged(progress);
        }

        if (broken.Name is not null)
        {
            throw writer.Diverged($"{broken.Name} became {broken.Value}", broken.Name, progress.Step);
        }

        timer.Skip(since);
    }

    /// <summary>Whether a step has a line in the log.</summary>
    private bool IsLogged(TrainingProgress progress) =>
        progress.Step % LogFreqOf(model.Options, Total) == 0 || progress.Step == 1 || progress.Step == Total
        || progress.Losses.Any(l => !float.IsFinite(l.Value));

    /// <summary>Writes a step's line, if there is a log.</summary>
    private void Log(TrainingProgress progress)
    {
        if (_log is { } log)
        {
            writer.Writing(() => log.Write(progress));
            _notLogged = null;
        }
    }
}
