using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Reductions;

namespace IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;

/// <summary>
/// Adds the parts of a weight gradient [filters, taps, depth], always in their order, to dw [filters, channels, taps]. Groups behind those
/// sum a filter's bias gradient each.
/// </summary>
internal static class GradientSumKernel
{
    /// <summary>Neighbouring threads read neighbouring channels of a tap.</summary>
    /// <param name="places">the radix of a part: a tap, then a channel of the depth</param>
    public static void Sum(
        ArrayView<float> parts, ArrayView<float> dw, int count, Radix places, int channels, int length, RowSums bias)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupTree.SharedLength);
        if (Grid.IdxX >= bias.FirstSlice)
        {
            RowSums.Run(bias, Grid.IdxX - bias.FirstSlice, shared);
            return;
        }

        int index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        Digits place = places.Of(index);
        if ((index >= length) | (place.Low >= channels))
        {
            return;
        }

        int at = index;
        float sum = parts[at];
        for (int part = 1; part < count; part++)
        {
            at += length;
            sum += parts[at];
        }

        dw[(((place.High * channels) + place.Low) * places.Middle.Value) + place.Middle] = sum;
    }
}
