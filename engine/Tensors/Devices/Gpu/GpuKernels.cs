namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>
/// The kernels of an accelerator, one file a family: here is what is launched and in which shape; what a thread does stands in the folder
/// of the family. Every sum has an order that depends on shapes alone, and no kernel adds with atomics, so results repeat bit for bit.
/// </summary>
/// <param name="card">what choices of kernels are made for; null for the queue's accelerator</param>
/// <param name="firstUse">kernels of products that were measured when the device was first used; null where none are kept</param>
internal sealed partial class GpuKernels(
    KernelQueue queue, MemoryPool pool, DeviceStepNumbers numbers, Func<ProductPrecision> precision, MatMul.ProductDevice? card = null,
    MatMul.FirstUseTunings? firstUse = null) : IKernels
{
}
