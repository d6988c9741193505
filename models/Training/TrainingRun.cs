using System.Diagnostics;
using System.Runtime.Intrinsics;
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

    /// <summary>Parts of the names of options that determine sizes.</summary>
    private static readonly string[] s_sizes = ["size", "side", "layers", "scale", "generator", "discriminator"];

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
    private readonly LeftOutFiles _leftOut;

    /// <summary>A hash of the weights of the generator that the model imitates; null if it imitates none.</summary>
    private readonly string? _teacher;

    private RunPosition _position = new();
    private RunLock? _lock;

    /// <summary>The batches from the next step on; null before the first.</summary>
    private IEnumerator<Batch>? _reader;

    /// <summary>
    /// Whether the model's state is that after <see cref="Step"/> steps: not within a step, nor after a loss that is not finite.
    /// </summary>
    private bool _isWhole = true;

    /// <summary>Whether this object started the run, and made its folder.</summary>
    private (bool Run, bool Folder) _made;

    /// <summary>The options in the checkpoint that the run was resumed from.</summary>
    private TrainingOptions? _stored;

    /// <summary>The latest step whose losses have not been read yet; null if there is none.</summary>
    private TrainingProgress? _unread;

    /// <summary>The latest step whose losses have been read, if they are not in the log.</summary>
    private TrainingProgress? _notLogged;

    private TrainingRun(RunDirectory directory, TrainingOptions options, RunData data, Device? device, Team? team)
    {
        (Directory, Options, _data, _team) = (directory, options, data, team);
        _leftOut = new LeftOutFiles(options.Data, options.OnDamage == DamagePolicy.Skip);
        data.Train.LeftOut = data.HeldOut.LeftOut = _leftOut;
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
            _teacher = InitialWeights.LoadTeacher(Model);
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

    /// <summary>
    /// Bits of the vectors in which the CPU computes here, and of those in which the run was computed before a resume, if they differ: from
    /// here on it has other bits than it would have had there. Null if they don't, or if the device is no CPU.
    /// </summary>
    public (int Now, int Before)? OtherVectors { get; private set; }

    /// <summary>
    /// Whether names or lengths of the training files are others than when the run was started; false if it leaves out damaged ones.
    /// </summary>
    public bool HasOtherData =>
        _position is { Data: { } before, LeftOut: null } && before != DataFingerprint.Of(_data.Train, Options.Data);

    /// <summary>Steps taken when the latest checkpoint was written; negative if there is none.</summary>
    public long SavedStep => _writer.SavedStep;

    /// <summary>The best evaluation on held-out pictures so far; null before the first.</summary>
    public BestSoFar? Best => _position.Best;

    /// <summary>Options changed by the resume.</summary>
    public IReadOnlyList<OptionDifference> Changes { get; private init; } = [];

    /// <inheritdoc cref="SampleSource.Warning"/>
    public string? DataWarning
    {
        get
        {
            try
            {
                return _data.Train.Warning();
            }
            catch (DataException) when (_leftOut.TakesMore)
            {
                return null; // The training names the damaged picture when it meets it.
            }
        }
    }

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
    /// <param name="initNetwork">name of the only network of that checkpoint to take; null for all that fit</param>
    /// <exception cref="OptionsException">options are invalid or contradict each other</exception>
    /// <exception cref="DataException">pictures are missing or can't be used</exception>
    /// <exception cref="RunException">the directory holds a run or can't be written</exception>
    public static TrainingRun Create(
        string folder, TrainingOptions options, RunData? data = null, Device? device = null, string? initFrom = null, IRanks? ranks = null,
        WorkSplit split = WorkSplit.Data, string? initNetwork = null)
    {
        if (TeamOf(ranks, split) is { } team)
        {
            return team.Start(() => Built(folder, options, data, device, team), built => built.Begin(initFrom, initNetwork));
        }

        var run = Built(folder, options, data, device, team: null);
        try
        {
            run.Begin(initFrom, initNetwork);
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
        if (options.OnDamage == DamagePolicy.Stop)
        {
            DataCheck.Require(data.Train, FilesChecked);
        }

        return new TrainingRun(directory, options, data, device, team) { _position = new RunPosition { Samples = data.Train.Count } };
    }

    /// <summary>Resumes a run from its latest checkpoint.</summary>
    /// <param name="folder">the run's directory; or one of its checkpoints, if the latest is damaged</param>
    /// <param name="change">changes the options; changes that would make it a different run are refused</param>
    /// <param name="data">samples; by default the data set named in the options</param>
    /// <param name="device">device to train on; by default the one named in the options, opened and closed by the run</param>
    /// <param name="ranks">the ranks that train together, each with a call like this; by default this process alone</param>
    /// <param name="split">how the work is split between the ranks</param>
    /// <param name="changedData">
    /// whether to go on although pictures were added or removed, which the run then does not do bit for bit
    /// </param>
    /// <exception cref="RunException">
    /// there is no run, another program trains it, or its data set has changed; in these cases nothing is written
    /// </exception>
    /// <exception cref="OptionsException">a change would make it a different run, or one that ends before its current step</exception>
    /// <exception cref="IOException">the checkpoint can't be read</exception>
    public static TrainingRun Resume(
        string folder, Func<TrainingOptions, TrainingOptions>? change = null, RunData? data = null, Device? device = null,
        IRanks? ranks = null, WorkSplit split = WorkSplit.Data, bool changedData = false)
    {
        var checkpoint = File.Exists(folder) ? folder : null;
        var directory = checkpoint is null ? new RunDirectory(folder) : RunDirectory.Of(checkpoint)
            ?? throw new RunException($"{folder}: is a file outside a run's folder; start a run with --init-from {ShellWord.Of(folder)}");
        return TeamOf(ranks, split) is { } team
            ? team.Start(
                () => Resumed(directory, checkpoint, change, data, device, team, changedData), run => run.FinishResume(checkpoint))
            : Resumed(directory, checkpoint, change, data, device, team: null, changedData);
    }

    /// <summary>Refuses an older checkpoint than the latest one, whose steps would be lost.</summary>
    private static void RequireNewest(RunDirectory directory, RunPosition position)
    {
        long latest;
        try
        {
            latest = Checkpoint.Read(directory.Latest).Position.Step;
        }
        catch (IOException)
        {
            return; // It is damaged, or gone.
        }

        if (latest > position.Step)
        {
            throw new RunException($"{directory.Latest} is intact and of step {latest}, after step {position.Step}: resume with " +
                $"--resume {ShellWord.Of(directory.Path)}. To go back all the same, copy the run's folder without it, and resume the copy");
        }
    }

    /// <summary>The processes that train together; null if the caller named none and asked for no split.</summary>
    private static Team? TeamOf(IRanks? ranks, WorkSplit split) =>
        ranks is null && split == WorkSplit.Data ? null : new Team(ranks ?? new SoleRank(), split);

    private static TrainingRun Resumed(
        RunDirectory directory, string? checkpoint, Func<TrainingOptions, TrainingOptions>? change, RunData? data, Device? device,
        Team? team, bool changedData)
    {
        var folder = directory.Path;
        // Lock before reading: another program that is still training would replace the files.
        var runLock = team is { Leads: false } ? null : RunLock.Take(directory);
        TrainingRun? run = null;
        try
        {
            var stored = checkpoint is null ? Checkpoint.ReadLatest(directory, Checkpoint.Read) : Checkpoint.Read(checkpoint);
            RequireNewest(directory, stored.Position);
            if (stored.Position.Samples == 0)
            {
                throw new RunException(
                    $"{folder}: holds imported weights, not a training run; start one with --init-from {ShellWord.Of(directory.Latest)}");
            }

            var options = change?.Invoke(stored.Options) ?? stored.Options;
            options.Validated().RequireResumable(stored.Options);
            if (data is null)
            {
                MovedFiles.Require(directory, options, stored.Options);
                data = OpenedAsItWas(options, stored.Position);
            }

            if (data.Train.Count != stored.Position.Samples && !changedData)
            {
                throw new RunException($"{folder}: the run was started with {stored.Position.Samples} samples, but its data set has " +
                    $"{data.Train.Count} now, so it can't be resumed bit for bit; restore the pictures, or add --changed-data to go on " +
                    $"with those that are there{WayOn(options, stored.Position)}");
            }

            EarlyStopping.RequirePictures(options, data);
            run = new TrainingRun(directory, options, data, device, team)
            {
                _lock = runLock, Changes = options.DifferencesFrom(stored.Options),
            };
            run.Load(checkpoint ?? directory.Latest);
            if (run._position.Teacher is { } teacher && teacher != run._teacher)
            {
                throw new RunException($"{folder}: is a student of another teacher than {run.Model.TeacherPath}, or of the same before " +
                    "it was trained further; choose another --out, or delete that folder");
            }

            run._position = run._position with { Samples = data.Train.Count };
            if (run.TotalSteps < run.Step)
            {
                throw new OptionsException($"{folder}: the run has taken {run.Step} steps, {run.StepsPerEpoch} an epoch, which is more " +
                    $"than the {run.TotalSteps} asked for; ask for more, or train a new run");
            }

            run._writer.MarkResumed(run.Step, hasOtherOptions: options != stored.Options);
            run._stored = stored.Options;
            if (team is null)
            {
                run.FinishResume(checkpoint);
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

    /// <summary>What a message adds if the run ended over a picture that has gone.</summary>
    private static string WayOn(TrainingOptions options, RunPosition position) =>
        options.OnDamage == DamagePolicy.Stop && position.Damaged is [var first, ..]
            ? $". It had ended over {first}: put that back, or leave it out with --on-damage skip"
            : "";

    /// <summary>The data set as it was when the run was started: files that the run leaves out may have gone since.</summary>
    private static RunData OpenedAsItWas(TrainingOptions options, RunPosition position)
    {
        var leftOut = new LeftOutFiles(options.Data, options.OnDamage == DamagePolicy.Skip);
        leftOut.Restore(position.LeftOut, leftOut.TakesMore ? position.Damaged : null);
        using var reading = leftOut.Begin();
        return RunData.Open(options);
    }

    /// <summary>
    /// Trains to the end; when cancelled, to the end of the current step. A failure between two steps is thrown after their state has been
    /// saved, if it can be. A run that fails before its first step is deleted again, so that it does not block its folder.
    /// </summary>
    /// <exception cref="NonFiniteLossException">a loss is NaN or infinite; the last checkpoint is older</exception>
    /// <exception cref="RunException">the checkpoint or the log can't be written; the message names the last good one</exception>
    /// <exception cref="DataException">a picture can't be used; the message says from where to resume</exception>
    public TrainingOutcome Train(ITrainingObserver? observer = null, CancellationToken cancellation = default)
    {
        if (_team is { Leads: false })
        {
            return Follow(cancellation);
        }

        try
        {
            return Lead(observer, cancellation);
        }
        catch (Exception e) when (_made.Run && Step == 0)
        {
            DeleteAll();
            switch (e)
            {
                case ShapeException:
                    throw new RunException($"{e.Message}: these networks and pictures don't fit each other; see " +
                        $"{string.Join(", ", SizesAmong(Options))}", e);
                case RunException { InnerException: { } cause }:
                    throw _writer.Unwritten(cause);
                case DataException { InnerException: { } cause }:
                    throw new DataException($"{cause.Message.TrimEnd('.')}. No step was taken, and nothing is kept of the run.", e);
                default:
                    throw;
            }
        }
    }

    /// <summary>Trains as the process that writes the files.</summary>
    private TrainingOutcome Lead(ITrainingObserver? observer, CancellationToken cancellation)
    {
        using var runLock = TakeLock();
        using var stopRequest = new StopRequest(Directory);
        using var log = _writer.Writing(() => RunLog.Open(Directory.Log, Step));
        using var told = new ReportedProgress(Directory, Model, Step, TotalSteps, observer);
        var samples = new SamplePictures(_data.HeldOut, Directory);
        _timer.Begin(_position.Seconds, _position.ProcessorSeconds);
        try
        {
            while (MoveOn(
                () => !cancellation.IsCancellationRequested && !IsOver && !stopRequest.IsPresent(), () => SaveWhatIsWhole(log, told),
                file => LeaveOut(file, log, told)))
            {
                TakeStep(_reader!.Current, log, told);
                AfterStep(samples, log, told);
            }

            ReadLosses(log, told);
            if (IsOver && _notLogged is { } last)
            {
                Log(last, log, told); // Early stopping: the options did not define this step as the last.
            }

            if (!_writer.HasSaved(Step))
            {
                Save(told);
            }
        }
        catch (NonFiniteLossException)
        {
            told.WritePage(finished: false); // Users look at the report, so it names the loss and the step.
            throw;
        }
        catch (DataException e)
        {
            var isSaved = SaveWhatIsWhole(log, told, e.File);
            told.WritePage(finished: false);
            throw Ended(e, isSaved);
        }
        catch (Exception e)
        {
            // The observer may be what fails, so it is told nothing more.
            SaveWhatIsWhole(log: null, observer: null);
            told.WritePage(finished: false);
            if (e is RunException { InnerException: { } cause })
            {
                throw _writer.Unwritten(cause);
            }

            throw;
        }
        finally
        {
            CloseReader();
        }

        told.WritePage(finished: Step >= TotalSteps || IsOver);
        return Step >= TotalSteps ? TrainingOutcome.Finished : IsOver ? TrainingOutcome.StoppedEarly : TrainingOutcome.Interrupted;
    }

    /// <summary>Saves what a failure between two steps leaves whole, as an interruption does.</summary>
    /// <param name="damaged">the file over which the training ends; null if it was none</param>
    /// <returns>whether the latest checkpoint is of the last step</returns>
    private bool SaveWhatIsWhole(RunLog? log, ITrainingObserver? observer, string? damaged = null)
    {
        try
        {
            if (_isWhole)
            {
                ReadLosses(log, observer);
                EndEpoch();
            }

            if (_isWhole && (damaged is not null || !_writer.HasSaved(Step)))
            {
                // Further files may have gone with that one; a resume that leaves files out must know of them.
                _position = damaged is null ? _position : _position with
                {
                    Damaged = [.. _data.Train.Files.Where(file => !Path.Exists(file)).Select(_leftOut.NameOf).Append(damaged).Distinct()],
                };
                Save(observer);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return false; // What failed first is reported, with the checkpoint that there is.
        }

        return _writer.SavedStep == Step;
    }

    /// <summary>The exception for a picture that ends the training; it says from where to resume.</summary>
    private DataException Ended(DataException cause, bool isSaved) => new(
        $"{cause.Message.TrimEnd('.')}. " + (isSaved
            ? $"Everything up to step {Step} is saved: mend the picture and resume with --resume {ShellWord.Of(Directory.Path)}" +
                (_leftOut.TakesMore || cause.File is null ? "." : ", or leave such pictures out with --on-damage skip.")
            : _writer.LastGood()), cause)
    {
        File = cause.File,
    };

    /// <summary>Gets the next batch on all processes.</summary>
    /// <param name="goesOn">whether this process wants to go on</param>
    /// <param name="save">saves the state before a failure ends all processes; whether it could</param>
    /// <param name="leaveOut">called for each damaged file that is left out from now on</param>
    /// <returns>false at the end, or if one of the processes does not want to go on</returns>
    private bool MoveOn(Func<bool> goesOn, Func<bool> save, Action<LeftOutFile> leaveOut)
    {
        while (true)
        {
            _reader ??= _batches.On(Model.Device, Step, TotalSteps - Step).GetEnumerator();
            var moves = false;
            if (AllOf(() => (moves = _reader.MoveNext() && goesOn()) && !_leftOut.HasNews, save))
            {
                return true;
            }

            var news = AllNews(moves);
            if (news.Count == 0)
            {
                return false;
            }

            // Batches prepared ahead may hold a picture that is left out now, and would be others after a resume.
            CloseReader();
            foreach (var file in _leftOut.Add(news, Step))
            {
                _position = _position with { LeftOut = _leftOut.All };
                leaveOut(file);
            }
        }
    }

    private void CloseReader()
    {
        _reader?.Dispose();
        _reader = null;
    }

    /// <summary>Notes a damaged file that is left out.</summary>
    private void LeaveOut(LeftOutFile file, RunLog log, ITrainingObserver observer)
    {
        _writer.Writing(() => log.Write(file));
        observer.Warned($"{file.Reason.TrimEnd('.')}; it is left out from step {file.Step + 1} on");
    }

    /// <summary>Deletes the run, which has taken no step; what can't be deleted stays.</summary>
    private void DeleteAll()
    {
        try
        {
            _writer.DeleteAll(_made.Folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Why the training failed is reported; the message about a folder that holds a run names the way on.
        }
    }

    /// <summary>The options that determine the sizes of pictures and networks, as typed.</summary>
    private static IEnumerable<string> SizesAmong(TrainingOptions options) => options.ToEntries()
        .Where(e => s_sizes.Any(part => e.Key.Contains(part, StringComparison.Ordinal)) && e.Value.Length > 0)
        .Select(e => $"--{e.Key} {e.Value}");

    public void Dispose()
    {
        CloseReader();
        _lock?.Dispose();
        Model.Dispose();
        _ownDevice?.Dispose();
    }

    /// <summary>Loads networks, optimisers, image pools and position from a checkpoint.</summary>
    internal void Load(string checkpoint)
    {
        var position = Checkpoint.Load(checkpoint, Model);
        var vectors = VectorsOf(Model.Device);
        OtherVectors = vectors is { } now && position.Vectors is { } before && now != before ? (now, before) : null;
        _position = position with { Damaged = null, Vectors = vectors };
        _schedule.State = _position.Schedule;
        _leftOut.Restore(_position.LeftOut);
    }

    /// <summary>Initialises or loads the weights, and writes the options and the first checkpoint.</summary>
    private void Begin(string? initFrom, string? initNetwork)
    {
        if (initFrom is not null)
        {
            InitialWeights.LoadNetworks(initFrom, initNetwork, Model);
        }

        var makesFolder = !System.IO.Directory.Exists(Directory.Path);
        Directory.Create();
        _lock = RunLock.Take(Directory);
        RequireNone(Directory); // Another program may have started a run meanwhile.
        _made = (Run: true, makesFolder);
        _position = _position with { Teacher = _teacher, Data = DataFingerprint.Of(_data.Train, Options.Data),
            Vectors = VectorsOf(Model.Device) };
        _writer.WriteOptions();
        _writer.Save(_position, observer: null);
    }

    /// <summary>Writes the options of the resumed run, and the checkpoint copies that a killed program may have missed.</summary>
    /// <param name="checkpoint">the file that takes the place of the latest one; null for that itself</param>
    private void FinishResume(string? checkpoint)
    {
        Directory.Create();
        if (checkpoint is not null)
        {
            _writer.RestoreLatest(checkpoint);
        }

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

    /// <summary>Bits of a CPU's vectors; null for other devices.</summary>
    private static int? VectorsOf(Device device) => device.Name != "cpu" ? null
        : Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>Whether early stopping ends the run.</summary>
    private bool IsOver => _earlyStopping is not null && _earlyStopping.IsOver(_position.Best);

    private static void RequireNone(RunDirectory directory)
    {
        if (directory.Exists)
        {
            throw new RunException(
                $"{directory.Path}: holds a run already; resume it with --resume {ShellWord.Of(directory.Path)}, or choose another --out");
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
        _isWhole = false;
        var losses = Model.Step(batch, Step);
        var seconds = _timer.Tick();
        _position = _position with { Step = Step + 1, Seconds = _timer.Seconds };
        _isWhole = true;
        var earlier = _unread;
        _unread = new TrainingProgress(
            Step, TotalSteps, epoch, losses, Model.RateAt(Step - 1), seconds, batch.Size / _timer.SecondsPerStep,
            _timer.Elapsed, TimeSpan.FromSeconds(_timer.SecondsPerStep * (TotalSteps - Step)), _position.Seconds);
        if (earlier is not null)
        {
            ReadLosses(earlier, log, observer);
        }

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
        if (_unread is { } progress)
        {
            _unread = null;
            ReadLosses(progress, log, observer);
        }
    }

    private void ReadLosses(TrainingProgress progress, RunLog? log, ITrainingObserver? observer)
    {
        var losses = progress.Losses;
        var quality = losses.Where(l => Model.Family.Info.QualityLosses.Contains(l.Name)).ToList();
        var since = Stopwatch.GetTimestamp();
        if (quality.Count > 0)
        {
            _position = _position with { EpochLossSum = _position.EpochLossSum + quality.Sum(l => (double)l.Value),
                EpochLossCount = _position.EpochLossCount + 1 };
        }

        var broken = losses.FirstOrDefault(l => !float.IsFinite(l.Value));
        _isWhole &= broken.Name is null;
        _notLogged = progress;
        observer?.Stepped(progress);
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
        observer?.Logged(progress);
    }

    private void Save(ITrainingObserver? observer)
    {
        _position = _position with { Seconds = _timer.Seconds, ProcessorSeconds = _timer.ProcessorSeconds };
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
            || (epochEnds && _writer.SinceSaved.TotalSeconds > SaveIntervalSeconds)
            || (Options.SaveMinutes > 0 && _writer.SinceSaved.TotalMinutes >= Options.SaveMinutes);
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
            observer?.Sampled(Step, caption, files);
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
        observer?.Evaluated(Step, best.Metric, value, best);
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
