using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;
using IlgpuGan.Tensors.Devices.Tuning;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Finds the fastest variant for a shape by measuring: the upper rungs, each tile, a few numbers of splits. Rounding depends on the splits,
/// so a run repeats bit for bit only while the tunings stay the same; variants that <see cref="HaveSameSummationOrder"/> can be exchanged
/// at any time.
/// </summary>
/// <param name="device">the device's properties</param>
/// <param name="measure">returns the seconds that a variant takes</param>
internal sealed class ProductTuner(ProductDevice device, Func<ProductVariant, double> measure)
{
    private static readonly ProductRung[] s_rungs =
        [ProductRung.RegisterBlocked, ProductRung.DoubleBuffered, ProductRung.Vectorised, ProductRung.TensorCore];

    /// <summary>A variant must take less than this share of the table's time; a smaller gain is noise.</summary>
    private const double MaxTimeRatio = 0.97;

    /// <summary>The fastest variant that supports a shape.</summary>
    /// <param name="precision">precision of the factors; a float32 variant may be the fastest for any precision</param>
    public ProductVariant Fastest(ProductShape shape, ProductPrecision precision)
    {
        var byTable = ConvolutionTable.Chosen(shape, device, precision);
        return Fastest(byTable, Others(shape, precision, byTable));
    }

    /// <summary>
    /// The fastest float32 variant with the tile and the bits of the table's variant: usually one of three, few enough although compiling
    /// one may take seconds.
    /// </summary>
    /// <param name="isTimeLeft">whether to measure another variant</param>
    /// <returns>null if time ran out before all were measured</returns>
    public ProductVariant? FastestWithSameBits(ProductShape shape, ProductVariant byTable, Func<bool> isTimeLeft)
    {
        var all = Others(shape, ProductPrecision.Fp32, byTable)
            .Where(variant => variant.Tile == byTable.Tile && HaveSameSummationOrder(shape, variant, byTable)).ToList();
        var tried = 0;
        var best = Fastest(byTable, all.TakeWhile(_ => isTimeLeft()).Select(variant =>
        {
            tried++;
            return variant;
        }));
        return tried == all.Count ? best : null;
    }

    /// <summary>
    /// Whether two variants add the same terms in the same order for each result: sequentially within a part of the depth, with parts of
    /// equal length.
    /// </summary>
    public static bool HaveSameSummationOrder(in ProductShape shape, ProductVariant one, ProductVariant other) =>
        KeepsSummationOrder(one) && KeepsSummationOrder(other) && PartsOf(shape, one) == PartsOf(shape, other);

    /// <summary>Whether a variant's rung adds sequentially along the depth, as its neighbouring rungs do.</summary>
    public static bool KeepsSummationOrder(ProductVariant variant) =>
        variant.Rung is ProductRung.RegisterBlocked or ProductRung.DoubleBuffered or ProductRung.Vectorised;

    private static (int Parts, int Depth) PartsOf(in ProductShape shape, ProductVariant variant)
    {
        var (parts, depth) = ProductLauncher.Split(shape.Depth, variant.Splits, TileSize.Of(variant.Tile).Depth);
        return parts == 1 ? (1, shape.Depth) : (parts, depth);
    }

    private ProductVariant Fastest(ProductVariant byTable, IEnumerable<ProductVariant> others)
    {
        var (best, least) = (byTable, measure(byTable) * MaxTimeRatio);
        foreach (var variant in others)
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
        from rung in s_rungs
        from tile in Enum.GetValues<TileShape>()
        from splits in new[] { 1, table.Splits / 2, table.Splits, table.Splits * 2 }.Where(splits => splits > 0).Distinct()
        let variant = new ProductVariant(rung, tile, splits)
        where variant != table && device.Accepts(shape, variant, precision)
        select variant;

    /// <summary>An accelerator's tunings, or null where there is no folder for them.</summary>
    public static ProductTunings? TuningsOf(Accelerator accelerator) =>
        accelerator.AcceleratorType == AcceleratorType.CPU || Tunings.FileOf(accelerator.Name) is not { } path
            ? null
            : new ProductTunings(path, IdentityOf(accelerator));

    /// <summary>The identity that tunings are valid for: device, driver, and this version of the program.</summary>
    public static string IdentityOf(Accelerator accelerator)
    {
        var driver = accelerator.Device switch
        {
            ILGPU.Runtime.Cuda.CudaDevice cuda => $"CUDA {cuda.DriverVersion}",
            // ILGPU does not expose the driver's release.
            ILGPU.Runtime.OpenCL.CLDevice cl => $"{cl.PlatformName} {cl.DeviceVersion}",
            _ => "",
        };
        return $"{accelerator.Name}, {accelerator.NumMultiprocessors} multiprocessors, {driver}, {Tunings.Version}";
    }
}
