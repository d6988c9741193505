using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
using IlgpuGan.Tensors.Devices.Gpu.Images;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
{
    public void Exchange(DeviceSpan image, DeviceSpan pool, int stride, int choice, DeviceSpan shown) =>
        queue.Launch(
            ExchangeKernel.Exchange, queue.ForElements(Math.Max(image.Length, shown.Length), Element.PerThread),
            image.View(), pool.View(), stride, numbers.View, choice, shown.View());
}
