using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.Models.Losses;

/// <summary>
/// R1, which keeps a discriminator flat around real pictures (Mescheder et al. 2018, "Which training methods for GANs do actually
/// converge?", section 4.1): weight / 2 · mean over samples of ‖∂ Σ scores / ∂ x‖².
/// </summary>
public static class R1Penalty
{
    /// <param name="discriminator">scores [N, …] of pictures [N, C, H, W]</param>
    /// <param name="real">[N, C, H, W]</param>
    /// <param name="weight">factor of the whole; halved</param>
    public static Tensor Of(Func<Tensor, Tensor> discriminator, Tensor real, float weight)
    {
        var x = real.Detach();
        x.RequiresGrad = true;
        var slope = Differentiation.Gradients(discriminator(x).Sum(), [x], createGraph: true)[0];
        return slope.Square().Sum().Affine(weight / 2 / real.Shape[0], 0);
    }
}
