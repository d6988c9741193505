namespace IlgpuGan.Models.Networks;

/// <summary>
/// A forward pass of two batches as one: each layer transforms its weight once for both and sums its gradient in one pass. Outputs and
/// gradients are those of two forward passes, except for rounding. The tensors saved for the backward pass of both batches are in memory at
/// the same time.
/// </summary>
internal static class JointForward
{
    /// <summary>
    /// Whether the joint forward is equivalent: both batches have the same shape, no norm mixes images, tracks running statistics or
    /// updates its state in each forward, and no layer draws random numbers.
    /// </summary>
    /// <param name="network">the network that both batches go through</param>
    /// <param name="first">[N, C, H, W]</param>
    /// <param name="second">[N, C, H, W]</param>
    public static bool IsExact(Layer network, Tensor first, Tensor second) =>
        first.Shape == second.Shape && !network.Descendants().Any(module =>
            module is { Training: true } and (Dropout or BatchNorm2d or InstanceNorm2d { RunningMean: not null } or SpectralNorm));

    /// <summary>The outputs for both batches. Requires <see cref="IsExact"/>.</summary>
    public static (Tensor First, Tensor Second) Of(Layer network, Tensor first, Tensor second)
    {
        using var both = TensorOps.Concat(0, first, second);
        using var y = network.Forward(both);
        var images = first.Shape[0];
        return (y.Slice(0, 0, images), y.Slice(0, images, images));
    }
}
