using IlgpuGan.Models.Data;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;
using IlgpuGan.Tensors.Formats;
using static IlgpuGan.Models.Reporting.PageParts;

namespace IlgpuGan.Cli.Kernels;

/// <summary>
/// A self-contained HTML page: the device's roofline with every measured kernel in it, and the figures as a table.
/// </summary>
internal static class RooflinePage
{
    private const double Giga = 1e9;

    private const string Style =
        """
        :root { color-scheme: light dark; --ink: #1c1c1c; --soft: #767676; --line: #d5d5d5; --back: #fff }
        @media (prefers-color-scheme: dark) { :root { --ink: #eee; --soft: #a5a5a5; --line: #444; --back: #171717 } }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
        body { color: var(--ink); background: var(--back) }
        svg { width: 100%; height: auto } .grid { stroke: var(--line) } .roof { stroke: var(--ink); stroke-width: 2; fill: none }
        text { font: 12px system-ui, sans-serif; fill: var(--soft) } .name { fill: var(--ink) }
        table { border-collapse: collapse; width: 100% }
        th, td { text-align: right; padding: .2rem .5rem; border-bottom: 1px solid var(--line) }
        th:first-child, td:first-child, th:nth-child(2), td:nth-child(2) { text-align: left }
        """;

    /// <exception cref="IOException">the page can't be written</exception>
    public static void Write(string path, GpuDevice device, BenchLayer layer, Roofline roof, IReadOnlyList<KernelMeasurement> measured)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        page.Add($"<title>Kernels on {Encode(device.Name)}</title><style>{Style}</style><h1>Kernels on {Encode(device.Name)}</h1>");
        page.Add($"<p>{Encode(device.Description)}. Convolutions on {Encode(layer.ToString())}.</p>");
        page.Add(
            $"<p>The roof is this device's measured peak: {roof.BytesPerSecond / Giga:0.#} GB/s copying, " +
                $"{roof.FlopsPerSecond / Giga:0} GFLOP/s multiplying and adding. The further right a kernel stands, the more operations " +
                    $"it does with each byte; its distance below the roof is the speed-up that is still possible.</p>");
        page.Append(RooflineSvg.Draw(roof, measured));
        page.Append("<table><tr><th>kernel<th>variant<th>min ms<th>median ms<th>GFLOP/s<th>GB/s<th>FLOP/B<th>of roof");
        foreach (var m in measured)
        {
            var min = m.Times.Min;
            page.Add(
                $"<tr><td>{m.Name}<td>{m.Variant}{(m.IsChosen && m.Variant.Length > 0 ? " (chosen)" : "")}" +
                    $"<td>{Number(min * 1e3)}<td>{Number(m.Times.Median * 1e3)}<td>{Number(m.Cost.Flops / min / Giga)}" +
                    $"<td>{Number(m.Cost.Bytes / min / Giga)}<td>{Number(m.Intensity)}" +
                    $"<td>{roof.Share(m.Cost, TimeSpan.FromSeconds(min)):P0}");
        }

        page.Append("</table></html>\n");
        AtomicFile.WriteText(path, page.ToString());
    }

    private static string Number(double value) =>
        value.ToString(value >= 100 ? "0" : value >= 1 ? "0.0" : "0.0000", CultureInfo.InvariantCulture);
}
