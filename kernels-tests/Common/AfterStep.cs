using IlgpuGan.Models.Runs;

namespace IlgpuGan.TestsCommon;

/// <summary>Does something after each step of a training, or after one of them.</summary>
/// <param name="act">gets the number of steps taken</param>
internal sealed class AfterStep(Action<long> act) : ITrainingObserver
{
    public AfterStep(long step, Action once)
        : this(taken =>
        {
            if (taken == step)
            {
                once();
            }
        })
    {
    }

    public void Stepped(TrainingProgress progress) => act(progress.Step);
}
