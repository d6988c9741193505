namespace IlgpuGan.Models.Networks;

/// <summary>
/// Two batches through a network as one: each layer transforms its weight once for both and adds up its gradient in one go. Outputs and
/// gradients are those of one forward after the other, but for the order in which sums are rounded. What both leave for their backward is
/// in memory together.
/// </summary>
internal static class JointForward
{
    /// <summary>
    /// Whether the network cannot tell: the batches are of one shape, no norm mixes images, averages their statistics or moves on with each
    /// forward, no layer draws random numbers.
    /// </summary>
    /// <param name="network">what they are to go through</param>
    /// <param name="first">[N, C, H, W]</param>
    /// <param name="second">[N, C, H, W]</param>
    public static bool IsExact(Layer network, Tensor first, Tensor second) =>
        first.Shape == second.Shape && !network.Descendants().Any(module =>
            module is { Training: true } and (Dropout or BatchNorm2d or InstanceNorm2d { RunningMean: not null } or SpectralNorm));

    /// <summary>The outputs for both batches, of a network for which this <see cref="IsExact"/>.</summary>
    public static (Tensor First, Tensor Second) Of(Layer network, Tensor first, Tensor second)
    {
        using var both = TensorOps.Concat(0, first, second);
        using var y = network.Forward(both);
        var images = first.Shape[0];
        return (y.Slice(0, 0, images), y.Slice(0, images, images));
    }
}
