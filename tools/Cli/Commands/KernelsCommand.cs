using System.CommandLine;
using IlgpuGan.Cli.Kernels;
#if !USE_ILGPU_PACKAGES
using IlgpuGan.Cli.Kernels.Page;
#endif
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
/// <c>kernels list|dump|page|bench|model</c>: every kernel and variant, as text of any target, line by line beside its C#, measured against
/// a roofline, and counted in a step.
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
        var format = Choice.Of<DumpFormat>(
            "--format", "Output format: PTX for NVIDIA, OpenCL C for all others, or the compiler's IR (default ptx).");
        var target = Choice.Parsed("--target", "PTX only: the architecture (default sm_90).", "sm_70|sm_80|sm_90", KernelText.ParseTarget);
        var folder =
            new Option<DirectoryInfo>("--out") { Description = "Output folder, one file per kernel.", HelpName = "DIR", Required = true };
        var command = new Command(
            "dump", "Compiles kernels and writes their code, one file per kernel. Needs no device.") { name, format, target, folder };
        command.SetAction(parsed =>
        {
            var matching = Matching(parsed.GetValue(name));
            var kernels = KernelText.Of(matching, parsed.GetValue(format), parsed.GetValue(target));
            const string Need = "tensor cores need --format ptx and --target sm_80 or later";
            if (kernels.Count == 0)
            {
                throw new UsageException(Need);
            }

            var screen = Screen.Of(parsed);
            var files =
                KernelText.Write(kernels, parsed.GetValue(format), parsed.GetValue(target), parsed.GetRequiredValue(folder).FullName);
            screen.Result(
                new
                {
                    folder = parsed.GetRequiredValue(folder).FullName,
                    kernels = files.Select(f => new
                    {
                        name = f.Kernel, file = f.File, registers = f.Assembly?.Registers, stack_bytes = f.Assembly?.StackBytes,
                        spill_bytes = f.Assembly?.SpillBytes, shared_bytes = f.SharedBytes,
                    }),
                },
                [
                    .. KernelText.Table(files),
                    .. kernels.Count < matching.Count
                        ? [$"{Counted.Of(matching.Count - kernels.Count, "kernel")} left out: {Need}"]
                        : Array.Empty<string>(),
                ]);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Page()
    {
        var name = new Argument<string>("name") { Description = "The kernel, as 'kernels list' names it; with --assembly a method." };
        var html = new Option<FileInfo>("--html") { Description = "The page.", HelpName = "FILE", Required = true };
        var target = Choice.Parsed(
            "--target", "The architecture of PTX and machine code (default sm_90).", "sm_70|sm_80|sm_90", KernelText.ParseTarget);
        var assembly = new Option<FileInfo?>(
            "--assembly") { Description = "Your own assembly with the kernel; its code is loaded.", HelpName = "FILE" };
        var launch = new Option<string?>("--launch")
        {
            Description = "A static method of it that launches the kernel, with an Accelerator as only parameter; the simulator runs it.",
            HelpName = "METHOD",
        };
        var command = new Command(
            "page",
            "One page of a kernel: C# beside IR, PTX, machine code and OpenCL C, line by line, with what the simulator counts. Needs no " +
                "device.")
        {
            name, html, target, assembly, launch,
        };
        command.SetAction(parsed => WritePage(parsed, name, html, target, assembly, launch));
        return command;
    }

#if USE_ILGPU_PACKAGES
    private static int WritePage(
        ParseResult parsed, Argument<string> name, Option<FileInfo> html, Option<int> target, Option<FileInfo?> assembly,
        Option<string?> launch) =>
        throw new DeviceException("the official ILGPU packages compile for a device only; pages need this project's own compiler");
#else
    private static int WritePage(
        ParseResult parsed, Argument<string> name, Option<FileInfo> html, Option<int> target, Option<FileInfo?> assembly,
        Option<string?> launch)
    {
        var given = parsed.GetValue(target);
        var sm = given > 0 ? given : KernelText.DefaultSm;
        var run = new KernelPageRun(sm);
        var page = parsed.GetRequiredValue(html).FullName;
        if (parsed.GetValue(assembly) is { } own)
        {
            run.Run(
                Screen.Of(parsed), UserKernels.Load(own.FullName), parsed.GetRequiredValue(name), parsed.GetValue(launch),
                ResultFile.At(page));
            return ExitCode.Done;
        }

        if (parsed.GetValue(launch) is not null)
        {
            throw new UsageException("--launch names a method of the assembly that --assembly gives");
        }

        run.Run(Screen.Of(parsed), Single(parsed.GetRequiredValue(name), sm), ResultFile.At(page));
        return ExitCode.Done;
    }

    /// <summary>The kernel of a name, or the only one whose name contains it.</summary>
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

        return kernel.NeedsTensorCores && sm < KernelText.FirstSmWithTensorCores
            ? throw new UsageException($"{kernel.Name} needs tensor cores: --target sm_80 or later")
            : kernel;
    }
#endif

    private static Command Bench()
    {
        var name = new Argument<string?>(
            "name") { Description = $"What to measure (default everything): {string.Join(", ", KernelBench.Names)}.",
            Arity = ArgumentArity.ZeroOrOne };
        var device = new Option<string>(
            "--device") {
            Description = "cuda, opencl, simd or simulator, with a number where there are several (default cuda, else opencl).",
            HelpName = "NAME" };
        var layer =
            Choice.Parsed("--layer", "Layer on which convolutions are measured.", "N,C,H,W,K,KERNEL,STRIDE,PADDING", BenchLayer.Parse);
        var cold =
            new Option<bool>("--cold") { Description = "Time kernels in CUDA graphs with cold caches, as in a step." };
        var html = new Option<FileInfo?>("--html") { Description = "Write the roofline to this HTML page.", HelpName = "FILE" };
        var command =
            new Command("bench", "Time, rates and share of the device's roofline; on the simulator, counts.")
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
                wanted is null ? KernelBench.Names : [wanted], parsed.GetValue(html) is { } page ? ResultFile.At(page.FullName) : null);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Model()
    {
        var workload = Choice.OneOf("--workload", "The step to model.", [.. FamilyCatalog.All.Select(f => f.Info.Name)]);
        var size = Number.Whole("--size", "Side of the pictures in pixels.", value: 256, least: 1, most: OptionsValidation.LargestSide);
        var batch = Number.Whole("--batch", "Pictures a step.", value: 1, least: 1);
        var precision = Choice.Of<ProductPrecision>("--precision", "Arithmetic of the convolutions (default fp32).");
        var launch = Number.Real("--launch-us", "Microseconds of a launch by the host.", value: 4, least: 0, most: 1e6);
        var graph = Number.Real("--graph-us", "Microseconds of a launch within a CUDA graph.", value: 1.3, least: 0, most: 1e6);
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

    /// <summary>The device asked for; or the first GPU there is, since these kernels don't run on the cpu device.</summary>
    private static GpuDevice Open(string? name)
    {
        if (name is null or "auto")
        {
            try
            {
                return (GpuDevice)Device.Open("cuda");
            }
            catch (DeviceException)
            {
                name = "opencl";
            }
        }

        var device = Device.Open(name);
        if (device is GpuDevice gpu)
        {
            return gpu;
        }

        device.Dispose();
        throw new UsageException(
            $"the kernels of '{name}' are not these; --device can be cuda, opencl, simd or simulator, and 'ilgpugan bench "
            + "step --profile' measures the cpu");
    }
}
