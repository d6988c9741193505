using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Cli.Kernels;

/// <summary>A kernel written to a file.</summary>
/// <param name="Assembly">the assembler's figures; null without an assembler, or for OpenCL C</param>
internal sealed record KernelFile(string Kernel, string File, AssemblyFigures? Assembly)
{
    /// <summary>The architecture that PTX names, such as <c>sm_80</c>; null for OpenCL C.</summary>
    public string? Target { get; init; }
}

/// <summary>Compiles kernels to text and writes one file per kernel.</summary>
internal static class KernelText
{
    public const int DefaultSm = 90;

    /// <summary>Parses an architecture such as <c>sm_80</c>.</summary>
    /// <exception cref="FormatException">the architecture is unknown; the message lists those that are known</exception>
    public static int ParseTarget(string text) =>
        text.StartsWith("sm_", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var sm)
            && sm is 70 or 72 or 75 or 80 or 86 or 87 or 89 or 90
            ? sm
            : throw new FormatException($"--target can't be '{text}'; it can be sm_70, sm_72, sm_75, sm_80, sm_86, sm_87, sm_89, sm_90");

    /// <summary>The kernels that compile for a target: those for tensor cores need PTX and sm_80 or later.</summary>
    /// <param name="sm">architecture of PTX: 90 is sm_90</param>
    public static IReadOnlyList<KernelEntry> Of(IReadOnlyList<KernelEntry> kernels, DumpFormat format, int sm) =>
        format == DumpFormat.Ptx && sm >= KernelCompiler.Sm80
            ? kernels
            : [.. kernels.Where(kernel => !kernel.NeedsTensorCores)];

    /// <summary>Compiles kernels and writes one file each; assembles PTX, too, if <c>ptxas</c> is installed.</summary>
    /// <param name="sm">architecture of PTX: 90 is sm_90</param>
    /// <param name="written">called with each kernel's name when its file is written</param>
    /// <exception cref="Tensors.DeviceException">the compiler refuses a kernel</exception>
    /// <exception cref="InvalidOperationException">the assembler refuses a kernel</exception>
    public static IReadOnlyList<KernelFile> Write(
        IReadOnlyList<KernelEntry> kernels, DumpFormat format, int sm, string folder, Action<string> written)
    {
        var isPtx = format == DumpFormat.Ptx;
        using var compiler = isPtx ? KernelCompiler.ToPtx(sm) : KernelCompiler.ToOpenCL();
        OutputPath.MakeFolder(folder);
        var texts = new string[kernels.Count];
        var files = new KernelFile[kernels.Count];
        for (var i = 0; i < files.Length; i++)
        {
            texts[i] = compiler.Compile(kernels[i]);
            files[i] = new KernelFile(kernels[i].Name, $"{kernels[i].Name.Replace('/', '-')}.{(isPtx ? "ptx" : "cl")}", null)
            {
                Target = isPtx ? TargetOf(texts[i]) : null,
            };
            File.WriteAllText(Path.Combine(folder, files[i].File), texts[i]);
            written(kernels[i].Name);
        }

        if (isPtx && PtxAssembler.Executable is not null)
        {
            Parallel.For(0, files.Length, i => files[i] = files[i] with { Assembly = PtxAssembler.Assemble(texts[i], sm) });
        }

        return files;
    }

    /// <summary>The architecture that PTX names in its line <c>.target</c>: <c>sm_80</c>.</summary>
    public static string TargetOf(string ptx)
    {
        const string Directive = ".target ";
        var start = ptx.IndexOf(Directive, StringComparison.Ordinal) + Directive.Length;
        return ptx[start..ptx.IndexOf('\n', start)].Trim();
    }

    /// <summary>The method that a kernel is compiled from, and the folder of its file.</summary>
    public static string SourceOf(KernelEntry kernel)
    {
        const string Engine = "IlgpuGan.Tensors";
        var type = kernel.Method.DeclaringType!;
        var name = type.Name.Split('`')[0];
        return $"{name}.{kernel.Method.Name}, engine/Tensors{type.Namespace![Engine.Length..].Replace('.', '/')}/{name}.cs";
    }

    /// <summary>Why PTX names another architecture than the one that was asked for; null if it does not.</summary>
    /// <param name="target">the one that it names, such as <c>sm_80</c></param>
    /// <param name="sm">the one that was asked for, 90 for sm_90</param>
    public static string? WhyOlder(string? target, int sm)
    {
        var asked = $"sm_{sm}";
        return target is null || target == asked ? null
            : $"the PTX is for {target}: ILGPU's compiler names no later architecture, and {asked} runs it as well";
    }

    public static IEnumerable<string> Table(IReadOnlyList<KernelFile> files)
    {
        var width = files.Max(file => file.File.Length);
        var isAssembled = files.Any(file => file.Assembly is not null);
        yield return isAssembled ? $"{"file".PadRight(width)}  registers  stack  spills  shared" : "file";
        foreach (var file in files)
        {
            yield return file.Assembly is { } a
                ? $"{file.File.PadRight(width)}  {a.Registers,9}  {a.StackBytes,5}  {a.SpillBytes,6}  {a.SharedBytes,6}"
                : file.File;
        }

        yield return isAssembled
            ? $"{files.Count} kernels; {files.Count(f => f.Assembly is { SpillBytes: 0, StackBytes: 0 })} of them without stack and spills"
            : $"{files.Count} kernels";
    }
}

/// <summary>What <c>kernels dump</c> writes.</summary>
internal enum DumpFormat
{
    Ptx,
    Opencl,
}
