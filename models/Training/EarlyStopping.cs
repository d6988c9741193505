using System.Collections;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Training;

/// <summary>Evaluates a model on the held-out pictures at intervals, tracks the best result, and decides when to stop.</summary>
internal sealed class EarlyStopping
{
    private readonly PictureOptions _options;
    private readonly GanModel _model;
    private readonly SampleSource _heldOut;
    private readonly int _made;
    private readonly int _real;

    private EarlyStopping(PictureOptions options, GanModel model, SampleSource heldOut, ComparedViews judged)
    {
        (_options, _model, _heldOut, Metric) = (options, model, heldOut, PictureMetric.Named(options.KeepBest));
        var views = model.Family.Info.Views.ToList();
        (_made, _real) = (views.IndexOf(judged.Made), views.IndexOf(judged.Real));
    }

    /// <summary>The early stopping of a run; null unless its options enable <c>--keep-best</c>.</summary>
    public static EarlyStopping? Of(GanModel model, RunData data) =>
        model.Options is PictureOptions { KeepBest: not BestMetric.None } options && model.Family.Info.ComparedViews is { } judged
            ? new EarlyStopping(options, model, data.HeldOut, judged)
            : null;

    /// <exception cref="OptionsException">
    /// the options enable <c>--keep-best</c>, but there are no held-out pictures, or not of sizes that its measure can be computed of
    /// </exception>
    public static void RequirePictures(TrainingOptions options, RunData data)
    {
        if (options is not PictureOptions { KeepBest: not BestMetric.None and var measure })
        {
            return;
        }

        if (!data.HasHeldOut)
        {
            throw new OptionsException($"--keep-best needs held-out pictures: {options.Data} has neither val nor test beside train");
        }

        var (least, ofOneSize) = PictureMetric.NeedsOf(measure);
        var sizes = least > 1 ? data.HeldOut.Sizes(Evaluator.MostPictures).ToList() : [];
        var name = $"--keep-best {OptionsJson.TextOf(measure)}";
        if (sizes.FindIndex(s => Math.Min(s.Width, s.Height) < least) is >= 0 and var small)
        {
            throw new OptionsException(
                $"{name} needs pictures of {least} pixels a side or more, but {Described(sizes[small])}; choose another measure");
        }

        if (ofOneSize && sizes.FindIndex(s => (s.Width, s.Height) != (sizes[0].Width, sizes[0].Height)) is >= 0 and var other)
        {
            throw new OptionsException($"{name} needs held-out pictures of one size, but {Described(sizes[0])}, and " +
                $"{Described(sizes[other])}; choose another measure, or a --preprocess that crops");
        }

        static string Described((string File, int Width, int Height) picture) =>
            $"{picture.File} is read with {picture.Width}x{picture.Height} pixels";
    }

    /// <summary>The measure by which checkpoints are compared; that of the options unless a program sets its own.</summary>
    public PictureMetric Metric { get; set; }

    /// <summary>Whether the model is evaluated after a step.</summary>
    /// <param name="step">steps taken</param>
    /// <param name="epochEnds">whether the step ends an epoch</param>
    /// <param name="isLast">whether it is the last of the run</param>
    public bool IsDue(long step, bool epochEnds, bool isLast) =>
        isLast || (_options.EvaluateFreq > 0 ? step % _options.EvaluateFreq == 0 : epochEnds);

    /// <summary>Evaluates the model without changing it.</summary>
    /// <param name="step">steps taken</param>
    /// <param name="before">the best result so far; null before the first evaluation</param>
    /// <param name="kept">the checkpoint of that result; measured first if its value compares with nothing</param>
    /// <param name="isStopping">whether the training is to stop, which ends the evaluation between two pictures</param>
    /// <returns>
    /// the value of the metric, and the updated best result, null before the first; a value that is infinite or NaN is never the best. With
    /// too little memory to measure the kept checkpoint nothing takes its place. Null if the training is to stop
    /// </returns>
    public (double Value, BestSoFar? State, bool LacksMemory)? Evaluate(
        long step, BestSoFar? before, string kept, Func<bool> isStopping)
    {
        double value;
        var (known, lacksMemory) = (Comparable(before), false);
        try
        {
            try
            {
                known ??= Measured(before, kept, isStopping);
            }
            catch (Exception e) when (e is OutOfMemoryException or DeviceException { IsOutOfMemory: true })
            {
                lacksMemory = true; // For a second model.
            }

            value = Score(_model, isStopping);
        }
        catch (Exception e) when (e is OperationCanceledException or AggregateException && isStopping())
        {
            return null; // A program's own metric may read pictures on several threads.
        }

        if (lacksMemory)
        {
            return (value, before, true);
        }

        var better = double.IsFinite(value) // No other could be better than NaN, and a checkpoint can't hold it.
            && (known is null || (Metric.HigherIsBetter ? value > known.Value : value < known.Value));
        return (
            value,
            better ? new BestSoFar { Metric = Metric.Name, Value = value, Step = step, Misses = 0, IsSpread = IsSpread }
                : known is null ? before
                : known with { Misses = known.Misses + 1 },
            false);
    }

