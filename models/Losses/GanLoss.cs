using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.Models.Losses;

/// <summary>
/// The adversarial loss of a discriminator's raw scores (any shape): the mean over all patches of all samples.
/// </summary>
/// <param name="mode">
/// vanilla: cross-entropy on logits; lsgan: squared distance to 1 or 0 (Mao et al. 2017); wgangp: the score itself (Gulrajani et al. 2017),
/// used with <see cref="GradientPenalty"/>; hinge: how far the score is from 1 or −1 on the wrong side (Lim and Ye 2017); rpgan: softplus
/// of the difference between the scores of a real and a generated sample (Jolicoeur-Martineau 2019)
/// </param>
public sealed class GanLoss(GanMode mode)
{
    /// <summary>Whether real and generated samples are compared: <see cref="Relative"/> is then the discriminator's loss.</summary>
    public bool IsRelative => mode == GanMode.Rpgan;

    /// <summary>The discriminator's loss for the scores of real or of generated samples, a scalar.</summary>
    /// <exception cref="InvalidOperationException">the mode compares the scores of both</exception>
    public Tensor Of(Tensor scores, bool real) => mode switch
    {
        GanMode.Vanilla => scores.BceWithLogits(real ? 1 : 0),
        GanMode.Lsgan => scores.MseLoss(real ? 1 : 0),
        GanMode.Hinge => (real ? 1 - scores : 1 + scores).Relu().Mean(),
        GanMode.Rpgan => throw new InvalidOperationException("rpgan: the scores of one kind of samples alone have no loss"),
        _ when real => scores.Mean().Negate(),
        _ => scores.Mean(),
    };

    /// <summary>Mean softplus(lower − higher), a scalar: small where the first scores are above the second ones.</summary>
    /// <param name="higher">the scores of the real samples for the discriminator, of the generated ones for the generator</param>
    /// <param name="lower">the scores of the others, of the same shape, or of one sample</param>
    public Tensor Relative(Tensor higher, Tensor lower)
    {
        using var difference = lower.Subtract(higher);
        using var costs = difference.Softplus();
        return costs.Mean();
    }

    /// <summary>The generator's loss, a scalar.</summary>
    /// <param name="ofFake">scores of its samples</param>
    /// <param name="ofReal">computes the scores of real samples, if the mode compares them; no gradient flows into them</param>
    public Tensor OfGenerator(Tensor ofFake, Func<Tensor> ofReal)
    {
        if (!IsRelative)
        {
            return mode == GanMode.Hinge ? ofFake.Mean().Negate() : Of(ofFake, real: true);
        }

        Tensor constant;
        using (GradMode.NoGrad())
        {
            constant = ofReal().Detach();
        }

        return Relative(ofFake, constant);
    }
}
