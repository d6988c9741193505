using System.Diagnostics;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Models.Training;

/// <summary>
/// A training run in a directory: creates and resumes it (bit for bit after any stop), trains, logs and writes samples. A complete
/// checkpoint exists at every moment.
/// </summary>
public sealed partial class TrainingRun : IDisposable
{
    /// <summary>At most this many files are decoded before training, so that a bad file is reported at once.</summary>
    private const int FilesChecked = 1000;

    /// <summary>Fewest lines of the log in a run with enough steps: a curve with fewer points shows little.</summary>
    private const int LogLines = 100;

    /// <summary>Most steps between lines of the log by default.</summary>
    private const int MostLogFreq = 100;

    /// <summary>Fewest seconds between checkpoints at the ends of epochs: epochs may be short and networks large.</summary>
    private const double SaveIntervalSeconds = 60;

    /// <summary>The processes that train together; null if this one trains alone.</summary>
    private readonly Team? _team;

    private readonly Device? _ownDevice;
    private readonly RunData _data;
    private readonly SampleBatches _batches;
    private readonly LearningRateSchedule _schedule;
    private readonly StepTimer _timer = new();
    private readonly RunWriter _writer;
    private readonly EarlyStopping? _earlyStopping;
    private RunPosition _position = new();
    private RunLock? _lock;

    /// <summary>The options in the checkpoint that the run was resumed from.</summary>
    private TrainingOptions? _stored;

    /// <summary>The latest step whose losses have not been read yet; null if there is none.</summary>
    private TrainingProgress? _unread;

    /// <summary>The latest step whose losses have been read, if they are not in the log.</summary>
    private TrainingProgress? _notLogged;

