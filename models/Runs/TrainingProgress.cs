using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Runs;

/// <summary>Progress of a run after a step.</summary>
public sealed record TrainingProgress
{
    /// <summary>Steps taken in total.</summary>
    public required long Step { get; init; }

    /// <summary>Steps of the whole run.</summary>
    public required long TotalSteps { get; init; }

    /// <summary>Epoch of the step, from 1.</summary>
    public required long Epoch { get; init; }

    /// <summary>Losses of the step, under the reference's names.</summary>
    public required IReadOnlyList<Loss> Losses { get; init; }

    /// <summary>Learning rate of the step.</summary>
    public required float LearningRate { get; init; }

    /// <summary>Wall time of the step, waiting for data included.</summary>
    public required double StepSeconds { get; init; }

    /// <summary>Moving average over the last steps.</summary>
    public required double ImagesPerSecond { get; init; }

    /// <summary>Time since this program started training.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Estimated time to the end.</summary>
    public required TimeSpan Remaining { get; init; }

    /// <summary>Wall time of the training so far, including earlier programs.</summary>
    public required double Seconds { get; init; }
}

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

    /// <summary>
    /// Something failed, and the training goes on: a damaged picture is left out, the report can't be written, or an evaluation gives no
    /// finite number, of which <see cref="Evaluated"/> does not tell.
    /// </summary>
    /// <param name="warning">a sentence</param>
    void Warned(string warning)
    {
    }
}

/// <summary>How a run ended.</summary>
public enum TrainingOutcome
{
    Finished,

    /// <summary>
    /// Cancelled; the checkpoint is of the last whole step. An evaluation that was due there is made first when the run goes on, also after
    /// the last step of all.
    /// </summary>
    Interrupted,

    /// <summary>Stopped early, because the score on held-out pictures did not improve within the patience.</summary>
    StoppedEarly,
}
