using IlgpuGan.Tensors.Devices.Gpu.Elementwise;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
{
    public void Fill(DeviceSpan y, float value) =>
        queue.Launch(MemoryKernels.Fill, queue.ForElements(y.Length, Element.PerThread), y.View(), value);

    public void Copy(DeviceSpan x, DeviceSpan y) =>
        queue.Launch(MemoryKernels.Copy, queue.ForElements(y.Length, Element.PerThread), x.View(), y.View());

    public void AddScaled(float scale, DeviceSpan x, DeviceSpan y) =>
        queue.Launch(MemoryKernels.AddScaled, queue.ForElements(y.Length, Element.PerThread), scale, x.View(), y.View());
}
