using ILGPU.Backends;
using ILGPU.Frontend;

namespace ILGPU.Runtime;

/// <summary>
/// Compiled images on disk. An image is found by the identity of its request, which needs no look at any code; whether the code that it
/// was made from is still the same is part of the entry and checked on the way in.
/// </summary>
internal sealed class KernelImageCache(KernelDiskCache disk)
{
    public static KernelImageCache Default { get; } = new(KernelDiskCache.Default);

    /// <summary>The image from the disk, or a new one, which the disk then has.</summary>
    /// <inheritdoc cref="KernelCompiler.Compile"/>
    public KernelImage GetOrCompile(KernelRequest request)
    {
        if (!Serves(request) || KernelIdentity.Of(request) is not { } identity)
        {
            return KernelCompiler.Compile(request);
        }

        string key = KernelDiskCache.KeyOf("image", identity);
        if (TryRead(key, request) is { } cached)
        {
            return cached;
        }

        KernelImage image = KernelCompiler.Compile(request);
        if (image.Provenance!.IsReproducible)
        {
            disk.Write(key, KernelImageFormat.Write(image));
        }

        return image;
    }

    // The simulator runs the IR itself, a dump wants to see every stage, and code that is edited while it runs keeps its version.
    private bool Serves(KernelRequest request) =>
        disk.IsEnabled
        && request.Target is not (SimulatorTarget or ProcessorTarget)
        && request is { Dump: null, SourceLines: false }
        && KernelDump.FromEnvironment() is null
        && Environment.GetEnvironmentVariable("DOTNET_MODIFIABLE_ASSEMBLIES") is not { Length: > 0 };

    private KernelImage? TryRead(string key, KernelRequest request)
    {
        if (disk.TryRead(key) is not { } entry)
        {
            return null;
        }

        try
        {
            return KernelImageFormat.Read(entry, request);
        }
        catch (Exception damaged) when (damaged is IOException or FormatException or ArgumentException)
        {
            return null;
        }
    }
}
