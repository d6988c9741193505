using IlgpuGan.Cli.Terminal;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;

namespace IlgpuGan.Cli.Kernels;

/// <summary>Measures kernels and prints a line for each as soon as it is measured.</summary>
internal static class KernelBenchRun
{
    private const double Giga = 1e9;

    public static void Run(Screen screen, GpuDevice device, KernelBench bench, IReadOnlyList<string> names, string? html)
    {
        var roofline = GpuRoofline.Measure(device);
        screen.Say($"{device.Name}: {device.Description}; at best {Number(roofline.FlopsPerSecond / Giga)} GFLOP/s and " +
            $"{Number(roofline.BytesPerSecond / Giga)} GB/s, measured");
        if (device.IsForDebugging)
        {
            screen.Say("Each thread of a kernel is one of the processor here, and threads that wait for each other are slow: neither " +
                "times nor their order resemble a GPU's. It shows that the rungs run: without vectorised where a layer is so small that " +
                "it gets a flat tile, which that rung lacks, and without tensor-core and channels-last, which need an NVIDIA card of " +
                "sm_80 or later.");
        }

        screen.Say($"convolutions on {bench.Layer}{(bench.IsCold ? "; in CUDA graphs, with cold caches" : "")}");
        screen.Say($"{"kernel",-24} {"variant",-30} {"min ms",10} {"median ms",10} {"GFLOP/s",9} {"GB/s",8} {"FLOP/B",7} {"of roof",8}");
        var measured = new List<KernelMeasurement>();
        foreach (var measurement in names.SelectMany(bench.Measure))
        {
            measured.Add(measurement);
            screen.Say(Line(measurement, roofline));
        }

        if (measured.Exists(IsMarked))
        {
            screen.Say("* the variant that the tuning table selects for this shape");
        }

        if (screen.Json)
        {
            screen.Result(Json(device, bench, roofline, measured));
        }

        if (html is not null)
        {
            RooflinePage.Write(html, device, bench.Layer, roofline, measured);
            screen.Say($"wrote {html}");
        }
    }

    private static string Line(KernelMeasurement m, Roofline roofline)
    {
        var name = $"{m.Name,-24} {(IsMarked(m) ? m.Variant + " *" : m.Variant),-30}";
        var (min, median) = (m.Times.Min, m.Times.Median);
        return $"{name} {Number(min * 1e3),10} {Number(median * 1e3),10} {Number(m.Cost.Flops / min / Giga),9} " +
            $"{Number(m.Cost.Bytes / min / Giga),8} {Number(m.Intensity),7} {Share(m, roofline),8:P0}";
    }

    private static bool IsMarked(KernelMeasurement m) => m.IsChosen && m.Variant.Length > 0;

    private static double Share(KernelMeasurement m, Roofline roofline) => roofline.Share(m.Cost, TimeSpan.FromSeconds(m.Times.Min));

    private static object Json(GpuDevice device, KernelBench bench, Roofline roofline, List<KernelMeasurement> measured) => new
    {
        device = device.Name,
        description = device.Description,
        cold = bench.IsCold,
        layer = bench.Layer.ToString(),
        peak_gflops = roofline.FlopsPerSecond / Giga,
        peak_gbs = roofline.BytesPerSecond / Giga,
        kernels = measured.Select(m => new
        {
            name = m.Name,
            variant = m.Variant,
            chosen = m.IsChosen,
            shape = m.Shape,
            flops = m.Cost.Flops,
            bytes = m.Cost.Bytes,
            intensity = m.Intensity,
            min_s = m.Times.Min,
            median_s = m.Times.Median,
            gflops = m.Cost.Flops / m.Times.Min / Giga,
            gbs = m.Cost.Bytes / m.Times.Min / Giga,
            share_of_roofline = Share(m, roofline),
        }),
    };

    private static string Number(double value) => value.ToString(
        value switch
        {
            >= 100 => "0",
            >= 10 => "0.0",
            >= 0.1 => "0.00",
            _ => "0.0000",
        },
        CultureInfo.InvariantCulture);
}
