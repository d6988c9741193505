using System.Text.Json.Serialization;

namespace IlgpuGan.Models.Runs;

/// <summary>Results so far of a run's evaluations on held-out pictures.</summary>
/// <param name="Metric">the figure: <c>ssim</c></param>
/// <param name="Value">the best so far</param>
/// <param name="Step">steps taken when it was reached</param>
/// <param name="Misses">evaluations since, none of which was better</param>
public sealed record BestSoFar(string Metric, double Value, long Step, int Misses);

/// <summary>
/// How far a run has come. Together with networks, optimisers and pools it is all that a resume needs: every random number follows from it.
/// </summary>
public sealed record RunPosition
{
    /// <summary>Steps taken.</summary>
    public long Step { get; init; }

    /// <summary>Samples of an epoch of the data set; a resume with another number would see other pictures.</summary>
    public int Samples { get; init; }

    /// <summary>Wall time of the training so far, through all resumes: steps, samples, evaluations and checkpoints.</summary>
    public double Seconds { get; init; }

    /// <summary>Sum of the quality losses in the epoch so far, for the plateau policy.</summary>
    public double EpochLossSum { get; init; }

    /// <summary>Steps of the epoch so far that reported quality losses.</summary>
    public long EpochLossCount { get; init; }

    public LearningRateSchedule.PlateauState Schedule { get; init; } = new(float.MaxValue, 0, 1);

    /// <summary>Null before the first evaluation, and where none is asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BestSoFar? Best { get; init; }

    /// <summary>Whether a run can have come so far; a damaged file may say anything.</summary>
    internal bool IsSound =>
        Step >= 0 && Samples >= 0 && double.IsFinite(Seconds) && double.IsFinite(EpochLossSum) && EpochLossCount >= 0
            && Schedule is not null
        && (Best is null || (Best.Metric is not null && Best.Step >= 0 && Best.Step <= Step && Best.Misses >= 0));
}
