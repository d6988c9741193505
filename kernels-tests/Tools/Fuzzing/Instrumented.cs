using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Mono.Cecil;
using SharpFuzz;
using SharpFuzz.Common;

namespace IlgpuGan.ToolsTests.Fuzzing;

/// <summary>
/// Copies of the product's assemblies that count each branch they take, loaded beside the plain ones: SharpFuzz rewrites them. Only
/// <see cref="FuzzedReaders"/> runs on them; what crosses over are types of the framework.
/// </summary>
internal sealed unsafe class Instrumented : AssemblyLoadContext
{
    private const int Branches = 1 << 16;

    private static readonly string[] s_assemblies = ["IlgpuGan.Imaging", "IlgpuGan.Tensors", "IlgpuGan.Models", "IlgpuGan.Serve"];

    /// <summary>What reads files. Kernels and networks would only be slower.</summary>
    private static readonly string[] s_namespaces =
        ["Imaging", "Tensors.Formats", "Models.Data", "Models.Families.Option", "Models.Runs", "Models.Reporting", "Serve"];

    private static readonly Lazy<Instrumented> s_only = new(() => new Instrumented());

    private readonly MethodInfo _open;

    static Instrumented() => Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(Branches);

    private Instrumented()
        : base(nameof(Instrumented))
    {
        var here = typeof(FuzzedReaders);
        _open = LoadFromAssemblyPath(here.Assembly.Location).GetType(here.FullName!)!.GetMethod(nameof(FuzzedReaders.Open))!;
    }

    /// <summary>How often each branch was taken since it was last cleared, up to 255.</summary>
    public static Span<byte> Taken => new(Trace.SharedMem, Branches);

    /// <summary>As <see cref="FuzzedReaders.Open"/>, on the instrumented copies.</summary>
    public static (Func<string, string?> Read, Action Close) Open(string format)
    {
        foreach (var name in s_assemblies.Take(FuzzedReaders.IsPicture(format) ? 1 : s_assemblies.Length))
        {
            s_only.Value.LoadFromAssemblyName(new AssemblyName(name)); // Now, not in the time of the first file.
        }

        return ((Func<string, string?>, Action))s_only.Value._open.Invoke(null, [format])!;
    }

    /// <summary>All of this project's own assemblies, so that none of them sees a plain one; the rest is shared.</summary>
    protected override Assembly? Load(AssemblyName name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, name.Name + ".dll");
        return !name.Name!.StartsWith("ilgpugan", StringComparison.OrdinalIgnoreCase) ? null
            : s_assemblies.Contains(name.Name) ? LoadCounting(path)
            : LoadFromAssemblyPath(path);
    }

    private Assembly LoadCounting(string path)
    {
        var copy = Path.Combine(Directory.CreateTempSubdirectory("ilgpugan-instrumented-").FullName, Path.GetFileName(path));
        using (var module = ModuleDefinition.ReadModule(path))
        {
            // It holds machine code for one processor, too, which could not count; this stands for any.
            (module.Attributes, module.Architecture) = (ModuleAttributes.ILOnly, TargetArchitecture.I386);
            module.Write(copy);
        }

        Fuzzer.Instrument(
            copy, type => s_namespaces.Any(n => type.StartsWith("IlgpuGan." + n, StringComparison.Ordinal)), Options.Value).Count();
        using var bytes = new MemoryStream(File.ReadAllBytes(copy));
        Directory.Delete(Path.GetDirectoryName(copy)!, recursive: true);
        return LoadFromStream(bytes);
    }
}
