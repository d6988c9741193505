using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>The arrays of a <see cref="Normalization"/>, as a kernel argument; weight and bias may be empty.</summary>
internal readonly record struct NormalizationArgs(
    ArrayView<float> X, ArrayView<float> Mean, ArrayView<float> Variance, ArrayView<float> Weight, ArrayView<float> Bias)
{
    public static NormalizationArgs Of(in Normalization norm) =>
        new(norm.X.View(), norm.Mean.View(), norm.Variance.View(), norm.Weight.View(), norm.Bias.View());

    /// <summary>Elements of all arrays.</summary>
    public long Length => X.Length + Mean.Length + Variance.Length + Weight.Length + Bias.Length;
}
