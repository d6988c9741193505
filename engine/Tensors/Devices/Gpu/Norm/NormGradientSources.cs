using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>The gradients that come to a norm, as a kernel argument; each array but the first may be empty.</summary>
/// <param name="Dy">the gradient of the output, after activation, dropout and padding</param>
/// <param name="IsPadded">1 if the output is padded</param>
/// <param name="Branch">the gradient of the second activation's output</param>
/// <param name="Addend">added to the gradient of the activation's input</param>
/// <param name="Kept">
/// where the gradient of the activation's input is kept between the two passes over the elements; empty where it is recomputed
/// </param>
internal readonly record struct NormGradientSources(
    ArrayView<float> Dy, byte IsPadded, ArrayView<float> Branch, ArrayView<float> Addend, ArrayView<float> Kept);
