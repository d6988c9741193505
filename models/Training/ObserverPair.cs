using IlgpuGan.Models.Runs;

namespace IlgpuGan.Models.Training;

/// <summary>Forwards a run's events to two observers, one after the other.</summary>
internal sealed class ObserverPair(ITrainingObserver first, ITrainingObserver? second) : ITrainingObserver
{
    public void Stepped(TrainingProgress progress)
    {
        first.Stepped(progress);
        second?.Stepped(progress);
    }

    public void Logged(TrainingProgress progress)
    {
        first.Logged(progress);
        second?.Logged(progress);
    }

    public void Sampled(long step, string caption, IReadOnlyList<string> files)
    {
        first.Sampled(step, caption, files);
        second?.Sampled(step, caption, files);
    }

    public void Evaluated(long step, string metric, double value, BestSoFar best)
    {
        first.Evaluated(step, metric, value, best);
        second?.Evaluated(step, metric, value, best);
    }

    public void Saved(long step, string file)
    {
        first.Saved(step, file);
        second?.Saved(step, file);
    }
}
