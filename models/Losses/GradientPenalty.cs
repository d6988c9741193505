using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.Models.Losses;

/// <summary>
/// Penalties on the slope of a discriminator. The first keeps the norm of a Wasserstein critic's gradient at one (Gulrajani et al. 2017):
/// weight · mean over samples of (‖∂ Σ scores / ∂ x̂‖₂ − 1)², at x̂ between real and fake; <see cref="AtZero"/> keeps it at zero.
/// </summary>
public static class GradientPenalty
{
    /// <summary>Keeps the derivative of the root finite where the critic is flat.</summary>
    private const float Epsilon = 1e-16f;

    /// <summary>The penalty at points x̂ that are drawn.</summary>
    /// <param name="critic">scores [N, …] of pictures [N, C, H, W] or of other samples [N, …]</param>
    /// <param name="real">[N, …]</param>
    /// <param name="fake">[N, …]; detached</param>
    /// <param name="random">draws the weight of the real sample in each sample's x̂, uniform on [0, 1)</param>
    /// <param name="weight">factor of the penalty, 10 in the paper</param>
    public static Tensor Of(Layer critic, Tensor real, Tensor fake, RandomState random, float weight = 10)
    {
        var sizes = Enumerable.Repeat(1, real.Shape.Rank).ToArray();
        sizes[0] = real.Shape[0];
        return Of(critic.Forward, real, fake, Tensor.Uniform(random, new Shape(sizes), real.Device), weight);
    }

    /// <summary>The same for a critic that takes more than pictures, and at points x̂ of a mixture that is given.</summary>
    /// <param name="critic">scores [N, …] of pictures [N, C, H, W] or of other samples [N, …]</param>
    /// <param name="real">[N, …]</param>
    /// <param name="fake">[N, …]; detached</param>
    /// <param name="mix">the weight of the real sample in each sample's x̂, [N, 1, …], uniform on [0, 1)</param>
    /// <param name="weight">factor of the penalty, 10 in the paper</param>
    /// <param name="underRoot">added to each sample's sum of squares before the root, as some programs do</param>
    public static Tensor Of(Func<Tensor, Tensor> critic, Tensor real, Tensor fake, Tensor mix, float weight, float underRoot = 0) =>
        Of(critic, real, fake, mix, weight, [.. Enumerable.Range(1, real.Shape.Rank - 1)], underRoot);

    /// <summary>
    /// The same with a norm per pixel, over its channels: weight · mean over pixels of (‖∂ Σ scores / ∂ x̂ᵢⱼ‖₂ − 1)², as in SinGAN.
    /// </summary>
    /// <inheritdoc cref="Of(Func{Tensor, Tensor}, Tensor, Tensor, Tensor, float, float)"/>
    public static Tensor OfPixels(Func<Tensor, Tensor> critic, Tensor real, Tensor fake, Tensor mix, float weight) =>
        Of(critic, real, fake, mix, weight, [1], underRoot: 0);

    /// <summary>
    /// weight / 2 · mean over samples of ‖∂ Σ scores / ∂ x‖²: R1 at real pictures, R2 at generated ones (Mescheder et al. 2018, "Which
    /// training methods for GANs do actually converge?", section 4.1). The sum is over all scores of a sample: those of a patch
    /// discriminator make the penalty grow with their number beside a loss that is their mean.
    /// </summary>
    /// <param name="discriminator">scores of any shape for pictures [N, C, H, W] or other samples [N, …]</param>
    /// <param name="pictures">[N, …]</param>
    /// <param name="weight">γ of the paper; halved as there</param>
    public static Tensor AtZero(Func<Tensor, Tensor> discriminator, Tensor pictures, float weight)
    {
        var x = pictures.Detach();
        x.RequiresGrad = true;
        var gradient = Differentiation.Gradients(discriminator(x).Sum(), [x], createGraph: true)[0];
        return gradient.Square().Sum().Affine(weight / 2 / pictures.Shape[0], 0);
    }

    private static Tensor Of(Func<Tensor, Tensor> critic, Tensor real, Tensor fake, Tensor mix, float weight, int[] axes, float underRoot)
    {
        var between = Mix(real, fake, mix);
        between.RequiresGrad = true;
        var slope = Differentiation.Gradients(critic(between).Sum(), [between], createGraph: true)[0];
        var squares = slope.Affine(1, Epsilon).Square().Sum(axes);
        var length = (underRoot == 0 ? squares : squares.Affine(1, underRoot)).Sqrt();
        return length.Affine(1, -1).Square().Mean().Affine(weight, 0);
    }

    private static Tensor Mix(Tensor real, Tensor fake, Tensor mix)
    {
        using var constants = GradMode.NoGrad();
        return real.Multiply(mix).Add(fake.Multiply(mix.Affine(-1, 1))).Detach();
    }
}
