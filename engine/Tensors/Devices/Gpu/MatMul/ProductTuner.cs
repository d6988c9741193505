using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;
using IlgpuGan.Tensors.Devices.Tuning;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Finds the fastest variant for a shape by trying: each rung worth it, each tile, a few numbers of splits. Results of one device differ in
/// rounding with the variant, so a run repeats its bits only as long as the tunings stay as they are.
/// </summary>
/// <param name="device">what the table knows of the device</param>
/// <param name="measure">seconds that a variant takes</param>
internal sealed class ProductTuner(ProductDevice device, Func<ProductVariant, double> measure)
{
    private static readonly ProductRung[] Rungs =
        [ProductRung.RegisterBlocked, ProductRung.DoubleBuffered, ProductRung.Vectorised, ProductRung.TensorCore];

    /// <summary>A variant must beat the table's by so much: less is noise.</summary>
    private const double LeastGain = 0.97;

    /// <param name="precision">of the factors; a variant in float32 may be the fastest in any</param>
    public ProductVariant Fastest(ProductShape shape, ProductPrecision precision)
    {
        var best = ConvolutionTable.Candidates(shape, device, precision).First(variant => device.Accepts(shape, variant, precision));
        var least = measure(best) * LeastGain;
        foreach (var variant in Others(shape, precision, best))
        {
            var seconds = measure(variant);
            if (seconds < least)
            {
                (best, least) = (variant, seconds);
            }
        }

        return best;
    }

    private IEnumerable<ProductVariant> Others(ProductShape shape, ProductPrecision precision, ProductVariant table) =>
        from rung in Rungs
        from tile in Enum.GetValues<TileShape>()
        from splits in new[] { 1, table.Splits / 2, table.Splits, table.Splits * 2 }.Where(splits => splits > 0).Distinct()
        let variant = new ProductVariant(rung, tile, splits)
        where variant != table && device.Accepts(shape, variant, precision)
        select variant;

    /// <summary>An accelerator's tunings, or null where there is no folder for them.</summary>
    public static ProductTunings? TuningsOf(Accelerator accelerator) =>
        accelerator.AcceleratorType == AcceleratorType.CPU || Tunings.FileOf(accelerator.Name) is not { } path
            ? null
            : new ProductTunings(path, Identity(accelerator));

    /// <summary>What tunings hold for: device, driver, and this version of the program.</summary>
    private static string Identity(Accelerator accelerator)
    {
        var driver = accelerator.Device switch
        {
            ILGPU.Runtime.Cuda.CudaDevice cuda => $"CUDA {cuda.DriverVersion}",
            ILGPU.Runtime.OpenCL.CLDevice cl => $"{cl.PlatformName} {cl.DeviceVersion}",
            _ => "",
        };
        return $"{accelerator.Name}, {accelerator.NumMultiprocessors} multiprocessors, {driver}, {Tunings.Version}";
    }
}
