using IlgpuGan.Tensors.Devices.Gpu.Reductions;
using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
{
    public void LogSoftmax(DeviceSpan x, DeviceSpan y, int rows, int columns) =>
        queue.Launch(SoftmaxKernels.LogSoftmax, new KernelConfig(rows, queue.GroupFor(columns)), x.View(), y.View(), columns);
}
