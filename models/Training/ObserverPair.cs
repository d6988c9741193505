using IlgpuGan.Models.Runs;

namespace IlgpuGan.Models.Training;

/// <summary>Forwards a run's events to two observers, one after the other.</summary>
internal sealed class ObserverPair(ITrainingObserver first, ITrainingObserver? second) : ITrainingObserver
{
    public void Stepped(TrainingProgress progress) => Tell(o => o.Stepped(progress));

    public void Logged(TrainingProgress progress) => Tell(o => o.Logged(progress));

    public void Sampled(long step, string caption, IReadOnlyList<string> files) => Tell(o => o.Sampled(step, caption, files));

    public void Evaluated(long step, string metric, double value, BestSoFar best) => Tell(o => o.Evaluated(step, metric, value, best));

    public void Saved(long step, string file) => Tell(o => o.Saved(step, file));

    private void Tell(Action<ITrainingObserver> of)
    {
        of(first);
        if (second is not null)
        {
            of(second);
        }
    }
}
