using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;
using IlgpuGan.Tensors.Devices.Tuning;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Finds the fastest variant for a shape by trying: each rung worth it, each tile, a few numbers of splits. Results of one device differ in
/// rounding with the splits, so a run repeats its bits only as long as the tunings stay as they are; variants that
/// <see cref="HaveSameSummationOrder"/> can be exchanged at any time.
/// </summary>
/// <param name="device">what the table knows of the device</param>
/// <param name="measure">seconds that a variant takes</param>
internal sealed class ProductTuner(ProductDevice device, Func<ProductVariant, double> measure)
{
    private static readonly ProductRung[] s_rungs =
        [ProductRung.RegisterBlocked, ProductRung.DoubleBuffered, ProductRung.Vectorised, ProductRung.TensorCore];

    /// <summary>A variant must beat the table's by so much: less is noise.</summary>
    private const double LeastGain = 0.97;

    /// <param name="precision">of the factors; a variant in float32 may be the fastest in any</param>
    public ProductVariant Fastest(ProductShape shape, ProductPrecision precision)
    {
        var byTable = ConvolutionTable.Chosen(shape, device, precision);
        return Fastest(byTable, Others(shape, precision, byTable));
    }

    /// <summary>
    /// The fastest in float32 of those with the tile and the bits of the table's variant: two others, since each may take a compiler
    /// seconds.
    /// </summary>
    /// <param name="isTimeLeft">whether to go on to another variant</param>
    /// <returns>null if the time was over before all were measured</returns>
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
    /// Whether each result of two variants is the sum of the same terms in the same order: one after the other within a part of the depth,
    /// and parts as long in both.
    /// </summary>
    public static bool HaveSameSummationOrder(in ProductShape shape, ProductVariant one, ProductVariant other) =>
        KeepsSummationOrder(one) && KeepsSummationOrder(other) && PartsOf(shape, one) == PartsOf(shape, other);

    /// <summary>Whether a variant is of the rungs that add as their neighbours do.</summary>
    public static bool KeepsSummationOrder(ProductVariant variant) =>
        variant.Rung is ProductRung.RegisterBlocked or ProductRung.DoubleBuffered or ProductRung.Vectorised;

    private static (int Parts, int Depth) PartsOf(in ProductShape shape, ProductVariant variant)
    {
        var (parts, depth) = ProductLauncher.Split(shape.Depth, variant.Splits, TileSize.Of(variant.Tile).Depth);
        return parts == 1 ? (1, shape.Depth) : (parts, depth);
    }

    private ProductVariant Fastest(ProductVariant byTable, IEnumerable<ProductVariant> others)
    {
        var (best, least) = (byTable, measure(byTable) * LeastGain);
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

    /// <summary>What tunings hold for: device, driver, and this version of the program.</summary>
    public static string IdentityOf(Accelerator accelerator)
    {
        var driver = accelerator.Device switch
        {
            ILGPU.Runtime.Cuda.CudaDevice cuda => $"CUDA {cuda.DriverVersion}",
            // ILGPU does not tell the driver's release.
            ILGPU.Runtime.OpenCL.CLDevice cl => $"{cl.PlatformName} {cl.DeviceVersion}",
            _ => "",
        };
        return $"{accelerator.Name}, {accelerator.NumMultiprocessors} multiprocessors, {driver}, {Tunings.Version}";
    }
}
