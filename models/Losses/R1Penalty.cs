using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.Models.Losses;

/// <summary>
/// The R1 gradient penalty on real pictures (Mescheder et al. 2018, "Which training methods for GANs do actually converge?", section 4.1):
/// weight / 2 · mean over samples of ‖∂ Σ scores / ∂ x‖².
/// </summary>
public static class R1Penalty
{
    /// <param name="discriminator">scores [N, …] of pictures [N, C, H, W]</param>
    /// <param name="real">[N, C, H, W]</param>
    /// <param name="weight">γ of the paper; halved as there</param>
    public static Tensor Of(Func<Tensor, Tensor> discriminator, Tensor real, float weight)
    {
        var x = real.Detach();
        x.RequiresGrad = true;
        var gradient = Differentiation.Gradients(discriminator(x).Sum(), [x], createGraph: true)[0];
        return gradient.Square().Sum().Affine(weight / 2 / real.Shape[0], 0);
    }
}