    /// <summary>Whether the patience is exhausted: no improvement in that many evaluations by the metric, of whichever pictures.</summary>
    public bool IsOver(BestSoFar? state) =>
        _options.Patience > 0 && state is { Misses: var misses } && state.Metric == Metric.Name && misses >= _options.Patience;

    /// <summary>Whether other pictures are compared than the first ones by name.</summary>
    private bool IsSpread
    {
        get
        {
            var pairs = _heldOut as PairSource;
            var (inputs, targets) = (pairs?.Inputs ?? _heldOut.Count, pairs?.Targets ?? _heldOut.Count);
            var most = Metric.Name == OptionsJson.TextOf(BestMetric.Patches)
                ? Math.Min(Evaluator.MostPictures, Math.Min(inputs, targets)) // It takes as many of both.
                : Evaluator.MostPictures;
            return EvenPlaces.Of(inputs, most)[^1] >= most || EvenPlaces.Of(targets, most)[^1] >= most;
        }
    }

    /// <summary>
    /// The best result so far; null if its value is of another metric, or of the first pictures where others are compared now.
    /// </summary>
    private BestSoFar? Comparable(BestSoFar? best) =>
        best is not null && best.Metric == Metric.Name && (best.IsSpread || !IsSpread) ? best : null;

    /// <summary>
    /// The best result so far, by a value that compares: its checkpoint is evaluated as the model is, so that no worse one takes its place.
    /// Null if that checkpoint is gone, or is of another step.
    /// </summary>
    /// <exception cref="OperationCanceledException">the training is to stop</exception>
    private BestSoFar? Measured(BestSoFar? before, string kept, Func<bool> isStopping)
    {
        if (before is null || Checkpoint.TryRead(kept)?.Position.Step != before.Step)
        {
            return null;
        }

        var queue = _model.Device.WorkQueue;
        var model = queue.Run(() => _model.Family.Create(_model.Options, _model.Device)); // The run's own goes on from where it is.
        try
        {
            queue.Run(() => Checkpoint.Load(kept, model));
            var value = Score(model, isStopping);
            var misses = before.Metric == Metric.Name ? before.Misses : 0;
            return double.IsFinite(value)
                ? before with { Metric = Metric.Name, Value = value, Misses = misses, IsSpread = IsSpread } : null;
        }
        catch (CheckpointFormatException)
        {
            return null; // Its tensors are damaged.
        }
        finally
        {
            queue.RunLast(model.Dispose);
        }
    }

    /// <exception cref="OperationCanceledException">the training is to stop</exception>
    private double Score(GanModel model, Func<bool> isStopping)
    {
        var (made, real) = (new List<Picture>(), new List<Picture>());
        var compared = new ComparedSamples(_heldOut, Evaluator.MostPictures);
        foreach (var (place, batch) in _heldOut.InOrder(1, place: null, compared.Numbers).On(model.Device).Index())
        {
            if (isStopping())
            {
                throw new OperationCanceledException();
            }

            var (output, target) = model.Device.WorkQueue.Run(() =>
            {
                using var scope = model.Device.Step();
                var shown = model.Show(batch);
                return (PictureTensors.ToPicture(shown[_made].Picture), PictureTensors.ToPicture(shown[_real].Picture));
            });
            if (compared.HasInput(place))
            {
                made.Add(output);
            }

            if (compared.HasTarget(place))
            {
                real.Add(target);
            }
        }

        var interruptible = new Interruptible(made, isStopping);
        return Metric.TakesTurn ? model.Device.WorkQueue.Run(() => Metric.Of(interruptible, real, model.Device))
            : Metric.Of(interruptible, real, model.Device);
    }

    /// <summary>
    /// Pictures for a metric, which may take longer than to make them: it ends when it reads the next one after a stop was asked for.
    /// </summary>
    private sealed class Interruptible(List<Picture> pictures, Func<bool> isStopping) : IReadOnlyList<Picture>
    {
        public int Count => pictures.Count;

        public Picture this[int index] => isStopping() ? throw new OperationCanceledException() : pictures[index];

        public IEnumerator<Picture> GetEnumerator()
        {
            for (var i = 0; i < Count; i++)
            {
                yield return this[i];
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
