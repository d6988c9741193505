using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>Arguments of operations fused with a norm; each array may be empty.</summary>
/// <param name="Branch">the second activation's output, or in a gradient kernel the gradient of that output</param>
/// <param name="Kept">
/// where the gradient of the activation's input is kept between the two passes over the elements; empty where it is recomputed
/// </param>
/// <param name="Addend">added to that gradient; empty for nothing</param>
/// <param name="Mask">the dropout mask</param>
internal readonly record struct NormFusionArgs(ArrayView<float> Branch, ArrayView<float> Kept, ArrayView<float> Addend, DropoutMask Mask);
