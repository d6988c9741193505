using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

internal static class StatisticsKernels
{
    /// <summary>See <see cref="IKernels.TrackStatistics"/>; a thread a channel, and the first one counts.</summary>
    public static void Track(
        ArrayView<float> mean, ArrayView<float> variance, ArrayView<float> pastMean, ArrayView<float> pastVariance, ArrayView<float> batches,
        float momentum, float correction)
    {
        var channel = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (channel < mean.IntLength)
        {
            pastMean[channel] = MathF.FusedMultiplyAdd(momentum, mean[channel], (1 - momentum) * pastMean[channel]);
            pastVariance[channel] = MathF.FusedMultiplyAdd(momentum * correction, variance[channel], (1 - momentum) * pastVariance[channel]);
        }

        if (channel == 0 && batches.IntLength > 0)
        {
            batches[0] += 1;
        }
    }
}
