using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Training;

/// <summary>
/// The batches of a run, and what happens if a picture in them is damaged: it is left out from then on, by all processes alike, or ends the
/// training.
/// </summary>
internal sealed class RunBatches
{
    private readonly RunData _data;
    private readonly SampleBatches _batches;
    private readonly LeftOutFiles _leftOut;
    private readonly Team? _team;

    /// <summary>The batches from the next step on; null before the first.</summary>
    private IEnumerator<Batch>? _reader;

    /// <param name="data">the run's samples, which other runs may share</param>
    /// <param name="options">batch size, seed, and what happens if a file is damaged</param>
    /// <param name="team">the processes that train together; null if this one trains alone</param>
    public RunBatches(RunData data, TrainingOptions options, Team? team)
    {
        (_data, _team) = (data, team);
        _leftOut = new LeftOutFiles(options.Data, options.OnDamage == DamagePolicy.Skip);
        using var policy = ApplyPolicy();
        _batches = data.Train.Shuffled(options.Seed, options.BatchSize, team?.Place);
    }

    public int PerEpoch => _batches.BatchesPerEpoch;

    /// <summary>
    /// Until the result is disposed, what this thread reads of the run's samples goes by what the run does about damaged files.
    /// </summary>
    public IDisposable ApplyPolicy() => _leftOut.Train(_data.Train, _data.HeldOut);

    /// <summary>The batch of the next step, after <see cref="MoveOn"/>.</summary>
    public Batch Current => _reader!.Current;

    /// <summary>Whether further damaged files are left out; otherwise they end the training.</summary>
    public bool TakesMore => _leftOut.TakesMore;

    /// <summary>Whether rank 0 saved its state before a failure ended all processes.</summary>
    public bool IsSavedTogether => _team is { IsSaved: true };

    /// <inheritdoc cref="SampleSource.Warning"/>
    public string? Warning
    {
        get
        {
            try
            {
                return _data.Train.Warning();
            }
            catch (PictureException) when (TakesMore)
            {
                return null; // The training names the damaged picture when it meets it.
            }
        }
    }

    /// <summary>Takes over the files that a checkpoint's run leaves out.</summary>
    public void Restore(IReadOnlyList<LeftOutFile>? leftOut) => _leftOut.Restore(leftOut);

    /// <summary>Gets the next batch on all processes.</summary>
    /// <param name="steps">the run's steps, which are told of damaged files</param>
    /// <param name="goesOn">whether this process wants to go on</param>
    /// <param name="save">saves the state before a failure ends all processes; whether it could</param>
    /// <returns>false at the end, or if one of the processes does not want to go on</returns>
    public bool MoveOn(RunSteps steps, Func<bool> goesOn, Func<bool> save)
    {
        while (true)
        {
            _reader ??= _batches.On(steps.Model.Device, steps.Taken, steps.Total - steps.Taken).GetEnumerator();
            var moves = false;
            if (_team is null ? Moves() : _team.All(Moves, save))
            {
                return true;
            }

            var own = _leftOut.TakeNews();
            var news = _team is not null && TakesMore ? _team.AllNews(own, moves) : moves ? own : [];
            if (news.Count == 0)
            {
                return false;
            }

            // Batches prepared ahead may hold a picture that is left out now, and would be others after a resume.
            Stop();
            var added = _leftOut.Add(news, steps.Taken);
            steps.LeaveOut(_leftOut.All, added);

            bool Moves() => (moves = _reader!.MoveNext() && goesOn()) && !_leftOut.HasNews;
        }
    }

    /// <summary>
    /// The files without which the run can't be resumed if it ends over a damaged one: further files may have gone with that, and a resume
    /// that leaves files out must know of them.
    /// </summary>
    public IReadOnlyList<string> LostWith(string damaged) =>
        [.. _data.Train.Files.Where(file => !Path.Exists(file)).Select(_leftOut.NameOf).Append(damaged).Distinct()];

    /// <summary>Prepares no more batches; the next call of <see cref="MoveOn"/> begins anew.</summary>
    public void Stop()
    {
        _reader?.Dispose();
        _reader = null;
    }
}
