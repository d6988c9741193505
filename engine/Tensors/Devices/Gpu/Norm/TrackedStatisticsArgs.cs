using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>
/// Running statistics and their update factors, as a kernel argument; if <see cref="Mean"/> is empty, there are none to update. See
/// <see cref="TrackStatisticsCall"/>.
/// </summary>
internal readonly record struct TrackedStatisticsArgs(
    ArrayView<float> Mean, ArrayView<float> Variance, ArrayView<float> Batches, float Momentum, float Correction)
{
    public static TrackedStatisticsArgs Of(in TrackedStatistics? tracked) => tracked is { } given
        ? new(given.Mean.View(), given.Variance.View(), given.Batches.View(), given.Momentum, given.Correction)
        : new(ArrayView<float>.Empty, ArrayView<float>.Empty, ArrayView<float>.Empty, 0, 0);

    /// <summary>Updates a channel's running statistics with a batch's; the first channel's thread increments the batch count.</summary>
    public void Update(int channel, float mean, float variance)
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
