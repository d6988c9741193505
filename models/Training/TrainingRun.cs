using System.Runtime.Intrinsics;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Models.Training;

/// <summary>
/// A training run in a directory: creates and resumes it (bit for bit after any stop), trains, logs and writes samples. A complete
/// checkpoint exists at every moment. For one thread at a time, that of its device; what another thread may do is cancel
/// <see cref="Train"/>, and <see cref="RequestStop"/>.
/// </summary>
/// <remarks>
/// It makes and disposes the model, the batches, and the device if none was given; a given device, data and ranks are the caller's. The
/// lock is held as its <see cref="RunClaim"/> says. After a training that was interrupted, has finished or has failed between two steps,
/// the run can be trained further; after a failure within a step, a loss that is not finite, or a failure before the first step, which
/// deletes the run, it can only be disposed: <see cref="Train"/> refuses.
/// </remarks>
public sealed class TrainingRun : IDisposable
{
    /// <summary>Parts of the names of options that determine sizes.</summary>
    private static readonly string[] s_sizes = ["size", "side", "layers", "scale", "generator", "discriminator"];

    /// <summary>The processes that train together; null if this one trains alone.</summary>
    private readonly Team? _team;

    private readonly RunOpening _opening;

    /// <summary>The device, if none was given.</summary>
    private readonly Device? _ownDevice;

    private readonly RunBatches _batches;
    private readonly RunSteps _steps;
    private readonly RunWriter _writer;
    private readonly EarlyStopping? _earlyStopping;
    private readonly TrainingLoop _loop;

    /// <summary>The generator that the model imitates; null if it imitates none.</summary>
    private readonly TeacherNetwork? _teacher;

    private bool _isDisposed;

    /// <summary>Builds the run, for a resume with the state of its checkpoint; nothing is written.</summary>
    private TrainingRun(RunOpening opening, Device? device, Team? team)
    {
        var options = opening.Options;
        (_opening, _team) = (opening, team);
        Changes = opening.Stored is { } stored ? options.DifferencesFrom(stored) : [];
        try
        {
            _batches = new RunBatches(Data, options, team);
            _ownDevice = device is null ? team?.OpenDevice(options) ?? Device.Open(options.Device, options.Threads) : null;
            var on = device ?? _ownDevice!;
            Model = on.WorkQueue.Run(() => opening.Family.Create(options, on)); // Translators may have the device now.
            var timer = new StepTimer();
            _writer = new RunWriter(Directory, Model, Data.Train, () => timer.Elapsed);
            _steps = new RunSteps(Model, _writer, timer, _batches.PerEpoch);
            if (team is not null)
            {
                team.Divide(Model);
            }
            else if (options.Reduction == GradientReduction.Tree)
            {
                Model.SplitSamples(new SoleRank());
            }

            _earlyStopping = team is { Leads: false } ? null : EarlyStopping.Of(Model, Data);
            _loop = new TrainingLoop(Directory, _batches, _steps, _writer, Data, _earlyStopping, team);
            _teacher = on.WorkQueue.Run(() => InitialWeights.LoadTeacher(Model, opening.TeacherCopy));
            if (opening.Stored is not null)
            {
                LoadStored();
            }
        }
        catch
        {
            Dispose(); // Of what there is by now.
            throw;
        }
    }

    public RunDirectory Directory => _opening.Directory;

    public TrainingOptions Options => _opening.Options;

    public GanModel Model { get; }

    /// <summary>Steps taken.</summary>
    public long Step => _steps.Taken;

    /// <summary>
    /// Bits of the vectors in which the CPU computes here, and of those in which the run was computed before a resume, if they differ: from
    /// here on it has other bits than it would have had there. Null if they don't, or if the device is no CPU.
    /// </summary>
    internal (int Now, int Before)? OtherVectors { get; private set; }

    /// <summary>
    /// Whether number, names, lengths or labels of the training files are others than when the run was started; of a run that leaves out
    /// damaged ones, only the number.
    /// </summary>
    public bool HasOtherData => _opening.Stored is not null // A new run has just noted them.
        && (_opening.HasOtherCount || (_steps.Position is var at && at.LeftOut?.Any(file => file.Until is null) is not true
            && ((at.Data is { } files && files != DataFingerprint.Of(Data.Train, Options.Data))
                || (at.Labels is { } labels && labels != DataFingerprint.OfLabels(Data.Train)))));

    /// <summary>Whether the generator that the run imitates is another now, and the run learns from its copy.</summary>
    internal bool HasOtherTeacher
    {
        get
        {
            if (_opening.TeacherCopy is null)
            {
                return false;
            }

            return Model.Device.WorkQueue.Run(() =>
            {
                var named = InitialWeights.OpenTeacher(Model.TeacherPath!, Model);
                using (named.Network)
                {
                    return named.Hash != _teacher!.Hash;
                }
            });
        }
    }

