using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Training;

/// <summary>
/// The batches of a run, and what happens if a picture in them is damaged: it is left out from then on, by all processes alike, or ends the
/// training.
/// </summary>
internal sealed class RunBatches
{
    /// <summary>Fields of pictures, which networks read with one number of channels.</summary>
    private static readonly string[] s_pictures = [PairFields.NameOfA, PairFields.NameOfB, LabelledPictures.NameOfPicture];

    private readonly RunData _data;
    private readonly SampleBatches _batches;
    private readonly LeftOutFiles _leftOut;
    private readonly Team? _team;

    /// <summary>Whether samples are pairs with a known target.</summary>
    private readonly bool _isOfPairs;

    /// <summary>The batches from the next step on; null before the first.</summary>
    private IEnumerator<Batch>? _reader;

    /// <summary>The first batch's first sample, and the shapes of <see cref="s_pictures"/>; null before it.</summary>
    private (string Name, Shape?[] Shapes)? _first;

    /// <param name="data">the run's samples, which other runs may share</param>
    /// <param name="options">batch size, seed, and what happens if a file is damaged</param>
    /// <param name="team">the processes that train together; null if this one trains alone</param>
    /// <exception cref="PictureException">there are no samples to train with, or to evaluate</exception>
    public RunBatches(RunData data, TrainingOptions options, Team? team)
    {
        (_data, _team, _isOfPairs) = (data, team, FamilyCatalog.Of(options).Info.LearnsFromPairs);
        _leftOut = new LeftOutFiles(options.Data, options.OnDamage == DamagePolicy.Skip);
        data.Train.RequireSamples();
        if (options is PictureOptions { KeepBest: not BestMetric.None })
        {
            data.HeldOut.RequireSamples();
        }

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
            var added = _leftOut.Add(news, steps.Taken, PerEpoch);
            steps.LeaveOut(_leftOut.All, added);

            bool Moves()
            {
                moves = _reader!.MoveNext() && goesOn();
                if (!moves || _leftOut.HasNews)
                {
                    return false;
                }

                RequireLikeFirst(Current);
                return true;
            }
        }
    }

    /// <summary>
    /// The files without which the run can't be resumed if it ends over a damaged one: further files may have gone with that, and a resume
    /// that leaves files out must know of them.
    /// </summary>
    public IReadOnlyList<string> LostWith(string damaged) =>
        [.. _data.Train.Files.Where(file => !Path.Exists(file)).Select(_leftOut.NameOf).Append(damaged).Distinct()];

    /// <summary>
    /// Refuses, before a step begins with them, pictures of other channels than the first batch's, and pairs of two sizes if those were of
    /// one. Folders give no such pictures, but a program's own source may.
    /// </summary>
    /// <exception cref="PictureException">the batch has such pictures</exception>
    private void RequireLikeFirst(Batch batch)
    {
        var name = batch.Names[0];
        Shape?[] shapes = [.. s_pictures.Select(field => batch.Find(field)?.Shape)];
        var (first, expected) = _first ??= (name, shapes);
        for (var i = 0; i < shapes.Length; i++)
        {
            if (shapes[i] is { Rank: 4 } shape && expected[i] is { Rank: 4 } like && shape[1] != like[1])
            {
                throw new PictureException(
                    $"{name}: its {s_pictures[i]} has {Counted.Of(shape[1], "channel")}, but that of {first} has {like[1]}");
            }
        }

        if (_isOfPairs && IsOfOneSize(expected) && !IsOfOneSize(shapes) && shapes is [{ Rank: 4 } a, { Rank: 4 } b, ..])
        {
            throw new PictureException(
                $"{name}: its A has {a[3]}x{a[2]} pixels, but its B {b[3]}x{b[2]}; the two pictures of a pair need one size");
        }

        static bool IsOfOneSize(Shape?[] pair) => pair is [{ Rank: 4 } left, { Rank: 4 } right, ..]
            && (left[2], left[3]) == (right[2], right[3]);
    }

    /// <summary>Prepares no more batches; the next call of <see cref="MoveOn"/> begins anew.</summary>
    public void Stop()
    {
        _reader?.Dispose();
        _reader = null;
    }
}