    private TrainingRun(RunDirectory directory, TrainingOptions options, RunData data, Device? device, Team? team)
    {
        (Directory, Options, _data, _team) = (directory, options, data, team);
        _batches = data.Train.Shuffled(options.Seed, options.BatchSize, team?.Place);
        _schedule = new LearningRateSchedule(options);
        _ownDevice = device is null ? team?.OpenDevice(options) ?? Device.Open(options.Device, options.Threads) : null;
        Model = FamilyCatalog.Of(options).Create(options, device ?? _ownDevice!);
        _writer = new RunWriter(directory, Model, data.Train, _timer);
        if (team is not null)
        {
            team.Divide(Model);
        }
        else if (options.Reduction == GradientReduction.Tree)
        {
            Model.SplitSamples(new SoleRank());
        }

        _earlyStopping = team is { Leads: false } ? null : EarlyStopping.Of(Model, data);
        try
        {
            InitialWeights.LoadTeacher(Model);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public RunDirectory Directory { get; }

    public TrainingOptions Options { get; }

    public GanModel Model { get; }

    /// <summary>Steps taken.</summary>
    public long Step => _position.Step;

    /// <summary>The best evaluation on held-out pictures so far; null before the first.</summary>
    public BestSoFar? Best => _position.Best;

    /// <summary>Options changed by the resume.</summary>
    public IReadOnlyList<OptionDifference> Changes { get; private init; } = [];

    /// <inheritdoc cref="SampleSource.Warning"/>
    public string? DataWarning => _data.Train.Warning();

    public int SamplesPerEpoch => _data.Train.Count;

    public int StepsPerEpoch => _batches.BatchesPerEpoch;

    public long TotalSteps => StepsOf(Options);

    /// <summary>Whether a program is training the run.</summary>
    public static bool IsTrainedNow(RunDirectory directory) => RunLock.IsHeld(directory);

    /// <summary>Number of training steps that the options define.</summary>
    internal static long StepsOf(TrainingOptions options, int stepsPerEpoch)
    {
        var epochs = (long)options.Epochs + options.EpochsDecay;
        return options.Steps ?? (epochs == 0 ? options.WholeLength : null) ?? epochs * stepsPerEpoch;
    }

    /// <summary>Steps between lines of the log.</summary>
    internal static long LogFreqOf(TrainingOptions options, long steps) => options.LogFreq ?? Math.Clamp(steps / LogLines, 1, MostLogFreq);

    /// <summary>Makes the program that trains a run stop after the current step and save a checkpoint.</summary>
    /// <exception cref="RunException">the run's folder can't be written to</exception>
    public static void RequestStop(RunDirectory directory) => StopRequest.Create(directory);

    /// <summary>Starts a run: checks options and data, initialises the weights, writes the options and the first checkpoint.</summary>
    /// <param name="folder">the run's directory; must not hold a run yet</param>
    /// <param name="options">what to train and how</param>
    /// <param name="data">samples; by default the data set named in the options</param>
    /// <param name="device">device to train on; by default the one named in the options, opened and closed by the run</param>
    /// <param name="initFrom">a checkpoint with initial weights of the networks (fine-tuning); null for random weights</param>
    /// <param name="ranks">the ranks that train together, each with a call like this; by default this process alone</param>
    /// <param name="split">how the work is split between the ranks</param>
    /// <exception cref="OptionsException">options are invalid or contradict each other</exception>
    /// <exception cref="DataException">pictures are missing or can't be used</exception>
    /// <exception cref="RunException">the directory holds a run or can't be written</exception>
    public static TrainingRun Create(
        string folder, TrainingOptions options, RunData? data = null, Device? device = null, string? initFrom = null, IRanks? ranks = null,
        WorkSplit split = WorkSplit.Data)
    {
        if (TeamOf(ranks, split) is { } team)
        {
            return team.Start(() => Built(folder, options, data, device, team), built => built.Begin(initFrom));
        }

        var run = Built(folder, options, data, device, team: null);
        try
        {
            run.Begin(initFrom);
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <summary>A new run, with checked options and data and random weights; nothing is written.</summary>
    private static TrainingRun Built(string folder, TrainingOptions options, RunData? data, Device? device, Team? team)
    {
        options.Validated();
        var directory = new RunDirectory(folder);
        if (team is not { Leads: false })
        {
            RequireNone(directory);
        }

        if (data is null)
        {
            RunData.RequireFolder(options);
            options = FamilyCatalog.Of(options).Completed(options).Validated();
            data = RunData.Open(options);
        }

        EarlyStopping.RequirePictures(options, data);
        DataCheck.Require(data.Train, FilesChecked);
        return new TrainingRun(directory, options, data, device, team) { _position = new RunPosition { Samples = data.Train.Count } };
    }

    /// <summary>Resumes a run from its latest checkpoint.</summary>
    /// <param name="folder">the run's directory</param>
    /// <param name="change">changes the options; changes that would make it a different run are refused</param>
    /// <param name="data">samples; by default the data set named in the options</param>
    /// <param name="device">device to train on; by default the one named in the options, opened and closed by the run</param>
    /// <param name="ranks">the ranks that train together, each with a call like this; by default this process alone</param>
    /// <param name="split">how the work is split between the ranks</param>
    /// <exception cref="RunException">
    /// there is no run, another program trains it, or its data set has changed; in these cases nothing is written
    /// </exception>
    /// <exception cref="OptionsException">a change would make it a different run, or one that ends before its current step</exception>
    /// <exception cref="IOException">the checkpoint can't be read</exception>
    public static TrainingRun Resume(
        string folder, Func<TrainingOptions, TrainingOptions>? change = null, RunData? data = null, Device? device = null,
        IRanks? ranks = null, WorkSplit split = WorkSplit.Data)
    {
        var directory = new RunDirectory(folder);
        return TeamOf(ranks, split) is { } team
            ? team.Start(() => Resumed(directory, change, data, device, team), run => run.FinishResume())
            : Resumed(directory, change, data, device, team: null);
    }

    /// <summary>The processes that train together; null if the caller named none and asked for no split.</summary>
    private static Team? TeamOf(IRanks? ranks, WorkSplit split) =>
        ranks is null && split == WorkSplit.Data ? null : new Team(ranks ?? new SoleRank(), split);

    private static TrainingRun Resumed(
        RunDirectory directory, Func<TrainingOptions, TrainingOptions>? change, RunData? data, Device? device, Team? team)
    {
        var folder = directory.Path;
        if (!File.Exists(directory.Latest))
        {
            throw new RunException($"{folder}: holds no run to resume ({directory.Latest} is missing)");
        }

        // Lock before reading: another program that is still training would replace the files.
        var runLock = team is { Leads: false } ? null : RunLock.Take(directory);
        TrainingRun? run = null;
        try
        {
            var stored = Checkpoint.Read(directory.Latest);
            if (stored.Position.Samples == 0)
            {
                throw new RunException(
                    $"{folder}: holds imported weights, not a training run; start one with --init-from {directory.Latest}");
            }

            var options = change?.Invoke(stored.Options) ?? stored.Options;
            options.Validated().RequireResumable(stored.Options);
            data ??= RunData.Open(options);
            if (data.Train.Count != stored.Position.Samples)
            {
                throw new RunException($"{folder}: the run was started with {stored.Position.Samples} samples, but its data set has " +
                    $"{data.Train.Count} now; it can't be resumed bit for bit");
            }

            EarlyStopping.RequirePictures(options, data);
            run = new TrainingRun(directory, options, data, device, team)
            {
                _lock = runLock, Changes = options.DifferencesFrom(stored.Options),
            };
            run.Load(directory.Latest);
            if (run.TotalSteps < run.Step)
            {
                throw new OptionsException($"{folder}: the run has taken {run.Step} steps, {run.StepsPerEpoch} an epoch, which is more " +
                    $"than the {run.TotalSteps} asked for; ask for more, or train a new run");
            }

            run._writer.MarkResumed(run.Step, hasOtherOptions: options != stored.Options);
            run._stored = stored.Options;
            if (team is null)
            {
                run.FinishResume();
            }

            return run;
        }
        catch
        {
            run?.Dispose();
            runLock?.Dispose();
            throw;
        }
    }

    /// <summary>Trains to the end; when cancelled, to the end of the current step.</summary>
    /// <exception cref="NonFiniteLossException">a loss is NaN or infinite; the last checkpoint is older</exception>
    /// <exception cref="RunException">the checkpoint or the log can't be written; the message names the last good one</exception>
    /// <exception cref="DataException">a picture can't be used</exception>
    public TrainingOutcome Train(ITrainingObserver? observer = null, CancellationToken cancellation = default)
    {
        if (_team is { Leads: false })
        {
            return Follow(cancellation);
        }

        using var runLock = TakeLock();
        using var stopRequest = new StopRequest(Directory);
        using var log = _writer.Writing(() => RunLog.Open(Directory.Log, Step));
        using var reporter = _writer.Writing(() => new RunReporter(Directory, Model, Step, TotalSteps));
        observer = new ObserverPair(reporter, observer);
        var samples = new SamplePictures(_data.HeldOut, Directory);
        _timer.Begin(_position.Seconds);
        try
        {
            using var batches = _batches.On(Model.Device, Step, TotalSteps - Step).GetEnumerator();
            while (_team?.Ranks.All(MoveNext) ?? MoveNext())
            {
                TakeStep(batches.Current, log, observer);
                AfterStep(samples, log, observer);
            }

            ReadLosses(log, observer);

            bool MoveNext() => batches.MoveNext() && !cancellation.IsCancellationRequested && !IsOver && !stopRequest.IsPresent();
        }
        catch (NonFiniteLossException)
        {
            // Users look at the report, so it names the loss and the step.
            _writer.Writing(() => reporter.WritePage(finished: false));
            throw;
        }
        catch (DataException)
        {
            ReadLosses(log, observer); // The step before the bad picture is complete.
            throw;
        }

        if (IsOver && _notLogged is { } last)
        {
            Log(last, log, observer); // Early stopping: the options did not define this step as the last.
        }

        if (!_writer.HasSaved(Step))
        {
            Save(observer);
        }

        _writer.Writing(() => reporter.WritePage(finished: Step >= TotalSteps || IsOver));
        return Step >= TotalSteps ? TrainingOutcome.Finished : IsOver ? TrainingOutcome.StoppedEarly : TrainingOutcome.Interrupted;
    }

    public void Dispose()
    {
        _lock?.Dispose();
        Model.Dispose();
        _ownDevice?.Dispose();
    }

    /// <summary>Loads networks, optimisers, image pools and position from a checkpoint.</summary>
    internal void Load(string checkpoint)
    {
        _position = Checkpoint.Load(checkpoint, Model);
        _schedule.State = _position.Schedule;
    }

    /// <summary>Initialises or loads the weights, and writes the options and the first checkpoint.</summary>
    private void Begin(string? initFrom)
    {
        if (initFrom is not null)
        {
            InitialWeights.LoadNetworks(initFrom, Model);
        }

        Directory.Create();
        _lock = RunLock.Take(Directory);
        RequireNone(Directory); // Another program may have started a run meanwhile.
        _writer.WriteOptions();
        _writer.Save(_position, observer: null);
    }

    /// <summary>Writes the options of the resumed run, and the checkpoint copies that a killed program may have missed.</summary>
    private void FinishResume()
    {
        Directory.Create();
        _writer.WriteOptions();
        if (EpochToNumber(_stored!) is { } epoch && !File.Exists(Directory.Numbered(epoch)))
        {
            _writer.CopyToNumber(epoch, observer: null); // The program was killed between the latest checkpoint and its copy.
        }

        if (_earlyStopping is not null && Best?.Step == Step
            && (!File.Exists(Directory.Best) || Checkpoint.Read(Directory.Best).Position.Step != Step))
        {
            _writer.CopyLatest(Directory.Best, observer: null); // Killed before this copy.
        }
    }

    /// <summary>Whether early stopping ends the run.</summary>
    private bool IsOver => _earlyStopping is not null && _earlyStopping.IsOver(_position.Best);

    private static void RequireNone(RunDirectory directory)
    {
        if (directory.Exists)
        {
            throw new RunException(
                $"{directory.Path}: holds a run already; resume it with --resume {directory.Path}, or choose another --out");
        }
    }

    /// <summary>Returns the lock under which the run was created or resumed; a second training acquires it again.</summary>
    private RunLock TakeLock()
    {
        if (_lock is { } held)
        {
            _lock = null;
            return held;
        }

        var runLock = RunLock.Take(Directory);
        if (!Directory.Exists || Checkpoint.Read(Directory.Latest).Position.Step == _writer.SavedStep)
        {
            return runLock;
        }

        runLock.Dispose();
        throw new RunException($"{Directory.Path}: another program has continued the run since; resume it again");
    }

    private void TakeStep(Batch batch, RunLog? log, ITrainingObserver? observer)
    {
        var epoch = batch.Epoch + 1;
        Model.LearningRate = _schedule.Rate((int)epoch);
        var losses = Model.Step(batch, Step);
        var seconds = _timer.Tick();
        _position = _position with { Step = Step + 1, Seconds = _timer.Seconds };
        ReadLosses(log, observer);
        _unread = new TrainingProgress(
            Step, TotalSteps, epoch, losses, Model.RateAt(Step - 1), seconds, batch.Size / _timer.SecondsPerStep,
            _timer.Elapsed, TimeSpan.FromSeconds(_timer.SecondsPerStep * (TotalSteps - Step)), _position.Seconds);
        if (losses is not StepLosses { AreReady: false })
        {
            ReadLosses(log, observer);
        }
    }

    /// <summary>
    /// Reads and logs the losses of the latest step that has not been read yet. On an asynchronous device the next step is launched first,
    /// so that the device never waits for the host.
    /// </summary>
    private void ReadLosses(RunLog? log, ITrainingObserver? observer)
    {
        if (_unread is not { } progress)
        {
            return;
        }

        _unread = null;
        var losses = progress.Losses;
        var quality = losses.Where(l => Model.Family.Info.QualityLosses.Contains(l.Name)).ToList();
        var since = Stopwatch.GetTimestamp();
        if (quality.Count > 0)
        {
            _position = _position with { EpochLossSum = _position.EpochLossSum + quality.Sum(l => (double)l.Value),
                EpochLossCount = _position.EpochLossCount + 1 };
        }

        observer?.Stepped(progress);
        var broken = losses.FirstOrDefault(l => !float.IsFinite(l.Value));
        _notLogged = progress;
        if (progress.Step % LogFreqOf(Options, TotalSteps) == 0 || progress.Step == 1 || progress.Step == TotalSteps
            || broken.Name is not null)
        {
            Log(progress, log, observer);
        }

        if (broken.Name is not null)
        {
            throw _writer.Diverged($"{broken.Name} became {broken.Value}", broken.Name, progress.Step);
        }

        _timer.Skip(since);
    }

    private void Log(TrainingProgress progress, RunLog? log, ITrainingObserver? observer)
    {
        _notLogged = null;
        _writer.Writing(() => log?.Write(progress));
        _writer.Writing(() => observer?.Logged(progress));
    }

    private void Save(ITrainingObserver? observer)
    {
        _position = _position with { Seconds = _timer.Seconds };
        _writer.Save(_position, observer);
    }

    private void AfterStep(SamplePictures samples, RunLog log, ITrainingObserver? observer)
    {
        var last = Step == TotalSteps;
        var (epoch, stepOfEpoch) = Math.DivRem(Step, StepsPerEpoch);
        var epochEnds = stepOfEpoch == 0;
        var shown = Options.SampleFreq > 0 && (Step % Options.SampleFreq == 0 || last);
        var numbered = EpochToNumber(Options) is not null;
        var saved = numbered || last || (Options.SaveSteps > 0 && Step % Options.SaveSteps == 0)
            || (epochEnds && _writer.SinceSaved.TotalSeconds > SaveIntervalSeconds);
        var evaluated = _earlyStopping is not null && _earlyStopping.IsDue(Step, epochEnds, last);
        if (epochEnds || shown || saved || evaluated)
        {
            ReadLosses(log, observer); // The checkpoint's statistics include the losses of this step.
        }

        var since = Stopwatch.GetTimestamp();
        EndEpoch();
        if (shown)
        {
            var (caption, files) = _writer.Writing(() => samples.Write(Model, Step));
            _writer.Writing(() => observer?.Sampled(Step, caption, files));
        }

        var isBest = evaluated && Evaluate(observer);
        if (saved || isBest)
        {
            Save(observer);
        }

        if (isBest)
        {
            _writer.CopyLatest(Directory.Best, observer);
        }

        if (numbered)
        {
            _writer.CopyToNumber(epoch, observer);
        }

        _timer.Skip(since);
    }

    /// <summary>After the last step of an epoch, passes the epoch's loss to the learning-rate schedule.</summary>
    private void EndEpoch()
    {
        if (Step % StepsPerEpoch == 0 && _position.EpochLossCount > 0)
        {
            _schedule.EpochEnded((float)(_position.EpochLossSum / _position.EpochLossCount));
            _position = _position with { EpochLossSum = 0, EpochLossCount = 0, Schedule = _schedule.State };
        }
    }

    /// <summary>Evaluates the model on the held-out pictures. Returns whether the result is the best so far.</summary>
    private bool Evaluate(ITrainingObserver? observer)
    {
        var (value, best) = _earlyStopping!.Evaluate(Step, _position.Best);
        _position = _position with { Best = best };
        _writer.Writing(() => observer?.Evaluated(Step, best.Metric, value, best));
        return best.Step == Step;
    }

    /// <summary>The epoch that ended with the last step, if the options keep a numbered checkpoint of it; otherwise null.</summary>
    private long? EpochToNumber(TrainingOptions options)
    {
        var (epoch, stepOfEpoch) = Math.DivRem(Step, StepsPerEpoch);
        var kept = Step > 0 && stepOfEpoch == 0 && options.SaveEpochFreq > 0
            && (epoch % options.SaveEpochFreq == 0 || Step == StepsOf(options));
        return kept ? epoch : null;
    }

    private long StepsOf(TrainingOptions options) => StepsOf(options, StepsPerEpoch);
}
