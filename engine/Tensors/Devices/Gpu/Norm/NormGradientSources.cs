using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>
/// The gradients that come to a norm, and where one is kept, as a kernel argument; each array but the first may be empty.
/// </summary>
/// <param name="Dy">the gradient of the output, after activation, dropout and padding</param>
/// <param name="Branch">the gradient of the second activation's output</param>
/// <param name="Addend">added to the gradient of the activation's input</param>
/// <param name="Kept">
/// where the gradient of the activation's input is written by the first pass over the elements, for the second; may be a result's array;
/// empty where it is recomputed
/// </param>
internal readonly record struct NormGradientSources(
    ArrayView<float> Dy, ArrayView<float> Branch, ArrayView<float> Addend, ArrayView<float> Kept);
