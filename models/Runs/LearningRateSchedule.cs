using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Runs;

/// <summary>
/// The factor on the initial learning rate during each epoch. It is a function of the epoch's number and, for the plateau policy,
/// of what the epochs before it achieved; <see cref="State"/> carries the latter across a resume.
/// </summary>
public sealed class LearningRateSchedule
{
    private const float PlateauFactor = 0.2f;
    private const float PlateauThreshold = 0.01f;
    private const int PlateauPatience = 5;

    private readonly TrainingOptions _options;

    public LearningRateSchedule(TrainingOptions options) => _options = options;

    /// <summary>State of the plateau policy; constant under the others.</summary>
    /// <param name="Best">lowest metric of an epoch so far</param>
    /// <param name="BadEpochs">epochs in a row without a relative improvement of one percent</param>
    /// <param name="Factor">product of the drops so far</param>
    public sealed record PlateauState(float Best, int BadEpochs, float Factor);

    public PlateauState State { get; set; } = new(float.MaxValue, 0, 1);

    /// <summary>The learning rate of an epoch, the first being 1.</summary>
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

    /// <summary>
    /// Tells the plateau policy what an epoch achieved: the mean of the loss that measures the pictures, lower being better.
    /// </summary>
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

    /// <summary>Full for the first epochs, then in equal parts down to one part (never to zero) in the last epoch.</summary>
    private float Linear(int epoch) =>
        Math.Max(1 - Math.Max(0, epoch - _options.Epochs) / (_options.EpochsDecay + 1f), 1 / (_options.EpochsDecay + 1f));

    private float LinearAfterOneMoreEpoch(int epoch)
    {
        var part = 1f / Math.Max(1, _options.EpochsDecay);
        return Math.Max(1 - (Math.Max(0, epoch - 1 - _options.Epochs) * part), part);
    }

    /// <summary>Half a period over the whole run: it does not come back up.</summary>
    private float Cosine(int epoch)
    {
        var progress = Math.Min((epoch - 1f) / Math.Max(1, _options.Epochs + _options.EpochsDecay), 1);
        return (1 + MathF.Cos(MathF.PI * progress)) / 2;
    }
}
