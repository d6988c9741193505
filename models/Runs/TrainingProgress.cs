using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Runs;

/// <summary>Progress of a run after a step.</summary>
/// <param name="Step">steps taken in total</param>
/// <param name="TotalSteps">steps of the whole run</param>
/// <param name="Epoch">epoch of the step, from 1</param>
/// <param name="Losses">losses of the step, under the reference's names</param>
/// <param name="LearningRate">learning rate of the step</param>
/// <param name="StepSeconds">wall time of the step, waiting for data included</param>
/// <param name="ImagesPerSecond">moving average over the last steps</param>
/// <param name="Elapsed">time since this program started training</param>
/// <param name="Remaining">estimated time to the end</param>
/// <param name="Seconds">wall time of the training so far, including earlier programs</param>
public sealed record TrainingProgress(
    long Step, long TotalSteps, long Epoch, IReadOnlyList<Loss> Losses, float LearningRate,
    double StepSeconds, double ImagesPerSecond, TimeSpan Elapsed, TimeSpan Remaining, double Seconds);

/// <summary>Observes a run. Methods are called on the training thread; each has an empty default.</summary>
public interface ITrainingObserver
{
    /// <summary>After each step.</summary>
    void Stepped(TrainingProgress progress)
    {
    }

    /// <summary>A line was added to the log.</summary>
    void Logged(TrainingProgress progress)
    {
    }

    /// <summary>Sample pictures were written.</summary>
    /// <param name="caption">contents of a row, from left to right: <c>input | output | target</c></param>
    /// <param name="files">one file per row</param>
    void Sampled(long step, string caption, IReadOnlyList<string> files)
    {
    }

    /// <summary>The model was evaluated on held-out pictures.</summary>
    /// <param name="step">steps taken</param>
    /// <param name="metric">name of the metric: <c>ssim</c></param>
    /// <param name="value">its value</param>
    /// <param name="best">the best result so far, including this one</param>
    void Evaluated(long step, string metric, double value, BestSoFar best)
    {
    }

    /// <summary>A checkpoint was written.</summary>
    void Saved(long step, string file)
    {
    }

    /// <summary>Something failed, and the training goes on: a damaged picture is left out, or the report can't be written.</summary>
    /// <param name="warning">a sentence</param>
    void Warned(string warning)
    {
    }
}

/// <summary>How a run ended.</summary>
public enum TrainingOutcome
{
    Finished,

    /// <summary>Cancelled; the checkpoint is of the last whole step.</summary>
    Interrupted,

    /// <summary>Stopped early, because the score on held-out pictures did not improve within the patience.</summary>
    StoppedEarly,
}
