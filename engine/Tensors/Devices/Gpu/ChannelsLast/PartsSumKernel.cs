using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;

/// <summary>Adds the parts of a depth that was divided, always in their order, and the bias.</summary>
internal static class PartsSumKernel
{
    /// <param name="parts">[count, y's length]</param>
    /// <param name="bias">[channels]; empty for none</param>
    /// <param name="y">[N, channels, plane]</param>
    public static void Sum(ArrayView<float> parts, ArrayView<float> bias, ArrayView<float> y, int count, Divisor plane, Divisor channels)
    {
        int index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= y.IntLength)
        {
            return;
        }

        int at = index, step = y.IntLength;
        float sum = parts[at];
        for (int part = 1; part < count; part++)
        {
            at += step;
            sum += parts[at];
        }

        if (bias.IntLength > 0)
        {
            int channel = plane.Quotient(index);
            sum += bias[channel - (channels.Quotient(channel) * channels.Value)];
        }

        y[index] = sum;
    }
}
