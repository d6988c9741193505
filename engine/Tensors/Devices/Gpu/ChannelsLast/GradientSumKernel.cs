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
    public static void Sum(
        ArrayView<float> parts, ArrayView<float> dw, int count, Divisor depth, Divisor taps, int channels, int length, RowSums bias)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupTree.SharedLength);
        if (Grid.IdxX >= bias.FirstSlice)
        {
            RowSums.Run(bias, Grid.IdxX - bias.FirstSlice, shared);
            return;
        }

        int index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        int row = depth.Quotient(index), channel = index - (row * depth.Value);
        if ((index >= length) | (channel >= channels))
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

        int filter = taps.Quotient(row);
        dw[(((filter * channels) + channel) * taps.Value) + row - (filter * taps.Value)] = sum;
    }
}
