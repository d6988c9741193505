#if !USE_ILGPU_PACKAGES
using System.Globalization;
using System.Reflection;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.Ptx;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;
using Device = IlgpuGan.Tensors.Devices.Device;

namespace IlgpuGan.Cli.Kernels.Page;

/// <summary>Compiles a kernel for every target, counts what it does, and writes its page.</summary>
/// <param name="sm">architecture of the PTX: 90 is sm_90</param>
internal sealed class KernelPageRun(int sm)
{
    private readonly PtxTarget _ptx = new(sm, PtxTarget.RequiredIsa(sm));

    /// <summary>A kernel of the engine.</summary>
    public void Run(Screen screen, KernelEntry kernel, string path)
    {
        KernelCountsAlone? counted = null;
        if (!kernel.NeedsTensorCores)
        {
            using var simulator = (GpuDevice)Device.Open("simulator");
            counted = new KernelBench(simulator).CountAlone(kernel);
        }

        var from = counted is { Call: var call } ? $"In a call of {call}; other kernels of the call are not counted."
            : kernel.NeedsTensorCores ? "Nothing: the simulator has no tensor cores."
            : "Nothing: no call that 'ilgpugan kernels bench' measures launches it on the simulator.";
        Write(
            screen, path, kernel.Name, kernel.Purpose, kernel.Method, isImplicit: false,
            kernel.Bounds(sm >= KernelText.FirstSmWithTensorCores), counted?.Counts, from);
    }

    /// <summary>A kernel of the user's.</summary>
    /// <param name="launch">what launches it, or null to count nothing</param>
    public void Run(Screen screen, UserKernels kernels, string name, string? launch, string path)
    {
        var kernel = kernels.Kernel(name);
        var counts = launch is null ? null : Count(kernel, kernels.Launch(launch), launch);
        var from = launch is null
            ? "Nothing: --launch names a method that launches the kernel."
            : counts is null
                ? $"Nothing: {launch} does not launch it."
                : $"In the launches by {launch}, on a device with warps of 32 threads.";
        Write(
            screen, path, UserKernels.NameOf(kernel), $"a kernel of {Path.GetFileName(kernel.Module.FullyQualifiedName)}", kernel,
            UserKernels.IsImplicit(kernel), KernelSpecialization.Empty, counts, from);
    }

    /// <summary>What a kernel does in the launches of a method; null if it launches others alone.</summary>
    private static SimulationCounts? Count(MethodInfo kernel, Action<Accelerator> launch, string name)
    {
        using var context = Context.Create(builder => builder.CPU(CPUDeviceKind.Nvidia));
        using var accelerator = context.CreateCPUAccelerator(0);
        var counts = new SimulationCounts { Only = kernel };
        accelerator.Counts = counts;
        try
        {
            launch(accelerator);
            accelerator.Synchronize();
        }
        catch (Exception problem)
        {
            throw new InvalidOperationException($"{name} failed on the simulator: {problem.Message}", problem);
        }

        return counts.Instructions > 0 ? counts : null;
    }

    private void Write(
        Screen screen, string path, string name, string purpose, MethodInfo method, bool isImplicit, KernelSpecialization bounds,
        SimulationCounts? counts, string from)
    {
        var request = new KernelRequest
        {
            Method = method,
            Target = _ptx,
            ImplicitlyGrouped = isImplicit,
            MaxGroupSize = bounds.MaxNumThreadsPerGroup,
            MinGroupsPerMultiprocessor = bounds.MinNumGroupsPerMultiprocessor,
            SourceLines = true,
        };
        var image = KernelCompiler.Compile(request.WithPromises());
        var figures = PtxAssembler.Executable is null ? null : PtxAssembler.Assemble(image.Text, sm)[0];
        var content = new KernelPageContent
        {
            Name = name,
            Purpose = purpose,
            Facts = [.. Facts(image, request, figures)],
            Sources = SourceExcerpt.Of(image.Function),
            Panes =
            [
                new KernelPane("ir", "IR", KernelListing.OfIr(image.Function)),
                new KernelPane("ptx", $"PTX, sm_{sm}", KernelListing.OfText(image.Text)),
                Sass(image),
                OpenCl(request),
            ],
            Counts = counts,
            CountsFrom = from,
        };
        KernelPage.Write(content, path);
        var missing = content.Panes.Where(pane => pane.Missing is not null).ToList();
        screen.Result(
            new
            {
                kernel = name,
                page = path,
                registers = figures?.Registers,
                counted = counts is not null,
                missing = missing.Select(pane => new { text = pane.Title, reason = pane.Missing }),
            },
            [.. missing.Select(pane => $"no {pane.Title}: {pane.Missing}"), $"{name}: {path}"]);
    }

    private static IEnumerable<(string Name, string Value)> Facts(KernelImage image, KernelRequest request, AssemblyReport? figures)
    {
        yield return ("Threads of a group, at most", Text(request.MaxGroupSize));
        if (figures is not null)
        {
            yield return ("Registers a thread", Text(figures.Registers));
            yield return ("Stack a thread", $"{Text(figures.StackBytes)} bytes");
            yield return ("Spilled a thread", $"{Text(figures.SpillBytes)} bytes");
        }

        yield return ("Shared memory a group", $"{Text(image.StaticSharedBytes)} bytes{(image.UsesDynamicShared ? " and dynamic" : "")}");
        yield return ("Local arrays a thread", $"{Text(image.LocalBytes)} bytes");
        yield return ("Barriers", image.UsesBarriers ? "yes" : "none");
        yield return ("Compiled for launches", image.MakesPromises ? "that keep promises" : "of any kind");
    }

    private static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "any number";

    private KernelPane Sass(KernelImage image)
    {
        const string Id = "sass";
        var title = $"SASS, sm_{sm}";
        if (SassDisassembler.Hindrance is { } why)
        {
            return new KernelPane(Id, title, [], why);
        }

        try
        {
            return new KernelPane(Id, title, SassDisassembler.List(image.Text, sm));
        }
        catch (InvalidOperationException problem)
        {
            return new KernelPane(Id, title, [], problem.Message);
        }
    }

    private static KernelPane OpenCl(KernelRequest request)
    {
        const string Id = "opencl", Title = "OpenCL C";
        var target = new OpenCLTarget(Float64: true, Float16: false, Int64Atomics: true);
        try
        {
            var image = KernelCompiler.Compile((request with { Target = target }).WithPromises());
            return new KernelPane(Id, Title, KernelListing.OfText(image.Text));
        }
        catch (InternalCompilerException refusal)
        {
            return new KernelPane(Id, Title, [], refusal.Message);
        }
        catch (NotSupportedException refusal)
        {
            return new KernelPane(Id, Title, [], refusal.Message);
        }
    }
}
#endif
