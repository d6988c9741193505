using System.CommandLine;
using IlgpuGan.Cli.Kernels;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Data;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;

namespace IlgpuGan.Cli.Commands;

/// <summary>
/// <c>kernels list|dump|page|bench|model</c>: lists kernels and variants, writes their code for any target, measures them against the
/// roofline, and models a training step.
/// </summary>
internal static class KernelsCommand
{
    public static Command Create() =>
        new("kernels", "Lists, dumps and measures the kernels of the GPU devices.") { List(), Dump(), Page(), Bench(), Model() };

    private static Command List()
    {
        var command = new Command("list", "Lists every kernel and variant with its purpose.");
        command.SetAction(parsed =>
        {
            var kernels = KernelCatalog.All;
            var width = kernels.Max(kernel => kernel.Name.Length);
            Screen.Of(parsed).Result(
                new { kernels = kernels.Select(kernel => new { name = kernel.Name, purpose = kernel.Purpose }) },
                [.. kernels.Select(kernel => $"{kernel.Name.PadRight(width)}  {kernel.Purpose}"), $"{kernels.Count} kernels"]);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Dump()
    {
        var name =
            new Argument<string?>("name") { Description = "Only kernels whose name contains this.", Arity = ArgumentArity.ZeroOrOne };
        var format = Choice.Of<DumpFormat>("--format", "Output format: PTX for NVIDIA, OpenCL C for all others (default ptx).");
        var target = Choice.Parsed("--target", "PTX only: the architecture (default sm_90).", "sm_70|sm_80|sm_90", KernelText.ParseTarget);
        var folder =
            new Option<DirectoryInfo>("--out") { Description = "Output folder, one file per kernel.", HelpName = "DIR", Required = true };
        var command = new Command(
            "dump", "Compiles kernels and writes their code, one file per kernel. Needs no device.") { name, format, target, folder };
        command.SetAction(parsed =>
        {
            var matching = Matching(parsed.GetValue(name));
            var sm = TargetOf(parsed, target);
            var kernels = KernelText.Of(matching, parsed.GetValue(format), sm);
            const string Need = "tensor cores need --format ptx and --target sm_80 or later";
            if (kernels.Count == 0)
            {
                throw new UsageException(Need);
            }

            var screen = Screen.Of(parsed);
            var files = WorkDisplay.Run(
                screen, kernels.Count, "kernels", written => KernelText.Write(
                    kernels, parsed.GetValue(format), sm, parsed.GetRequiredValue(folder).FullName, written),
                "kernels/s");
            screen.Result(
                new
                {
                    folder = parsed.GetRequiredValue(folder).FullName,
                    kernels = files.Select(f => new
                    {
                        name = f.Kernel, file = f.File, target = f.Target, registers = f.Assembly?.Registers,
                        stack_bytes = f.Assembly?.StackBytes, spill_bytes = f.Assembly?.SpillBytes, shared_bytes = f.Assembly?.SharedBytes,
                    }),
                },
                [
                    .. KernelText.Table(files),
                    .. kernels.Count < matching.Count
                        ? [$"{Counted.Of(matching.Count - kernels.Count, "kernel")} left out: {Need}"]
                        : Array.Empty<string>(),
                    .. KernelText.WhyOlder(files[0].Target, sm) is { } why ? [why] : Array.Empty<string>(),
                ]);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Page()
    {
        var name = new Argument<string>("name") { Description = "The kernel, as 'kernels list' names it." };
        var html = new Option<FileInfo>("--html") { Description = "The page.", HelpName = "FILE", Required = true };
        var target = Choice.Parsed("--target", "The architecture of the PTX (default sm_90).", "sm_70|sm_80|sm_90", KernelText.ParseTarget);
        var command = new Command(
            "page", "Writes a page about one kernel: its registers and memory, and its PTX beside its OpenCL C. Needs no device.")
        {
            name, html, target,
        };
        command.SetAction(parsed =>
        {
            var sm = TargetOf(parsed, target);
            KernelPage.Write(
                Screen.Of(parsed), Single(parsed.GetRequiredValue(name), sm), sm,
                ResultFile.Prepare(parsed.GetRequiredValue(html).FullName, ".html"));
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The architecture that was asked for, or the default.</summary>
    private static int TargetOf(ParseResult parsed, Option<int> target) =>
        parsed.GetValue(target) is > 0 and var given ? given : KernelText.DefaultSm;

    /// <summary>The kernel with this name, or the only one whose name contains it.</summary>
    private static KernelEntry Single(string name, int sm)
    {
        const int MostNamed = 8;
        var matching = Matching(name);
        var kernel = matching.FirstOrDefault(k => k.Name == name) ?? (matching.Count == 1 ? matching[0] : null);
        if (kernel is null)
        {
            throw new UsageException(
                $"'{name}' is in the names of {matching.Count} kernels: {string.Join(", ", matching.Take(MostNamed).Select(k => k.Name))}" +
                    $"{(matching.Count > MostNamed ? " and others" : "")}; name one");
        }

        return kernel.NeedsTensorCores && sm < KernelCompiler.Sm80
            ? throw new UsageException($"{kernel.Name} needs tensor cores: --target sm_80 or later")
            : kernel;
    }

    private static Command Bench()
    {
        var name = new Argument<string?>(
            "name") { Description = $"What to measure (default everything): {string.Join(", ", KernelBench.Names)}.",
            Arity = ArgumentArity.ZeroOrOne };
        var device = Plain.Text(
            "--device", "cuda or opencl, with a number where there are several, or ilgpu-cpu (default: the first that is there).", "NAME");
        var layer =
            Choice.Parsed("--layer", "Layer on which convolutions are measured.", "N,C,H,W,K,KERNEL,STRIDE,PADDING", BenchLayer.Parse);
        var cold = Plain.Flag("--cold", "Time kernels in CUDA graphs with cold caches, as in a step.");
        var html = new Option<FileInfo?>("--html") { Description = "Write the roofline to this HTML page.", HelpName = "FILE" };
        var command = new Command("bench", "Measures kernels: time, rates and share of the device's roofline.")
        {
            name, device, layer, cold, html,
        };
        command.SetAction(parsed =>
        {
            var wanted = parsed.GetValue(name);
            if (wanted is not null && !KernelBench.Names.Contains(wanted))
            {
                throw new UsageException($"there is no kernel '{wanted}' to measure; there are {string.Join(", ", KernelBench.Names)}");
            }

            using var on = Open(parsed.GetValue(device));
            KernelBenchRun.Run(
                Screen.Of(parsed), on, new KernelBench(on, parsed.GetValue(layer), parsed.GetValue(cold)),
                wanted is null ? KernelBench.Names : [wanted], parsed.GetValue(html) is { } page
                    ? ResultFile.Prepare(page.FullName, ".html")
                    : null);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Model()
    {
        var workload = Choice.OneOf("--workload", "The step to model.", [.. FamilyCatalog.All.Select(f => f.Info.Name)]);
        var size = Number.Whole("--size", "Side of the pictures in pixels.", value: 256, least: 1, most: OptionsValidation.LargestSide);
        var batch = Number.Whole("--batch", "Pictures per step.", value: 1, least: 1);
        var precision = Choice.Of<ProductPrecision>("--precision", "Arithmetic of the convolutions (default fp32).");
        var launch = Number.Real("--launch-us", "Microseconds per launch by the host.", value: 4, least: 0, most: 1e6);
        var graph = Number.Real("--graph-us", "Microseconds per launch within a CUDA graph.", value: 1.3, least: 0, most: 1e6);
        var command =
            new Command("model", "Models a training step on an H200: its launches, and their time at the card's peaks. Needs no device.")
        {
            workload, size, batch, precision, launch, graph,
        };
        command.SetAction(parsed =>
        {
            const double Micro = 1e-6;
            new StepModel(
                parsed.GetRequiredValue(workload), parsed.GetValue(size), parsed.GetValue(batch), parsed.GetValue(precision), GpuCard.H200,
                parsed.GetValue(launch) * Micro, parsed.GetValue(graph) * Micro).Run(Screen.Of(parsed));
            return ExitCode.Done;
        });
        return command;
    }

    private static IReadOnlyList<KernelEntry> Matching(string? part)
    {
        var kernels =
            KernelCatalog.All.Where(kernel => part is null || kernel.Name.Contains(part, StringComparison.OrdinalIgnoreCase)).ToList();
        return kernels.Count > 0
            ? kernels
            : throw new UsageException($"no kernel's name contains '{part}'; 'ilgpugan kernels list' names them all");
    }

    /// <summary>
    /// The requested device; by default the first card, another device of OpenCL, or ILGPU's CPU accelerator: these kernels don't run on
    /// the cpu device.
    /// </summary>
    private static GpuDevice Open(string? name) =>
        name is null or "auto" ? OpenIfThere("cuda") ?? OpenIfThere("opencl") ?? OpenNamed("ilgpu-cpu") : OpenNamed(name);

    /// <summary>Null if this machine has no such device.</summary>
    private static GpuDevice? OpenIfThere(string name)
    {
        try
        {
            return OpenNamed(name);
        }
        catch (DeviceException)
        {
            return null;
        }
    }

    private static GpuDevice OpenNamed(string name)
    {
        var device = Device.Open(name);
        if (device is GpuDevice gpu)
        {
            return gpu;
        }

        device.Dispose();
        throw new UsageException(
            $"'{name}' has no kernels to measure; --device can be cuda, opencl or ilgpu-cpu, and 'ilgpugan bench step --profile' " +
                "measures the cpu");
    }
}
