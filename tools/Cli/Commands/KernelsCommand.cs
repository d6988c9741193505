using System.CommandLine;
using System.ComponentModel.DataAnnotations;
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

/// <summary>For which architecture a kernel's PTX is.</summary>
internal record TargetOptions
{
    [Option("The architecture of the PTX (default sm_90).", Values = "sm_70|sm_80|sm_90")]
    public int? Target { get; init; }

    public int Sm => Target ?? KernelText.DefaultSm;
}

/// <summary>What <c>kernels dump</c> is asked for.</summary>
internal sealed record DumpOptions : TargetOptions
{
    [Option("Only kernels whose name contains this.", Values = "name"), Positional]
    public string? Name { get; init; }

    [Option("Output format: PTX for NVIDIA, OpenCL C for all others (default ptx).")]
    public DumpFormat Format { get; init; }

    [Option("Output folder, one file per kernel.", Values = "DIR"), Required]
    public string Out { get; init; } = "";
}

/// <summary>What <c>kernels page</c> is asked for.</summary>
internal sealed record PageOptions : TargetOptions
{
    [Option("The kernel, as 'kernels list' names it.", Values = "name"), Required, Positional]
    public string Name { get; init; } = "";

    [Option("The page.", Values = "FILE"), Required]
    public string Html { get; init; } = "";
}

/// <summary>What <c>kernels bench</c> is asked for.</summary>
internal sealed record KernelBenchOptions
{
    [Option("What to measure (default everything).", Values = "name"), Positional]
    public string? Name { get; init; }

    [Option("cuda or opencl, with a number where there are several, or ilgpu-cpu (default: the first that is there).", Values = "NAME")]
    public string? Device { get; init; }

    [Option("Layer on which convolutions are measured.", Values = "N,C,H,W,K,KERNEL,STRIDE,PADDING")]
    public BenchLayer? Layer { get; init; }

    [Option("Time kernels in CUDA graphs with cold caches, as in a step.")]
    public bool Cold { get; init; }

    [Option("Write the roofline to this HTML page.", Values = "FILE")]
    public string? Html { get; init; }
}

/// <summary>What <c>kernels model</c> is asked for.</summary>
internal sealed record StepModelOptions
{
    [Option("The step to model.")]
    public string Workload { get; init; } = "";

    [Option("Side of the pictures in pixels.", Least = 1, Most = OptionsValidation.LargestSide)]
    public int Size { get; init; } = 256;

    [Option("Pictures per step.", Least = 1)]
    public int Batch { get; init; } = 1;

    [Option("Arithmetic of the convolutions (default fp32).")]
    public ProductPrecision Precision { get; init; }

    [Option("Microseconds per launch by the host.", Least = 0, Most = 1e6)]
    public double LaunchUs { get; init; } = 4;

    [Option("Microseconds per launch within a CUDA graph.", Least = 0, Most = 1e6)]
    public double GraphUs { get; init; } = 1.3;
}

/// <summary>
/// <c>kernels list|dump|page|bench|model</c>: lists kernels and variants, writes their code for any target, measures them against the
/// roofline, and models a training step.
/// </summary>
internal static class KernelsCommand
{
    private static readonly Dictionary<string, OptionValues> s_target =
        new() { [nameof(TargetOptions.Target)] = new((_, text) => KernelText.ParseTarget(text)) };

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

    private static Command Dump() => Verb.Of<DumpOptions>(
        "dump", "Compiles kernels and writes their code, one file per kernel. Needs no device.", (asked, screen) =>
        {
            var (matching, folder) = (Matching(asked.Name), Path.GetFullPath(asked.Out));
            var kernels = KernelText.Of(matching, asked.Format, asked.Sm);
            const string Need = "tensor cores need --format ptx and --target sm_80 or later";
            if (kernels.Count == 0)
            {
                throw new UsageException(Need);
            }

            var files = WorkDisplay.Run(
                screen, kernels.Count, "kernels", written => KernelText.Write(kernels, asked.Format, asked.Sm, folder, written),
                "kernels/s");
            screen.Result(
                new
                {
                    folder,
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
                    .. KernelText.WhyOlder(files[0].Target, asked.Sm) is { } why ? [why] : Array.Empty<string>(),
                ]);
            return ExitCode.Done;
        },
        s_target);

    private static Command Page() => Verb.Of<PageOptions>(
        "page", "Writes a page about one kernel: its registers and memory, and its PTX beside its OpenCL C. Needs no device.",
        (asked, screen) =>
        {
            KernelPage.Write(
                screen, Single(asked.Name, asked.Sm), asked.Sm, ResultFile.Prepare(Path.GetFullPath(asked.Html), ".html"));
            return ExitCode.Done;
        },
        s_target);

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

    private static Command Bench() => Verb.Of<KernelBenchOptions>(
        "bench", "Measures kernels: time, rates and share of the device's roofline.", (asked, screen) =>
        {
            if (asked.Name is { } unknown && !KernelBench.Names.Contains(unknown))
            {
                throw new UsageException($"there is no kernel '{unknown}' to measure; there are {string.Join(", ", KernelBench.Names)}");
            }

            using var on = Open(asked.Device);
            KernelBenchRun.Run(
                screen, on, new KernelBench(on, asked.Layer, asked.Cold), asked.Name is { } name ? [name] : KernelBench.Names,
                asked.Html is { } page ? ResultFile.Prepare(Path.GetFullPath(page), ".html") : null);
            return ExitCode.Done;
        },
        new()
        {
            [nameof(KernelBenchOptions.Name)] = new(Help: $"What to measure (default everything): {string.Join(", ", KernelBench.Names)}."),
            [nameof(KernelBenchOptions.Layer)] = new((_, text) => BenchLayer.Parse(text)),
        });

    private static Command Model() => Verb.Of<StepModelOptions>(
        "model", "Models a training step on an H200: its launches, and their time at the card's peaks. Needs no device.",
        (asked, screen) =>
        {
            const double Micro = 1e-6;
            new StepModel(
                asked.Workload, asked.Size, asked.Batch, asked.Precision, GpuCard.H200, asked.LaunchUs * Micro, asked.GraphUs * Micro)
                .Run(screen);
            return ExitCode.Done;
        },
        new() { [nameof(StepModelOptions.Workload)] = OptionValues.FirstOf([.. FamilyCatalog.All.Select(f => f.Info.Name)]) });

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
