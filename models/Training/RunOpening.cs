using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Models.Training;

/// <summary>
/// What a run starts from: checked options and data, and the claim to its folder; for a resume also the checkpoint.
/// </summary>
/// <param name="Directory">the run's folder</param>
/// <param name="Family">the family of the options</param>
/// <param name="Options">those to train with</param>
/// <param name="Data">the samples</param>
internal sealed record RunOpening(RunDirectory Directory, Family Family, TrainingOptions Options, RunData Data)
{
    /// <summary>At most this many files of a split are decoded before training, so that a bad file is reported at once.</summary>
    private const int FilesChecked = 1000;

    /// <summary>The claim to the folder; a resumed run's files were read under its lock.</summary>
    public RunClaim Claim { get; private init; } = new(Directory);

    /// <summary>The options in the checkpoint of a resumed run; null for a new one.</summary>
    public TrainingOptions? Stored { get; private init; }

    /// <summary>Whether a resumed run has more or fewer samples than it was started with.</summary>
    public bool HasOtherCount { get; private init; }

    /// <summary>The checkpoint that takes the place of the latest one; null for that itself.</summary>
    public string? NewLatest { get; private init; }

    /// <summary>The position in the checkpoint that rank 0 has read, on the other ranks; null on rank 0 and in a process alone.</summary>
    public RunPosition? Sent { get; private init; }

    /// <summary>
    /// The run's copy of the generator that it imitates; null in a new run, without one, and if a resume names another place.
    /// </summary>
    public string? TeacherCopy { get; private init; }

    /// <summary>A new run; nothing is written.</summary>
    /// <inheritdoc cref="TrainingRun.Create(string, TrainingOptions, IRanks?, RunData?, Device?, string?, string?)"/>
    public static RunOpening New(string folder, TrainingOptions options, RunData? data, Team? team)
    {
        var family = FamilyCatalog.Of(options);
        options.RequireToBegin(family);
        var directory = new RunDirectory(folder);
        if (team is not { Leads: false })
        {
            directory.RequireNoRun();
        }

        if (data is null)
        {
            (options, data) = RunData.Completed(family, options);
        }

        EarlyStopping.RequirePictures(options, data);
        if (options.OnDamage == DamagePolicy.Stop)
        {
            try
            {
                DataCheck.Require(data.Train, FilesChecked);
                if (data.HasHeldOut)
                {
                    DataCheck.Require(data.HeldOut, FilesChecked);
                }
            }
            catch (PictureException e)
            {
                throw WithWayOn(e, options);
            }
        }

        return new RunOpening(directory, family, options, data);
    }

    /// <summary>Options and position of a run that is to be resumed; null if they can't be read, which the resume reports.</summary>
    /// <param name="folder">the run's folder, or one of its checkpoints</param>
    public static Checkpoint? StoredIn(string folder) =>
        Checkpoint.TryRead(File.Exists(folder) ? folder : new RunDirectory(folder).Latest);

