namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>
/// The kernels of an accelerator, one file a family. These files choose kernels and launch shapes; the family's folder holds the kernels.
/// The order of every sum depends on shapes alone, and no kernel adds with atomics, so results repeat bit for bit.
/// </summary>
/// <param name="card">the device that kernels are chosen for; null for the queue's accelerator</param>
/// <param name="firstUse">product variants measured when the device was first used; null where none are kept</param>
internal sealed partial class GpuKernels(
    KernelQueue queue, MemoryPool pool, DeviceStepNumbers numbers, Func<ProductPrecision> precision, MatMul.ProductDevice? card = null,
    MatMul.FirstUseTunings? firstUse = null) : IKernels
{
}
