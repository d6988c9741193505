using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

internal static class StatisticsKernels
{
    /// <summary>See <see cref="TrackStatisticsCall"/>; a thread for each channel.</summary>
    public static void Track(ArrayView<float> mean, ArrayView<float> variance, TrackedStatisticsArgs past)
    {
        var channel = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (channel < mean.IntLength)
        {
            past.Update(channel, mean[channel], variance[channel]);
        }
    }
}
