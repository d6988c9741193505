using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace ILGPU.Frontend;

/// <summary>Source lines of IL offsets, from the portable PDB beside or inside an assembly.</summary>
internal static class SequencePoints
{
    private static readonly ConcurrentDictionary<Module, MetadataReaderProvider?> s_symbols = new();
    private static readonly ConcurrentDictionary<(Module Module, int Token), Point[]> s_cache = new();

    private readonly record struct Point(int Offset, string File, int Line);

    /// <summary>File and line of an IL offset, or null without symbols.</summary>
    public static (string File, int Line)? Find(MethodBase method, int offset)
    {
        var points = s_cache.GetOrAdd((method.Module, method.MetadataToken), static (key, m) => Read(m), method);
        for (var i = points.Length - 1; i >= 0; i--)
        {
            if (points[i].Offset <= offset)
            {
                return (points[i].File, points[i].Line);
            }
        }

        // What the compiler puts before the first statement, such as the object that holds captured variables, belongs to it.
        return points.Length > 0 ? (points[0].File, points[0].Line) : null;
    }

    private static Point[] Read(MethodBase method)
    {
        if (s_symbols.GetOrAdd(method.Module, Open) is not { } provider)
        {
            return [];
        }

        var reader = provider.GetMetadataReader();
        var handle = MetadataTokens.MethodDefinitionHandle(method.MetadataToken & 0xFFFFFF).ToDebugInformationHandle();

        // One reader is not safe for several threads at once.
        lock (provider)
        {
            return [.. reader.GetMethodDebugInformation(handle).GetSequencePoints()
                .Where(point => !point.IsHidden)
                .Select(point => new Point(point.Offset, reader.GetString(reader.GetDocument(point.Document).Name), point.StartLine))];
        }
    }

    private static MetadataReaderProvider? Open(Module module)
    {
        var path = module.Assembly.Location;
        if (path.Length == 0 || !File.Exists(path))
        {
            return null;
        }

        using var image = new PEReader(new MemoryStream(File.ReadAllBytes(path)));
        try
        {
            return image.TryOpenAssociatedPortablePdb(
                path, file => File.Exists(file) ? new MemoryStream(File.ReadAllBytes(file)) : null, out var provider, out _)
                ? provider
                : null;
        }
        catch (BadImageFormatException)
        {
            // Symbols only make messages better; a damaged file must not stop a kernel.
            return null;
        }
    }
}
