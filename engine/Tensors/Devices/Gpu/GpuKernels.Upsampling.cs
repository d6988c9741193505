using IlgpuGan.Tensors.Devices.Gpu.Images;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels : IKernel<UpsampleCall>, IKernel<UpsampleGradientCall>
{
    public void Run(UpsampleCall call)
    {
        var (mode, x, y, g) = call;
        if (mode == UpsampleMode.Nearest)
        {
            queue.Launch(UpsampleKernels.Nearest, queue.ForElements(y.Length), x.View(), y.View(), g);
        }
        else
        {
            queue.Launch(UpsampleKernels.Bilinear, queue.ForElements(y.Length), x.View(), y.View(), g);
        }
    }

    public void Run(UpsampleGradientCall call)
    {
        var (mode, dy, dx, g) = call;
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
