namespace IlgpuGan.Models.Losses;

/// <summary>
/// What a discriminator's raw scores (any shape) cost when they should say real or fake: the mean over all patches of all samples.
/// The generator's loss is the cost of its fakes being meant to pass as real.
/// </summary>
/// <param name="mode">
/// vanilla: cross-entropy on logits; lsgan: squared distance to 1 or 0 (Mao et al. 2017);
/// wgangp: the score itself (Gulrajani et al. 2017), to be used with <see cref="GradientPenalty"/>
/// </param>
public sealed class GanLoss(GanMode mode)
{
    public GanMode Mode => mode;

    /// <summary>Cost of the scores against "real" or "fake", one number.</summary>
    public Tensor Of(Tensor scores, bool real) => mode switch
    {
        GanMode.Vanilla => scores.BceWithLogits(real ? 1 : 0),
        GanMode.Lsgan => scores.MseLoss(real ? 1 : 0),
        _ when real => scores.Mean().Negate(),
        _ => scores.Mean(),
    };
}
