using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
{
    private readonly FewFiltersLauncher _fewFilters = new(queue, pool, card ?? ProductDevice.Of(queue.Accelerator));

    public void Conv2d(DeviceSpan x, DeviceSpan w, DeviceSpan? bias, DeviceSpan y, in ConvGeometry g)
    {
        if (Takes(ConvolutionTable.FewFiltersForward, g))
        {
            _fewFilters.Run(x.View(), w.View(), bias.View(), y.View(), FewFiltersPass.Forward(g));
            return;
        }

        var product = ConvolutionProducts.Forward(x.View(), w.View(), bias.View(), y.View(), g);
        if (!TryProduct(product, isAlongDepth: false, AreAligned(x, w, y)))
        {
            queue.Launch(DirectConvolution.Forward, queue.ForElements(y.Length), x.View(), w.View(), bias.View(), y.View(), g);
        }
    }

    public void Conv2dInputGradient(DeviceSpan dy, DeviceSpan w, DeviceSpan? bias, DeviceSpan dx, in ConvGeometry g)
    {
        if (Takes(ConvolutionTable.FewFiltersInputGradient, g))
        {
            _fewFilters.Run(dy.View(), w.View(), bias.View(), dx.View(), FewFiltersPass.InputGradient(g));
            return;
        }

        if (Takes(ConvolutionTable.FewFiltersStrided, g))
        {
            _fewFilters.RunStrided(dy.View(), w.View(), bias.View(), dx.View(), g);
            return;
        }

        var product = ConvolutionProducts.InputGradient(dy.View(), w.View(), bias.View(), dx.View(), g);
        if (!TryProduct(product, isAlongDepth: false, AreAligned(dy, w, dx)))
        {
            queue.Launch(DirectConvolution.InputGradient, queue.ForElements(dx.Length), dy.View(), w.View(), bias.View(), dx.View(), g);
        }
    }

    public void Conv2dWeightGradient(DeviceSpan x, DeviceSpan dy, DeviceSpan dw, in ConvGeometry g)
    {
        if (Takes(ConvolutionTable.FewFiltersWeightGradient, g))
        {
            _fewFilters.RunWeightGradient(x.View(), dy.View(), dw.View(), g);
            return;
        }

        var product = ConvolutionProducts.WeightGradient(x.View(), dy.View(), dw.View(), g);
        if (!TryProduct(product, isAlongDepth: true, AreAligned(x, dy, dw)))
        {
            queue.Launch(DirectConvolution.WeightGradient, queue.ForElements(dw.Length), x.View(), dy.View(), dw.View(), g);
        }
    }

    /// <summary>Whether the table has a kernel for a convolution that is no product, and nobody asked for a product's.</summary>
    private bool Takes(Func<ConvGeometry, ProductDevice, bool> row, in ConvGeometry g) => !Products.IsForced && row(g, _device);
}