    /// <summary>A run that goes on; nothing is written.</summary>
    /// <inheritdoc
    ///     cref="TrainingRun.Resume(string, IRanks?, Func{TrainingOptions, TrainingOptions}?, RunData?, Device?, bool)"/>
    /// <param name="sent">options and position from rank 0; null to read them in the folder</param>
    public static RunOpening Resumed(
        string folder, Func<TrainingOptions, TrainingOptions>? change, RunData? data, Team? team, bool changedData, Checkpoint? sent)
    {
        var checkpoint = File.Exists(folder) ? folder : null;
        var directory = checkpoint is null ? new RunDirectory(folder) : RunDirectory.Of(checkpoint)
            ?? throw OutsideRun(checkpoint);
        if (checkpoint is null && sent is null)
        {
            Checkpoint.RequireRun(directory); // Before the lock: its file would be made in any folder, and can't be where there is none.
        }

        // Lock before reading: another program that is still training would replace the files.
        var claim = new RunClaim(directory, team is { Leads: false } ? null : RunLock.Take(directory));
        try
        {
            var stored = sent ?? (checkpoint is null ? Checkpoint.ReadLatest(directory, Checkpoint.Read) : Checkpoint.Read(checkpoint));
            if (checkpoint is not null && sent is null)
            {
                RequireNewest(directory, checkpoint, stored.Position);
            }

            if (stored.Position.Samples == 0)
            {
                throw new RunException($"{directory.Path}: holds imported weights, not a training run; start one with --init-from " +
                    ShellWord.Of(directory.Latest));
            }

            var options = change?.Invoke(stored.Options) ?? stored.Options;
            var family = FamilyCatalog.Of(options);
            options.Validated(family).RequireResumable(stored.Options);
            if (data is null)
            {
                MovedFiles.Require(directory, options, stored.Options);
                data = OpenedAsItWas(family, options, stored.Position);
            }

            if (data.Train.Count != stored.Position.Samples && !changedData)
            {
                throw new RunException($"{directory.Path}: the run was started with {stored.Position.Samples} samples, but its data set " +
                    $"has {data.Train.Count} now, so it can't be resumed bit for bit; restore the pictures, or add --changed-data to go " +
                    $"on with those that are there{OfRun(options)}{WayOn(options, stored.Position)}");
            }

            EarlyStopping.RequirePictures(options, data);
            return new RunOpening(directory, family, options, data)
            {
                Claim = claim, Stored = stored.Options, NewLatest = checkpoint, Sent = sent?.Position,
                TeacherCopy = File.Exists(directory.Teacher)
                    && !options.DifferencesFrom(stored.Options).Any(d => d.Name == MovedFiles.Teacher) ? directory.Teacher : null,
                HasOtherCount = data.Train.Count != stored.Position.Samples,
            };
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    /// <summary>The exception for a file outside a run's folder, from which a run may start.</summary>
    /// <exception cref="IOException">it can't be read, so that no run starts from it</exception>
    private static RunException OutsideRun(string file)
    {
        using var readable = TensorFile.Open(file);
        return new RunException($"{file}: is a file outside a run's folder; start a run with --init-from {ShellWord.Of(file)}");
    }

    /// <summary>Refuses an older checkpoint than the latest one, whose steps would be lost.</summary>
    private static void RequireNewest(RunDirectory directory, string checkpoint, RunPosition position)
    {
        var wayBack = $"To go back all the same, copy the run's folder without it, and resume the copy's {Path.GetFileName(checkpoint)}";
        if (Checkpoint.IsOfAnother(directory.Latest))
        {
            throw new RunException(
                $"{directory.Latest} is not damaged: a newer program wrote it, or its family is missing, so go on with the program that " +
                    $"wrote it. {wayBack}");
        }

        if (Checkpoint.TryRead(directory.Latest) is { Position.Step: var latest } && latest > position.Step)
        {
            throw new RunException($"{directory.Latest} is intact and of step {latest}, after step {position.Step}: resume with " +
                $"--resume {ShellWord.Of(directory.Path)}. {wayBack}");
        }
    }

    /// <summary>The data set as it was when the run was started: files that the run leaves out may have gone since.</summary>
    private static RunData OpenedAsItWas(Family family, TrainingOptions options, RunPosition position)
    {
        var leftOut = new LeftOutFiles(options.Data, options.OnDamage == DamagePolicy.Skip);
        leftOut.Restore(position.LeftOut, leftOut.TakesMore ? position.Damaged : null);
        using var reading = leftOut.Begin();
        return RunData.Open(family, options);
    }

    /// <summary>A failure over a picture before a training begins, with how to find all such files and how to do without them.</summary>
    public static PictureException WithWayOn(PictureException cause, TrainingOptions options) => new(
        $"{cause.Message.TrimEnd('.')}. {ShellWord.Words("ilgpugan", "data", "check", options.Data)} names all such files; train's " +
            "--on-damage skip leaves them out", cause)
    {
        File = cause.File,
    };

    /// <summary>What a message adds if a run lies among the data, whose pictures once were data, too.</summary>
    private static string OfRun(TrainingOptions options)
    {
        using var silence = PictureRemarks.Silence();
        var walk = new FolderWalk(options.Data);
        _ = System.IO.Directory.Exists(options.Data) ? walk.Files().Count() : 0;
        return walk.Run is { } run ? $"; what the run in {run} has made is no data" : "";
    }

    /// <summary>What a message adds if the run ended over a picture that has gone.</summary>
    private static string WayOn(TrainingOptions options, RunPosition position) =>
        options.OnDamage == DamagePolicy.Stop && position.Damaged is [var first, ..]
            ? $". It had ended over {first}: put that back, or leave it out with --on-damage skip"
            : "";
}
