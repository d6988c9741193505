using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;

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

    /// <summary>Where an accelerator's tunings lie, or none where there is no folder for them.</summary>
    public static ProductTunings? TuningsOf(Accelerator accelerator)
    {
        var folder = Environment.GetEnvironmentVariable(FolderVariable) ?? DefaultFolder();
        if (folder.Length == 0 || accelerator.AcceleratorType == AcceleratorType.CPU)
        {
            return null;
        }

        var identity = Identity(accelerator);
        var name = string.Concat(accelerator.Name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-'));
        return new ProductTunings(Path.Combine(folder, name + ".json"), identity);
    }

    /// <summary>Overrides the folder of the tunings; empty for none.</summary>
    public const string FolderVariable = "ILGPUGAN_TUNING_DIR";

    /// <summary>1: shapes that no tuning is known of are measured when they first come up, a second or two each.</summary>
    public const string Variable = "ILGPUGAN_TUNE";

    public static bool IsWanted { get; } = Environment.GetEnvironmentVariable(Variable) == "1";

    private static string DefaultFolder()
    {
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        return data.Length == 0 ? "" : Path.Combine(data, "ilgpugan", "tuning");
    }

    /// <summary>What tunings hold for: device, driver, and this version of the program.</summary>
    private static string Identity(Accelerator accelerator)
    {
        var driver = accelerator.Device switch
        {
            ILGPU.Runtime.Cuda.CudaDevice cuda => $"CUDA {cuda.DriverVersion}",
            ILGPU.Runtime.OpenCL.CLDevice cl => $"{cl.PlatformName} {cl.DeviceVersion}",
            _ => "",
        };
        return $"{accelerator.Name}, {accelerator.NumMultiprocessors} multiprocessors, {driver}, IlgpuGan " +
            $"{typeof(ProductTuner).Assembly.GetName().Version}";
    }
}
