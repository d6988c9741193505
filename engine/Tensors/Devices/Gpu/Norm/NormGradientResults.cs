using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>What <see cref="NormGradientKernels"/> write, as a kernel argument; an empty array is not written.</summary>
internal readonly record struct NormGradientResults(ArrayView<float> Dx, ArrayView<float> Dweight, ArrayView<float> Dbias)
{
    public static NormGradientResults Of(DeviceSpan? dx, DeviceSpan? dweight, DeviceSpan? dbias) =>
        new(dx.View(), dweight.View(), dbias.View());

    public bool HasParameters => Dweight.IntLength > 0 || Dbias.IntLength > 0;

    /// <summary>Elements of all arrays.</summary>
    public long Length => Dx.Length + Dweight.Length + Dbias.Length;

    /// <summary>Writes the gradients of a channel's weight and bias.</summary>
    public void WriteParameters(int channel, float weightGradient, float biasGradient)
    {
        if (Dweight.IntLength > 0)
        {
            Dweight[channel] = weightGradient;
        }

        if (Dbias.IntLength > 0)
        {
            Dbias[channel] = biasGradient;
        }
    }
}
