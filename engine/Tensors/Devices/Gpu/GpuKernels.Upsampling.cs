using IlgpuGan.Tensors.Devices.Gpu.Images;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
{
    public void Upsample(UpsampleMode mode, DeviceSpan x, DeviceSpan y, in UpsampleGeometry g)
    {
        if (mode == UpsampleMode.Nearest)
        {
            queue.Launch(UpsampleKernels.Nearest, queue.ForElements(y.Length), x.View(), y.View(), g);
        }
        else
        {
            queue.Launch(UpsampleKernels.Bilinear, queue.ForElements(y.Length), x.View(), y.View(), g);
        }
    }

    public void UpsampleGradient(UpsampleMode mode, DeviceSpan dy, DeviceSpan dx, in UpsampleGeometry g)
    {
        if (mode == UpsampleMode.Nearest)
        {
            queue.Launch(UpsampleKernels.NearestGradient, queue.ForElements(dx.Length), dy.View(), dx.View(), g);
        }
        else
        {
            queue.Launch(UpsampleKernels.BilinearGradient, queue.ForElements(dx.Length), dy.View(), dx.View(), g);
        }
    }
}
