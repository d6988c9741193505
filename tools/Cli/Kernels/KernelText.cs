using System.Globalization;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Formats;
#if !USE_ILGPU_PACKAGES
using ILGPU.Backends;
using ILGPU.Backends.Ptx;
#endif

namespace IlgpuGan.Cli.Kernels;

/// <summary>One written kernel.</summary>
/// <param name="Assembly">what the assembler said; null where there is none, or where the text is no PTX</param>
internal sealed record KernelFile(string Kernel, string File, int SharedBytes, AssemblyFigures? Assembly);

/// <summary>Per thread: registers, memory for what registers can't hold, and how much of it is for want of registers.</summary>
internal sealed record AssemblyFigures(int Registers, int StackBytes, int SpillBytes);

/// <summary>Kernels as text.</summary>
internal static class KernelText
{
    public const int DefaultSm = 90;
    public const int FirstSmWithTensorCores = 80;

    /// <summary>Reads <c>sm_80</c>.</summary>
    public static int ParseTarget(string text) =>
        text.StartsWith("sm_", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var sm)
            && sm is 70 or 72 or 75 or 80 or 86 or 87 or 89 or 90
            ? sm
            : throw new FormatException($"--target can't be '{text}'; it can be sm_70, sm_72, sm_75, sm_80, sm_86, sm_87, sm_89, sm_90");

    /// <summary>Those of them that have a text: on what has no tensor cores, kernels for them compile to nothing.</summary>
    /// <param name="sm">0 for the default</param>
    public static IReadOnlyList<KernelEntry> Of(IReadOnlyList<KernelEntry> kernels, DumpFormat format, int sm) =>
        format == DumpFormat.Ptx && (sm == 0 || sm >= FirstSmWithTensorCores)
            ? kernels
            : [.. kernels.Where(kernel => !kernel.NeedsTensorCores)];

    /// <summary>Compiles kernels and writes one file each; PTX is assembled too, if there is an assembler.</summary>
    /// <param name="sm">0 for the default</param>
    public static IReadOnlyList<KernelFile> Write(IReadOnlyList<KernelEntry> kernels, DumpFormat format, int sm, string folder)
    {
#if USE_ILGPU_PACKAGES
        throw new DeviceException("the official ILGPU packages compile for a device only; dumps need this project's own compiler");
#else
        KernelTarget target = format switch
        {
            DumpFormat.Ptx => new PtxTarget(sm > 0 ? sm : DefaultSm, PtxTarget.RequiredIsa(sm > 0 ? sm : DefaultSm)),
            DumpFormat.Opencl => new OpenCLTarget(Float64: true, Float16: false, Int64Atomics: false),
            _ => new SimulatorTarget(WarpSize: 32),
        };
        OutputPlace.MakeFolder(folder);
        var files = new KernelFile[kernels.Count];
        Parallel.For(0, kernels.Count, i => files[i] = Write(kernels[i], target, folder));
        return files;
#endif
    }

    public static IEnumerable<string> Table(IReadOnlyList<KernelFile> files)
    {
        var width = files.Max(file => file.File.Length);
        var isAssembled = files.Any(file => file.Assembly is not null);
        yield return isAssembled ? $"{"file".PadRight(width)}  registers  stack  spills  shared" : $"{"file".PadRight(width)}  shared";
        foreach (var file in files)
        {
            yield return file.Assembly is { } a
                ? $"{file.File.PadRight(width)}  {a.Registers,9}  {a.StackBytes,5}  {a.SpillBytes,6}  {file.SharedBytes,6}"
                : $"{file.File.PadRight(width)}  {file.SharedBytes,6}";
        }

        yield return isAssembled
            ? $"{files.Count} kernels; {files.Count(f => f.Assembly is { SpillBytes: 0, StackBytes: 0 })} of them without stack and spills"
            : $"{files.Count} kernels";
    }

#if !USE_ILGPU_PACKAGES
    private static KernelFile Write(KernelEntry kernel, KernelTarget target, string folder)
    {
        var bounds = kernel.Bounds(target is PtxTarget { Sm: >= 80 });
        var request = new KernelRequest
        {
            Method = kernel.Method,
            Target = target,
            MaxGroupSize = bounds.MaxNumThreadsPerGroup,
            MinGroupsPerMultiprocessor = bounds.MinNumGroupsPerMultiprocessor,
        };
        var image = KernelCompiler.Compile(request.WithPromises());
        var extension = target switch
        {
            PtxTarget => "ptx",
            OpenCLTarget => "cl",
            _ => "ir",
        };
        var file = $"{kernel.Name.Replace('/', '-')}.{extension}";
        var path = Path.Combine(folder, file);
        File.WriteAllText(path, image.Text);
        return new KernelFile(kernel.Name, file, image.StaticSharedBytes, target is PtxTarget ptx ? Assembled(image.Text, ptx.Sm) : null);
    }

    private static AssemblyFigures? Assembled(string ptx, int sm)
    {
        if (PtxAssembler.Executable is null)
        {
            return null;
        }

        var report = PtxAssembler.Assemble(ptx, sm)[0];
        return new AssemblyFigures(report.Registers, report.StackBytes, report.SpillBytes);
    }
#endif
}
