using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;
using IlgpuGan.Tensors.Devices.Tuning;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <content>What convolutions and matrix products share.</content>
internal sealed partial class GpuKernels
{
    /// <summary>How long a tuner looks at one variant.</summary>
    private static readonly TimeSpan s_enough = TimeSpan.FromMilliseconds(30);

    /// <summary>Floats in 16 bytes.</summary>
    private const int Alignment = 4;

    private readonly ProductLauncher _products = new(queue, pool);

    private readonly ProductDevice _device = card ?? ProductDevice.Of(queue.Accelerator);

    /// <summary>Which variant computes which product.</summary>
    internal ProductChoice Products { get; } = new(card ?? ProductDevice.Of(queue.Accelerator), ProductTuner.TuningsOf(queue.Accelerator));

    /// <summary>What factors of convolutions and matrix products are rounded to.</summary>
    private ProductPrecision Precision => precision();

    /// <summary>Computes a product by the variant chosen for it.</summary>
    /// <returns>false if that is naive, which is the caller's to launch</returns>
    private bool TryProduct(in Product product, bool isAlongDepth, bool isAligned)
    {
        var shape = ProductShape.Of(product, isAlongDepth, isAligned);
        if (Tunings.IsWanted && !queue.IsRehearsing && Products.LacksTuning(shape, Precision))
        {
            Tune(product, shape);
        }

        var variant = Products.For(shape, Precision);
        if (variant.Rung == ProductRung.Naive)
        {
            return false;
        }

        _products.Run(product, shape, variant, Precision);
        return true;
    }

    /// <summary>Tries the variants on the product itself: each writes the whole target, so the last word is the chosen one's.</summary>
    private void Tune(Product product, ProductShape shape)
    {
        var tuner = new ProductTuner(_device, variant => LaunchTimer.Measure(
            queue.Stream.Synchronize, () => _products.Run(product, shape, variant, Precision), s_enough).Min);
        Products.Learn(shape, Precision, tuner.Fastest(shape, Precision));
    }

    private static bool AreAligned(DeviceSpan a, DeviceSpan b, DeviceSpan c) =>
        a.Offset % Alignment == 0 && b.Offset % Alignment == 0 && c.Offset % Alignment == 0;
}
