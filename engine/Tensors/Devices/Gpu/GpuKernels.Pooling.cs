using IlgpuGan.Tensors.Devices.Gpu.Images;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
{
    public void AveragePool(DeviceSpan x, DeviceSpan y, in PoolGeometry g) =>
        queue.Launch(PoolKernels.Average, queue.ForElements(y.Length), x.View(), y.View(), g);

    public void AveragePoolGradient(DeviceSpan dy, DeviceSpan dx, in PoolGeometry g) =>
        queue.Launch(PoolKernels.AverageGradient, queue.ForElements(dx.Length), dy.View(), dx.View(), g);

    public void MaxPool(DeviceSpan x, DeviceSpan y, in PoolGeometry g) => MaxPoolGather(x, x, y, g);

    public void MaxPoolGradient(DeviceSpan x, DeviceSpan dy, DeviceSpan dx, in PoolGeometry g) =>
        queue.Launch(PoolKernels.MaximumGradient, queue.ForElements(dx.Length), x.View(), dy.View(), dx.View(), g);

    public void MaxPoolGather(DeviceSpan x, DeviceSpan v, DeviceSpan y, in PoolGeometry g) =>
        queue.Launch(PoolKernels.GatherMaximum, queue.ForElements(y.Length), x.View(), v.View(), y.View(), g);
}
