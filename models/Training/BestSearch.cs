using IlgpuGan.Models.Data;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.Models.Training;

/// <summary>
/// Holds a model's pictures against those kept back from time to time, and says when it did better than ever, and when to give up waiting
/// for it.
/// </summary>
internal sealed class BestSearch
{
    private readonly PictureOptions _options;
    private readonly GanModel _model;
    private readonly SampleSource _heldOut;
    private readonly int _made;
    private readonly int _real;

    private BestSearch(PictureOptions options, GanModel model, SampleSource heldOut, (string Made, string Real) judged)
    {
        (_options, _model, _heldOut) = (options, model, heldOut);
        var views = model.Family.Info.Views.ToList();
        (_made, _real) = (views.IndexOf(judged.Made), views.IndexOf(judged.Real));
    }

    /// <summary>Null where the options ask for none.</summary>
    public static BestSearch? Of(GanModel model, RunData data) =>
        model.Options is PictureOptions { KeepBest: not BestMetric.None } options && model.Family.Info.Judged is { } judged
            ? new BestSearch(options, model, data.HeldOut, judged)
            : null;

    /// <exception cref="OptionsException">options ask for the best on pictures kept back, and there are none</exception>
    public static void RequirePictures(TrainingOptions options, RunData data)
    {
        if (options is PictureOptions { KeepBest: not BestMetric.None } && !data.HasHeldOut)
        {
            throw new OptionsException($"--keep-best needs pictures kept back: {options.Data} has neither val nor test beside train");
        }
    }

    /// <summary>Whether the model is evaluated after a step.</summary>
    /// <param name="step">steps taken</param>
    /// <param name="epochEnds">with it</param>
    /// <param name="isLast">of the run</param>
    public bool IsDue(long step, bool epochEnds, bool isLast) =>
        isLast || (_options.EvaluateFreq > 0 ? step % _options.EvaluateFreq == 0 : epochEnds);

    /// <summary>Evaluates the model. Changes nothing in it.</summary>
    /// <param name="step">steps taken</param>
    /// <param name="before">what the evaluations so far came to; null before the first</param>
    /// <returns>the figure, and what they come to with it</returns>
    public (double Value, BestSoFar State) Evaluate(long step, BestSoFar? before)
    {
        var (metric, name) = (_options.KeepBest, OptionsJson.TextOf(_options.KeepBest));
        var value = Score(metric);
        var known = before?.Metric == name ? before : null; // Figures of another kind compare with nothing.
        var better = known is null || (metric.HigherIsBetter() ? value > known.Value : value < known.Value);
        return (value, better ? new BestSoFar(name, value, step, 0) : known! with { Misses = known.Misses + 1 });
    }

    /// <summary>Whether nothing better has come for as long as the options wait.</summary>
    public bool IsOver(BestSoFar? state) => _options.Patience > 0 && state is not null && state.Misses >= _options.Patience;

    private double Score(BestMetric metric)
    {
        var (made, real) = (new List<Picture>(), new List<Picture>());
        var pairs = _heldOut as PairSource;
        var sample = 0;
        foreach (var batch in _heldOut.InOrder().On(_model.Device, count: Math.Min(Evaluator.MostPictures, _heldOut.Count)))
        {
            using var scope = _model.Device.Step();
            var shown = _model.Show(batch);
            if (pairs is null || sample < pairs.Inputs)
            {
                made.Add(PictureTensors.ToPicture(shown[_made].Picture));
            }

            if (pairs is null || sample < pairs.Targets)
            {
                real.Add(PictureTensors.ToPicture(shown[_real].Picture));
            }

            sample++;
        }

        return metric.Of(made, real, _model.Device);
    }
}
