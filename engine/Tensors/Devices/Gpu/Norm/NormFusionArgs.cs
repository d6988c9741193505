using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>Arrays fusion a norm that its kernels are given; each may be empty.</summary>
/// <param name="Branch">the result of the second way out, or the gradient that comes back by it</param>
/// <param name="Kept">
/// where the gradient between norm and activation is kept from the first reading to the second; empty where it is as easily found again
/// </param>
/// <param name="Accumulates">whether that is added to what is there</param>
/// <param name="Mask">of a dropout</param>
internal readonly record struct NormFusionArgs(ArrayView<float> Branch, ArrayView<float> Kept, byte Accumulates, DropoutMask Mask);
