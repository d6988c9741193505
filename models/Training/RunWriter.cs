using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Checkpoints;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Training;

/// <summary>
/// Writes a run's options and checkpoints. A checkpoint is copied to the host's memory, and written beside the steps that follow, without
/// haste, one after the other; who must know that it is there calls <see cref="Finish"/>. If a write fails, the next call that finishes or
/// tells throws, and the message names the last good checkpoint; the writer can be used further. It holds nothing but work under way, which
/// <see cref="Drain"/> ends.
/// </summary>
/// <param name="directory">directory of the run</param>
/// <param name="model">saved in the checkpoints</param>
/// <param name="data">the training data</param>
/// <param name="clock">time since the program began with the run</param>
internal sealed class RunWriter(RunDirectory directory, GanModel model, SampleSource data, Func<TimeSpan> clock)
{
    /// <summary>
    /// How often a checkpoint is given its name at the end, for two seconds each, while another program reads the old one.
    /// </summary>
    private const int MostAttempts = 15;

    /// <summary>The first checkpoint is a third of those that follow, which hold the optimisers' state.</summary>
    private const int FewCheckpoints = 6;

    /// <summary>
    /// The longest time over which a checkpoint is written. To copy a large one to the system's cache takes the time of a fraction of a
    /// step, from threads that steps wait for: spread, no step is noticeably longer.
    /// </summary>
    private static readonly TimeSpan s_longestWrite = TimeSpan.FromSeconds(30);

    /// <summary>Files that are written beside the steps, in order, and what is to be done here when each is there.</summary>
    private readonly Queue<(Task Work, Action Written)> _underWay = [];

    private readonly CheckpointCopy _copy = new();
    private Task _last = Task.CompletedTask;

    /// <summary>Done as soon as somebody waits for what is being written.</summary>
    private TaskCompletionSource _awaited = new();

    /// <summary>The latest exception for a file that can't be written.</summary>
    private RunException? _unwritten;

    private TimeSpan _savedAt;
    private bool _hasOtherOptions;

    /// <summary>Whether the run's folder has been moved or deleted, and this is another one in its place.</summary>
    private bool _isAnew;

    /// <summary>
    /// The newest complete checkpoint: the latest, or one that waits for its name while another program reads the latest.
    /// </summary>
    private volatile string _newest = directory.Latest;

    /// <summary>Hears of files when they are there; null for nobody.</summary>
    public ITrainingObserver? Observer { get; set; }

    /// <summary>What checkpoints say of the generators, beside options.</summary>
    public IReadOnlyDictionary<string, string> Described { private get; set; } = new Dictionary<string, string>();

    /// <summary>Steps taken when the latest checkpoint was made that is known to be written; negative if there is none.</summary>
    public long SavedStep { get; private set; } = -1;

    /// <summary>Time since the last checkpoint of this program was made, or since its start.</summary>
    public TimeSpan SinceSaved => clock() - _savedAt;

    /// <summary>Records the checkpoint from which the run was resumed.</summary>
    /// <param name="step">the checkpoint's number of steps</param>
    /// <param name="hasOtherOptions">whether its options differ from those that the run continues with</param>
    public void MarkResumed(long step, bool hasOtherOptions) => (SavedStep, _hasOtherOptions) = (step, hasOtherOptions);

    /// <summary>Whether the latest checkpoint is of this step, has the run's options, and is there.</summary>
    public bool HasSaved(long step) => SavedStep == step && !_hasOtherOptions && File.Exists(_newest);

    /// <summary>Whether the disk has little room beside some checkpoints, so that pictures may leave none for the next.</summary>
    public bool IsRoomScarce =>
        new FileInfo(_newest) is { Exists: true } newest && Disk.Current.FreeBytes(directory.Path) < FewCheckpoints * newest.Length;

    /// <summary>Makes the run's folder anew, with its options, if it has been moved or deleted during the training.</summary>
    /// <exception cref="RunException">it can't be made</exception>
    public void MakeFolderAnew()
    {
        if (!Directory.Exists(directory.Checkpoints))
        {
            directory.Create();
            WriteOptions();
            _isAnew = true;
        }
    }

    /// <exception cref="RunException">they can't be written</exception>
    public void WriteOptions() => Writing(() => AtomicFile.WriteText(directory.Options, model.Options.ToJson() + '\n'));

    /// <summary>Makes room for a checkpoint's copy, beside what follows: after the first step, which makes the optimisers' state.</summary>
    public void Reserve() => Beside(model.Device.WorkQueue.Run(() => Checkpoint.Reserve(model, _copy)), () => { });

