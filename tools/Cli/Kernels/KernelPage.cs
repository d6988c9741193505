using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Formats;
using static IlgpuGan.Models.Reporting.PageParts;

namespace IlgpuGan.Cli.Kernels;

/// <summary>A self-contained HTML page about one kernel: its registers and memory, and its PTX beside its OpenCL C.</summary>
internal static class KernelPage
{
    private const string Style =
        """
        :root { color-scheme: light dark; --line: #d5d5d5 }
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem } main { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem }
        section { border: 1px solid var(--line); min-width: 0 } h2 { font-size: 1rem; margin: 0; padding: .3rem .7rem }
        pre { font: 12px/1.5 ui-monospace, Consolas, monospace; height: 75vh; overflow: auto; margin: 0; padding: 0 .7rem }
        @media (max-width: 60rem) { main { grid-template-columns: 1fr } }
        """;

    /// <param name="sm">architecture of the PTX: 90 is sm_90</param>
    /// <exception cref="IOException">the page can't be written</exception>
    /// <exception cref="DeviceException">the compiler refuses the kernel</exception>
    public static void Write(Screen screen, KernelEntry kernel, int sm, string path)
    {
        var ptx = Compiled(KernelCompiler.ToPtx(sm), kernel);
        var openCL = kernel.NeedsTensorCores ? "" : Compiled(KernelCompiler.ToOpenCL(), kernel);
        var figures = PtxAssembler.Executable is null ? null : PtxAssembler.Assemble(ptx, sm);
        AtomicFile.WriteText(path, Render(kernel, Facts(figures, kernel.Bounds(sm >= KernelCompiler.Sm80)), sm, ptx, openCL));
        screen.Result(
            new
            {
                kernel = kernel.Name, page = path, target = KernelText.TargetOf(ptx), registers = figures?.Registers,
                stack_bytes = figures?.StackBytes, spill_bytes = figures?.SpillBytes, shared_bytes = figures?.SharedBytes,
            },
            [$"{kernel.Name}: {path}"]);
    }

    private static string Compiled(KernelCompiler compiler, KernelEntry kernel)
    {
        using (compiler)
        {
            return compiler.Compile(kernel);
        }
    }

    private static string Facts(AssemblyFigures? figures, ILGPU.Runtime.KernelSpecialization bounds)
    {
        var group = bounds.MaxNumThreadsPerGroup is { } threads ? $"groups of {threads} threads" : "groups of any size";
        return figures is null
            ? $"{group}; install ptxas to see registers, stack and shared memory here"
            : $"{group}; {figures.Registers} registers, {figures.StackBytes} bytes of stack and {figures.SpillBytes} bytes spilled a " +
                $"thread; {figures.SharedBytes} bytes of shared memory a group";
    }

    private static string Render(KernelEntry kernel, string facts, int sm, string ptx, string openCL)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        page.Add(
            $"<title>{Encode(kernel.Name)}</title><style>{Style}</style><h1>{Encode(kernel.Name)}</h1><p>{Encode(kernel.Purpose)}</p>");
        page.Add($"<p>C#: <code>{Encode(KernelText.SourceOf(kernel))}</code></p>");
        page.Add($"<p>{Encode(facts)}</p>");
        if (KernelText.WhyOlder(KernelText.TargetOf(ptx), sm) is { } why)
        {
            page.Add($"<p>{Encode(why)}</p>");
        }

        if (ProductTraffic.All.TryGetValue(kernel.Name, out var traffic))
        {
            page.Add(
                $"<p>counted on a 3 x 3 convolution of 32 channels: {traffic.SectorsPerAccess} sectors of 32 bytes per warp access to " +
                    $"global memory; {traffic.RepeatsPerAccess} repeats per access to shared memory, caused by bank conflicts</p>");
        }

        page.Append("<main>");
        Pane(page, $"PTX, {KernelText.TargetOf(ptx)}", ptx);
        Pane(page, "OpenCL C", openCL.Length > 0 ? openCL : "There is none: OpenCL has no tensor cores.");
        return page.Append("</main></html>\n").ToString();
    }

    private static void Pane(StringBuilder page, string title, string text) => page.Add(
        $"<section><h2>{Encode(title)}</h2><pre>{Encode(text)}</pre></section>");
}
