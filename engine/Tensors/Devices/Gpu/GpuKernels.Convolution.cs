using IlgpuGan.Tensors.Devices.Gpu.Convolution;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
{
    public void Conv2d(DeviceSpan x, DeviceSpan w, DeviceSpan? bias, DeviceSpan y, in ConvGeometry g)
    {
        var product = ConvolutionProducts.Forward(x.View(), w.View(), bias.View(), y.View(), g);
        if (!TryProduct(product, isAlongDepth: false, AreAligned(x, w, y)))
        {
            queue.Launch(DirectConvolution.Forward, queue.ForElements(y.Length), x.View(), w.View(), bias.View(), y.View(), g);
        }
    }

    public void Conv2dInputGradient(DeviceSpan dy, DeviceSpan w, DeviceSpan? bias, DeviceSpan dx, in ConvGeometry g)
    {
        var product = ConvolutionProducts.InputGradient(dy.View(), w.View(), bias.View(), dx.View(), g);
        if (!TryProduct(product, isAlongDepth: false, AreAligned(dy, w, dx)))
        {
            queue.Launch(DirectConvolution.InputGradient, queue.ForElements(dx.Length), dy.View(), w.View(), bias.View(), dx.View(), g);
        }
    }

    public void Conv2dWeightGradient(DeviceSpan x, DeviceSpan dy, DeviceSpan dw, in ConvGeometry g)
    {
        var product = ConvolutionProducts.WeightGradient(x.View(), dy.View(), dw.View(), g);
        if (!TryProduct(product, isAlongDepth: true, AreAligned(x, dy, dw)))
        {
            queue.Launch(DirectConvolution.WeightGradient, queue.ForElements(dw.Length), x.View(), dy.View(), dw.View(), g);
        }
    }
}
