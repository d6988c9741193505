namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>Normalisation of a channel's elements: (x − centre) · scale + shift.</summary>
internal readonly record struct NormRow(float Centre, float Scale, float Shift)
{
    /// <summary>Of a group with given moments; without weight and bias, which may be empty, 1 and 0.</summary>
    public static NormRow Of(
        float mean, float variance, ILGPU.ArrayView<float> weight, ILGPU.ArrayView<float> bias, int channel, float epsilon) => new(
        mean,
        (weight.IntLength > 0 ? weight[channel] : 1) / MathF.Sqrt(variance + epsilon),
        bias.IntLength > 0 ? bias[channel] : 0);

    public float Of(float x) => MathF.FusedMultiplyAdd(x - Centre, Scale, Shift);
}
