using IlgpuGan.Tensors.Devices.Gpu.Convolution;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
{
    public void Conv2d(DeviceSpan x, DeviceSpan w, DeviceSpan? bias, DeviceSpan y, in ConvGeometry g) =>
        queue.Launch(DirectConvolution.Forward, queue.ForElements(y.Length), x.View(), w.View(), bias.View(), y.View(), g);

    public void Conv2dInputGradient(DeviceSpan dy, DeviceSpan w, DeviceSpan? bias, DeviceSpan dx, in ConvGeometry g) =>
        queue.Launch(DirectConvolution.InputGradient, queue.ForElements(dx.Length), dy.View(), w.View(), bias.View(), dx.View(), g);

    public void Conv2dWeightGradient(DeviceSpan x, DeviceSpan dy, DeviceSpan dw, in ConvGeometry g) =>
        queue.Launch(DirectConvolution.WeightGradient, queue.ForElements(dw.Length), x.View(), dy.View(), dw.View(), g);
}