    /// <summary>Steps taken when the latest checkpoint was written; negative if there is none.</summary>
    public long SavedStep => _writer.SavedStep;

    /// <summary>The best evaluation on held-out pictures so far; null before the first.</summary>
    public BestSoFar? Best => _steps.Position.Best;

    /// <summary>Whether an evaluation or a checkpoint of the last step has still to be made.</summary>
    internal bool HasWorkDue => _steps.Position.Due != DueWork.None;

    /// <summary>
    /// The measure by which the run selects its best checkpoint: that of <see cref="PictureOptions.KeepBest"/>, unless a program sets its
    /// own before <see cref="Train"/>, after each resume anew. Null without that option.
    /// </summary>
    /// <exception cref="InvalidOperationException">set in a run whose options keep no best checkpoint</exception>
    public PictureMetric? Metric
    {
        get => _earlyStopping?.Metric;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            (_earlyStopping ?? throw new InvalidOperationException(
                $"the run keeps no best checkpoint, so nothing is measured: set {nameof(PictureOptions.KeepBest)} in its options"))
                .Metric = value;
        }
    }

    /// <summary>Options changed by the resume.</summary>
    internal IReadOnlyList<OptionDifference> Changes { get; }

    /// <inheritdoc cref="SampleSource.Warning"/>
    public string? DataWarning => _batches.Warning;

    public int SamplesPerEpoch => Data.Train.Count;

    public int StepsPerEpoch => _batches.PerEpoch;

    public long TotalSteps => _steps.Total;

    internal RunData Data => _opening.Data;

    // Its states follow from its claim, the steps and the writer. Built, it has written nothing yet. Created or resumed, it can be trained,
    // and a new one that fails before its first step is deleted. After that, or if a step has failed, it is spent.

    /// <summary>Whether a failure deletes the run.</summary>
    private bool IsUntrained => _opening.Claim.IsNew && Step == 0;

    /// <summary>Whether the run can only be disposed.</summary>
    private bool IsSpent => !_steps.IsWhole || (_opening.Claim.IsNew && SavedStep < 0);

    /// <summary>Whether a program is training the run.</summary>
    public static bool IsTrainedNow(RunDirectory directory) => RunLock.IsHeld(directory);

    /// <summary>Makes the program that trains a run stop after the current step and save a checkpoint.</summary>
    /// <exception cref="RunException">the run's folder can't be written to</exception>
    public static void RequestStop(RunDirectory directory) => StopRequest.Create(directory);

    /// <summary>Starts a run: checks options and data, initialises the weights, writes the options and the first checkpoint.</summary>
    /// <param name="folder">the run's directory; must not hold a run yet</param>
    /// <param name="options">what to train and how</param>
    /// <param name="data">samples; by default the data set named in the options</param>
    /// <param name="device">device to train on; by default the one named in the options, opened and closed by the run</param>
    /// <param name="initFrom">
    /// a run, a file or a folder of the reference's files with initial weights of the networks (fine-tuning); null for random weights
    /// </param>
    /// <param name="initNetwork">name of the only network of that checkpoint to take; null for all that fit</param>
    /// <exception cref="OptionsException">options are invalid or contradict each other</exception>
    /// <exception cref="PictureException">pictures are missing or can't be used</exception>
    /// <exception cref="RunException">the directory holds a run, or files that a run would overwrite, or can't be written</exception>
    public static TrainingRun Create(
        string folder, TrainingOptions options, RunData? data = null, Device? device = null, string? initFrom = null,
        string? initNetwork = null) => Create(folder, options, ranks: null, data, device, initFrom, initNetwork: initNetwork);

    /// <summary>The same on several processes.</summary>
    /// <param name="ranks">the ranks that train together, each with a call like this; null for this process alone</param>
    internal static TrainingRun Create(
        string folder, TrainingOptions options, IRanks? ranks, RunData? data = null, Device? device = null, string? initFrom = null,
        string? initNetwork = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(options);
        var team = TeamOf(ranks);
        return BuildAndWrite(
            team, () => new TrainingRun(RunOpening.New(folder, options, data, team), device, team),
            run => run.InitializeAndSave(initFrom, initNetwork));
    }

    /// <summary>Resumes a run from its latest checkpoint.</summary>
    /// <param name="folder">the run's directory; or one of its checkpoints, if the latest is damaged</param>
    /// <param name="change">changes the options; changes that would make it a different run are refused</param>
    /// <param name="data">samples; by default the data set named in the options</param>
    /// <param name="device">device to train on; by default the one named in the options, opened and closed by the run</param>
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
        bool changedData = false) => Resume(folder, ranks: null, change, data, device, changedData: changedData);

    /// <summary>The same on several processes.</summary>
    /// <param name="ranks">the ranks that train together, each with a call like this; null for this process alone</param>
    internal static TrainingRun Resume(
        string folder, IRanks? ranks, Func<TrainingOptions, TrainingOptions>? change = null, RunData? data = null, Device? device = null,
        bool changedData = false)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var team = TeamOf(ranks);
        var sent = team?.StoredOfLeader(() => RunOpening.StoredIn(folder));
        return BuildAndWrite(
            team, () => new TrainingRun(RunOpening.Resumed(folder, change, data, team, changedData, sent), device, team),
            run => run.WriteOptionsAndCopies());
    }

    /// <summary>
    /// Trains to the end; when cancelled, to the end of the current step, without the evaluation that is due there. A failure between two
    /// steps is thrown after their state has been saved, if it can be. What was due and not done comes first when the run is trained
    /// further. A run that fails before its first step is deleted again, so that it does not block its folder.
    /// </summary>
    /// <exception cref="InvalidOperationException">an earlier training failed such that the run can only be disposed</exception>
    /// <exception cref="NonFiniteLossException">a loss is NaN or infinite; the last checkpoint is older</exception>
    /// <exception cref="RunException">the checkpoint or the log can't be written; the message names the last good one</exception>
    /// <exception cref="PictureException">a picture can't be used; the message says from where to resume</exception>
    public TrainingOutcome Train(ITrainingObserver? observer = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (IsSpent)
        {
            throw new InvalidOperationException($"{Directory.Path}: the last training failed within a step, with a loss that is not " +
                "finite, or before its first step: dispose the run, and resume it from its checkpoint, or create it anew if that is gone");
        }

        using var policy = _batches.ApplyPolicy();
        if (_team is { Leads: false })
        {
            return _loop.Follow(cancellationToken);
        }

        var runLock = _opening.Claim.HandOver(SavedStep); // Who is refused it must not delete what another program trains.
        try
        {
            using (runLock)
            {
                return _loop.Lead(observer, cancellationToken);
            }
        }
        catch (Exception e) when (IsUntrained)
        {
            DeleteAll();
            switch (e)
            {
                case ShapeException:
                    throw new RunException($"{e.Message}: these networks and pictures don't fit each other; see " +
                        $"{string.Join(", ", SizesAmong(Options))}", e);
                case RunException when _writer.CauseOf(e) is { } cause:
                    throw _writer.Unwritten(cause);
                case PictureException { InnerException: { } cause }:
                    throw new PictureException($"{cause.Message.TrimEnd('.')}. No step was taken, and nothing is kept of the run.", e);
                default:
                    throw;
            }
        }
    }

    /// <summary>Gives back all memory, that of <see cref="Model"/> included, and closes a device that the run opened. Final.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _batches?.Stop(); // Before the device, on which they prepare.
        _writer?.Drain(); // Before another program may take the lock.
        _opening.Claim.Dispose();
        Model?.Device.WorkQueue.RunLast(Model.Dispose);
        _ownDevice?.Dispose();
    }

    /// <summary>Disposes a run that could not be started or resumed; a new one is deleted, so that it does not block its folder.</summary>
    internal void Abandon()
    {
        Dispose();
        if (IsUntrained)
        {
            DeleteAll();
        }
    }

    /// <summary>Loads networks, optimisers, image pools and position from a checkpoint.</summary>
    internal void Load(string checkpoint) => GoOnFrom(Model.Device.WorkQueue.Run(() => Checkpoint.Load(checkpoint, Model)));

    /// <summary>Takes over the position of a checkpoint.</summary>
    private void GoOnFrom(RunPosition position)
    {
        var vectors = VectorsOf(Model.Device);
        OtherVectors = vectors is { } now && position.Vectors is { } before && now != before ? (now, before) : null;
        _steps.Position = position with { Damaged = null, Vectors = vectors };
        _batches.Restore(position.LeftOut);
    }

    /// <summary>Bits of a CPU's vectors; null for other devices.</summary>
    internal static int? VectorsOf(Device device) => device.Name != "cpu" ? null
        : Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>The processes that train together; null if the caller named none.</summary>
    private static Team? TeamOf(IRanks? ranks) => ranks is null ? null : new Team(ranks);

    /// <summary>Builds a run and writes its files; of processes that train together each builds it, and the first writes.</summary>
    private static TrainingRun BuildAndWrite(Team? team, Func<TrainingRun> build, Action<TrainingRun> write)
    {
        if (team is not null)
        {
            return team.Start(build, write);
        }

        var run = build();
        try
        {
            write(run);
            return run;
        }
        catch
        {
            run.Abandon();
            throw;
        }
    }

    /// <summary>Loads the checkpoint from which the run is resumed, if it can go on from there.</summary>
    private void LoadStored()
    {
        if (_opening.Sent is { } sent)
        {
            GoOnFrom(sent); // The tensors follow once all ranks have built the run.
        }
        else
        {
            Load(_opening.NewLatest ?? Directory.Latest);
        }

        if (_steps.Position.Teacher is { } teacher && teacher != _teacher?.Hash)
        {
            throw new RunException(_opening.TeacherCopy is { } copy
                ? $"{copy}: is not the teacher that the run has learnt from; put the run's own copy back, or delete this file to go on " +
                    $"with {Model.TeacherPath}"
                : $"{Directory.Path}: is a student of another teacher than {Model.TeacherPath}, or of the same before it was trained " +
                    "further; choose another --out, or delete that folder" +
                    (File.Exists(Directory.Teacher) ? $". Where no teacher is named it goes on with {Directory.Teacher}, its copy" : ""));
        }

        _steps.Position = _steps.Position with { Samples = Data.Train.Count };
        if (TotalSteps < Step)
        {
            throw new OptionsException($"{Directory.Path}: the run has taken {Step} steps, {StepsPerEpoch} an epoch, which is more " +
                $"than the {TotalSteps} asked for; ask for more, or train a new run");
        }

        _writer.MarkResumed(Step, hasOtherOptions: Options != _opening.Stored);
    }

    /// <summary>Loads the weights that a new run starts from, if any, and writes its options and first checkpoint.</summary>
    private void InitializeAndSave(string? initFrom, string? initNetwork)
    {
        if (initFrom is not null)
        {
            Model.Device.WorkQueue.Run(() => InitialWeights.LoadNetworks(initFrom, initNetwork, Model));
        }

        using var policy = _batches.ApplyPolicy(); // To save, a model may read samples.
        _opening.Claim.Make();
        _steps.Position = _steps.Position with
        {
            Samples = Data.Train.Count, Teacher = _teacher?.Hash, Data = DataFingerprint.Of(Data.Train, Options.Data),
            Labels = DataFingerprint.OfLabels(Data.Train),
            Vectors = VectorsOf(Model.Device),
        };
        _writer.Described = SideBySide.MetadataOf(Options, checkpoint: null);
        _writer.WriteOptions();
        if (_teacher is { } teacher)
        {
            // The teacher may train on, or go, before the student is resumed.
            Model.Device.WorkQueue.Run(() => NetworkExporter.ToSafetensors(
                teacher.Network, Directory.Teacher, new ExportSettings { Metadata = teacher.Metadata }));
        }

        _writer.Save(_steps.Position);
        _writer.Finish();
    }

    /// <summary>Writes the resumed run's options, also to its checkpoint, and the copies that a killed program may have missed.</summary>
    private void WriteOptionsAndCopies()
    {
        using var policy = _batches.ApplyPolicy();
        Directory.Create();
        if (_opening.NewLatest is { } checkpoint)
        {
            _writer.RestoreLatest(checkpoint);
        }

        var stored = _opening.Stored!;
        var hasOwnShapes = Options.Data != stored.Data && Path.Exists(Options.Data); // Those of the pairs of other data.
        _writer.Described = SideBySide.MetadataOf(Options, hasOwnShapes ? null : Directory.Latest);
        _writer.WriteOptions();
        if (_steps.EpochToNumber(stored) is { } epoch && !File.Exists(_writer.Numbered(epoch, Step)))
        {
            _writer.CopyToNumber(epoch, Step); // The program was killed between the latest checkpoint and its copy.
        }

        if (_earlyStopping is not null && Best?.Step == Step
            && (!File.Exists(Directory.Best) || Checkpoint.Read(Directory.Best).Position.Step != Step))
        {
            _writer.CopyLatest(Directory.Best); // Killed before this copy.
        }

        if (!_writer.HasSaved(Step))
        {
            // Also if this program is killed before it saves, the next goes on with these options; all else is as it was.
            _writer.Save(Checkpoint.Read(Directory.Latest).Position);
        }

        _writer.Finish();
    }

    /// <summary>Deletes the run, which has taken no step; what can't be deleted stays.</summary>
    private void DeleteAll()
    {
        try
        {
            _writer.DeleteAll(_opening.Claim);
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
}
