using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <content>What convolutions and matrix products share.</content>
internal sealed partial class GpuKernels
{
    /// <summary>Floats in 16 bytes.</summary>
    private const int Alignment = 4;

    private readonly ProductLauncher _products = new(queue, pool);

    /// <summary>Which variant computes which product.</summary>
    internal ProductChoice Products { get; } = new(ProductDevice.Of(queue.Accelerator));

    /// <summary>What factors of convolutions and matrix products are rounded to.</summary>
    internal ProductPrecision Precision { get; set; }

    /// <summary>Computes a product by the variant chosen for it.</summary>
    /// <returns>false if that is naive, which is the caller's to launch</returns>
    private bool TryProduct(in Product product, bool isAlongDepth, bool isAligned)
    {
        var variant = Products.For(ProductShape.Of(product, isAlongDepth, isAligned), Precision);
        if (variant.Rung == ProductRung.Naive)
        {
            return false;
        }

        _products.Run(product, isAlongDepth, variant, Precision);
        return true;
    }

    private static bool AreAligned(DeviceSpan a, DeviceSpan b, DeviceSpan c) =>
        a.Offset % Alignment == 0 && b.Offset % Alignment == 0 && c.Offset % Alignment == 0;
}
