using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Runs;

/// <summary>
/// The learning rate of each epoch: the initial rate times a factor that depends on the epoch's number and, for the plateau policy, on the
/// losses of earlier epochs. <see cref="State"/> carries the latter across a resume.
/// </summary>
internal sealed class LearningRateSchedule
{
    private const float PlateauFactor = 0.2f;
    private const float PlateauThreshold = 0.01f;
    private const int PlateauPatience = 5;

    private readonly TrainingOptions _options;
    private readonly long _epochs;

    /// <param name="options">the run's</param>
    /// <param name="epochs">epochs that the run has by these options, also one that it ends within</param>
    public LearningRateSchedule(TrainingOptions options, long epochs) => (_options, _epochs) = (options, epochs);

    /// <summary>State of the plateau policy; constant with other policies.</summary>
    /// <param name="Best">lowest metric of an epoch so far</param>
    /// <param name="BadEpochs">consecutive epochs without a relative improvement of one percent</param>
    /// <param name="Factor">product of the reductions so far</param>
    public sealed record PlateauState(float Best, int BadEpochs, float Factor);

    public PlateauState State { get; set; } = new(float.MaxValue, 0, 1);

    /// <summary>The learning rate of an epoch, counted from 1.</summary>
    public float Rate(int epoch) => _options.Lr * Factor(epoch);

    private float Factor(int epoch) => _options.LrPolicy switch
    {
        LearningRatePolicy.Linear when _options.DecaysOneEpochLater => LinearAfterOneMoreEpoch(epoch),
        LearningRatePolicy.Linear => Linear(epoch),
        LearningRatePolicy.Step => MathF.Pow(0.1f, (epoch - 1) / _options.LrDecayEpochs),
        LearningRatePolicy.Cosine => Cosine(epoch),
        LearningRatePolicy.Plateau => State.Factor,
        _ => 1,
    };

    /// <summary>Updates the plateau policy after an epoch.</summary>
    /// <param name="metric">mean of the quality losses in the epoch; lower is better</param>
    public void EpochEnded(float metric)
    {
        if (_options.LrPolicy != LearningRatePolicy.Plateau)
        {
            return;
        }

        if (metric < State.Best * (1 - PlateauThreshold))
        {
            State = State with { Best = metric, BadEpochs = 0 };
        }
        else if (State.BadEpochs < PlateauPatience)
        {
            State = State with { BadEpochs = State.BadEpochs + 1 };
        }
        else
        {
            State = State with { BadEpochs = 0, Factor = State.Factor * PlateauFactor };
        }
    }

    /// <summary>Constant in the first epochs, then linear decay in equal steps, ending at one step above zero in the last epoch.</summary>
    private float Linear(int epoch) =>
        Math.Max(1 - Math.Max(0, epoch - _options.Epochs) / (_options.EpochsDecay + 1f), 1 / (_options.EpochsDecay + 1f));

    private float LinearAfterOneMoreEpoch(int epoch)
    {
        var part = 1f / Math.Max(1, _options.EpochsDecay);
        return Math.Max(1 - (Math.Max(0, epoch - _options.EpochsAtFullRate) * part), part);
    }

    /// <summary>Half a cosine period over the whole run.</summary>
    private float Cosine(int epoch)
    {
        var progress = Math.Min((epoch - 1f) / Math.Max(1, _epochs), 1);
        return (1 + MathF.Cos(MathF.PI * progress)) / 2;
    }
}
