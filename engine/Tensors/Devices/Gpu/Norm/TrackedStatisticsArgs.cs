using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>
/// Statistics of the past and how far they move; nothing to be moved if <see cref="Mean"/> is empty. See
/// <see cref="IKernels.TrackStatistics"/>.
/// </summary>
internal readonly record struct TrackedStatisticsArgs(
    ArrayView<float> Mean, ArrayView<float> Variance, ArrayView<float> Batches, float Momentum, float Correction)
{
    public static TrackedStatisticsArgs Of(in TrackedStatistics? tracked) => tracked is { } given
        ? new(given.Mean.View(), given.Variance.View(), given.Batches.View(), given.Momentum, given.Correction)
        : new(ArrayView<float>.Empty, ArrayView<float>.Empty, ArrayView<float>.Empty, 0, 0);

    /// <summary>Moves a channel's towards the present ones; the first channel's thread counts the batch.</summary>
    public void Move(int channel, float mean, float variance)
    {
        if (channel < Mean.IntLength)
        {
            Mean[channel] = MathF.FusedMultiplyAdd(Momentum, mean, (1 - Momentum) * Mean[channel]);
            Variance[channel] = MathF.FusedMultiplyAdd(Momentum * Correction, variance, (1 - Momentum) * Variance[channel]);
            if (channel == 0 && Batches.IntLength > 0)
            {
                Batches[0] += 1;
            }
        }
    }
}