    /// <summary>
    /// Copies the latest checkpoint, and has it written beside what follows. While another program has the old file open, on Windows, the
    /// new one waits for its name until the next, or <see cref="Settle"/>.
    /// </summary>
    /// <exception cref="NonFiniteLossException">a weight is NaN or infinite</exception>
    /// <exception cref="RunException">the one before can't be written</exception>
    public void Save(RunPosition position)
    {
        Finish();
        model.BeforeSave(data);
        Action<string, Action<double>> write;
        try
        {
            write = model.Device.WorkQueue.Run(() => Checkpoint.Copied(model, position, _copy, Described));
        }
        catch (NotFiniteNumberException e)
        {
            throw Diverged(e.Message, "weights", position.Step);
        }

        // A part of the time until the next one, which is to find it written.
        var spread = SinceSaved / 4 < s_longestWrite ? SinceSaved / 4 : s_longestWrite;
        var awaited = _awaited.Task;
        _savedAt = clock();
        FileHeldException? held = null;
        Beside(Write, Written);

        void Write()
        {
            try
            {
                write(directory.Latest, share => awaited.Wait(share * spread));
                _newest = directory.Latest;
            }
            catch (FileHeldException e)
            {
                held = e;
                _newest = AtomicFile.TemporaryOf(directory.Latest);
            }
        }

        void Written()
        {
            (SavedStep, _hasOtherOptions) = (position.Step, false);
            Observer?.Saved(position.Step, held is null ? directory.Latest : AtomicFile.TemporaryOf(directory.Latest));
            if (held is not null)
            {
                Observer?.Warned($"{held.Message}; it takes its name when that program is done");
            }
        }
    }

    /// <summary>Tells of the files that have been written since the last call; waits for none.</summary>
    /// <exception cref="RunException">one can't be written</exception>
    public void Tell()
    {
        while (_underWay.TryPeek(out var next) && next.Work.IsCompleted)
        {
            Conclude();
        }
    }

    /// <summary>Waits until all files are written.</summary>
    /// <inheritdoc cref="Tell"/>
    public void Finish()
    {
        Hurry();
        while (_underWay.Count > 0)
        {
            Conclude();
        }
    }

    /// <summary>
    /// Waits until nothing is being written, where something has failed: what fails here, too, is not reported.
    /// </summary>
    public void Drain()
    {
        Hurry();
        while (_underWay.TryDequeue(out var next))
        {
            Task.WaitAny(next.Work);
            if (next.Work.IsCompletedSuccessfully)
            {
                next.Written();
            }
        }

        _last = Task.CompletedTask;
    }

    /// <summary>Gives the newest checkpoint its name, if it still waits for it: at the end of a training.</summary>
    /// <exception cref="RunException">after half a minute another program still has the old one open</exception>
    public void Settle()
    {
        Finish();
        for (var attempt = 1; _newest != directory.Latest; attempt++)
        {
            try
            {
                Writing(() => AtomicFile.Rename(_newest, directory.Latest));
                _newest = directory.Latest;
            }
            catch (RunException e) when (e.InnerException is FileHeldException && attempt < MostAttempts)
            {
                // It may be done by the next attempt.
            }
        }
    }

    /// <summary>
    /// The numbered checkpoint of an epoch that ended with a step. The number is the epoch's, or follows those of earlier steps: with other
    /// pictures epochs are counted anew. A file that holds another step is never the one.
    /// </summary>
    /// <exception cref="RunException">the folder can't be read</exception>
    public string Numbered(long epoch, long step) => Writing(() =>
    {
        var number = Math.Max(epoch, directory.ByNumber().Reverse().FirstOrDefault(other => StepOf(other.File) < step).Number + 1);
        while (File.Exists(directory.Numbered(number)) && StepOf(directory.Numbered(number)) != step)
        {
            number++;
        }

        return directory.Numbered(number);
    });

    /// <summary>Has the latest checkpoint copied to the numbered checkpoint of an epoch, and the oldest ones deleted.</summary>
    /// <param name="epoch">the epoch</param>
    /// <param name="step">the step with which it ended, that of the latest checkpoint</param>
    public void CopyToNumber(long epoch, long step)
    {
        CopyLatest(Numbered(epoch, step));
        if (model.Options.KeepLast > 0)
        {
            string? undeleted = null;
            Beside(
                () => undeleted = DeleteOldest(step),
                () =>
                {
                    if (undeleted is not null)
                    {
                        Observer?.Warned(undeleted);
                    }
                });
        }
    }

    /// <summary>The step of a checkpoint; null if it can't be read.</summary>
    private static long? StepOf(string file) => Checkpoint.TryRead(file)?.Position.Step;

    /// <summary>Deletes all numbered checkpoints up to a step but the last ones.</summary>
    /// <returns>why a checkpoint can't be deleted; null if all are</returns>
    private string? DeleteOldest(long step)
    {
        try
        {
            // Who has gone back to an earlier step has later ones, too, beside which the new ones would be the oldest.
            directory.AllNumbered().Select(file => (File: file, Step: StepOf(file))).Where(numbered => numbered.Step <= step)
                .OrderBy(numbered => numbered.Step).SkipLast(model.Options.KeepLast).ToList()
                .ForEach(numbered => Disk.Current.Delete(numbered.File));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{directory.Checkpoints}: an old checkpoint can't be deleted: {e.Message.TrimEnd('.')}";
        }
    }

