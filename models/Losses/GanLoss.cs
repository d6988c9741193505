namespace IlgpuGan.Models.Losses;

/// <summary>
/// The adversarial loss of a discriminator's raw scores (any shape) against the target real or fake: the mean over all patches of all
/// samples. The generator's loss is that of its fakes against the target real.
/// </summary>
/// <param name="mode">
/// vanilla: cross-entropy on logits; lsgan: squared distance to 1 or 0 (Mao et al. 2017); wgangp: the score itself (Gulrajani et al. 2017),
/// used with <see cref="GradientPenalty"/>
/// </param>
public sealed class GanLoss(GanMode mode)
{
    public GanMode Mode => mode;

    /// <summary>The loss of the scores against the target real or fake, a scalar.</summary>
    public Tensor Of(Tensor scores, bool real) => mode switch
    {
        GanMode.Vanilla => scores.BceWithLogits(real ? 1 : 0),
        GanMode.Lsgan => scores.MseLoss(real ? 1 : 0),
        _ when real => scores.Mean().Negate(),
        _ => scores.Mean(),
    };
}