    /// <summary>
    /// Deletes the files of a run that has taken no step, and its folders, if they were made for it and nothing else is in them.
    /// </summary>
    /// <param name="claim">the run's; what was there before it stays</param>
    /// <exception cref="IOException">a file can't be deleted</exception>
    /// <exception cref="UnauthorizedAccessException">a file can't be deleted</exception>
    public void DeleteAll(RunClaim claim)
    {
        Drain();
        foreach (var file in directory.AllEvents().Concat(directory.AllOfStart()).Except(claim.FilesBefore).ToList())
        {
            Disk.Current.Delete(file);
        }

        SavedStep = -1;
        string[] folders = [directory.TensorBoard, directory.Samples, directory.Checkpoints, directory.Path];
        foreach (var folder in claim.MadeFolder ? folders : [])
        {
            if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Disk.Current.DeleteFolder(folder);
            }
        }
    }

    /// <summary>Has the latest checkpoint copied to another file.</summary>
    public void CopyLatest(string path) =>
        Beside(() => AtomicFile.Copy(_newest, path), () => Observer?.Saved(SavedStep, path));

    /// <summary>Makes another checkpoint of the run the latest one.</summary>
    /// <exception cref="RunException">it can't be written</exception>
    public void RestoreLatest(string path) => Writing(() => AtomicFile.Copy(path, directory.Latest));

    /// <summary>Does work beside the training, after all such work before it; if that fails, so does this.</summary>
    private void Beside(Action work, Action written)
    {
        var before = _last;
        _last = Task.Factory.StartNew(
            () =>
            {
                before.GetAwaiter().GetResult();
                work();
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default); // It may wait for half a minute.
        _underWay.Enqueue((_last, written));
    }

    /// <summary>Has what is being written now take no longer than it must.</summary>
    private void Hurry()
    {
        _awaited.SetResult();
        _awaited = new TaskCompletionSource();
    }

    /// <summary>Waits for the first of the files that are under way.</summary>
    private void Conclude()
    {
        var (work, written) = _underWay.Dequeue();
        try
        {
            Writing(() => work.GetAwaiter().GetResult());
        }
        catch
        {
            Drain(); // What came after it has failed with it, and the next starts anew.
            throw;
        }

        written();
    }

    /// <summary>Runs an action that writes files of the run.</summary>
    /// <exception cref="RunException">it can't be written; the message names the last good checkpoint</exception>
    public void Writing(Action write) => Writing<object?>(() =>
    {
        write();
        return null;
    });

    /// <inheritdoc cref="Writing(Action)"/>
    public T Writing<T>(Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or PictureException { File: null } || (
            e is IOException && e is not CheckpointFormatException))
        {
            throw Unwritten(e);
        }
    }

    /// <summary>The exception for a file of the run that can't be written; it names the last good checkpoint of now.</summary>
    public RunException Unwritten(Exception cause) =>
        _unwritten = new($"{directory.Path}: can't be written: {cause.Message.TrimEnd('.')}. {LastGood()}", cause);

    /// <summary>
    /// Why a file of the run can't be written, if that is what a training has failed with; null if it is anything else, such as an
    /// observer's failure over another run.
    /// </summary>
    /// <param name="failure">to be asked about before the next file is written</param>
    public Exception? CauseOf(Exception failure) => failure == _unwritten ? failure.InnerException : null;

    /// <summary>The exception for a run whose losses or weights are not finite.</summary>
    /// <param name="what">the loss or weight and its value, as a clause of the message</param>
    /// <param name="loss">the name of the loss, or <c>weights</c></param>
    /// <param name="step">the step in which it was found</param>
    public NonFiniteLossException Diverged(string what, string loss, long step) =>
        new($"{what} in step {step}: training stopped. {LastGood()} Try a smaller --lr.", step, loss);

    /// <summary>A sentence that names the last good checkpoint.</summary>
    public string LastGood()
    {
        Drain(); // One may be under way.
        return SavedStep < 0 ? "No checkpoint has been written yet."
            : !File.Exists(_newest) ? $"The last good checkpoint, {_newest} (step {SavedStep}), is gone."
            : $"The last good checkpoint is {_newest} (step {SavedStep}).{WayTogether}";
    }

    /// <summary>How to bring a folder that was made anew together with the moved one, as sentences; empty if none was.</summary>
    public string WayTogether => !_isAnew ? ""
        : $" {directory.Path} was moved or deleted during the training, and has been made anew to save this. If it was moved, copy what " +
            "is in the new folder over what is in the moved one, and resume the moved one.";
}
