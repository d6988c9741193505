using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;
using ILGPU.Frontend;

namespace ILGPU.Runtime;

/// <summary>
/// What an entry of the disk cache was made from: versions of the modules whose code and types were read, and the values of static fields.
/// An entry counts only while all of them are the same.
/// </summary>
internal static class ImageDependencies
{
    private static readonly ConcurrentDictionary<(AssemblyLoadContext, string), Guid?> s_versions = new();

    public static void Write(BinaryWriter writer, Provenance provenance)
    {
        writer.Write7BitEncodedInt(provenance.Modules.Count);
        foreach (Module module in provenance.Modules)
        {
            writer.Write(module.Assembly.FullName!);
            writer.Write(module.ModuleVersionId.ToByteArray());
        }

        writer.Write7BitEncodedInt(provenance.Statics.Count);
        foreach ((FieldInfo field, string digest) in provenance.Statics)
        {
            writer.Write(field.DeclaringType!.AssemblyQualifiedName!);
            writer.Write(field.Name);
            writer.Write(digest);
        }
    }

    /// <param name="reader">Stands at the dependencies, and behind them afterwards if they are the same.</param>
    /// <param name="kernel">The module of the kernel, among whose neighbours the others are looked for.</param>
    public static bool ReadAndCompare(BinaryReader reader, Module kernel)
    {
        AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(kernel.Assembly) ?? AssemblyLoadContext.Default;
        for (int modules = reader.Read7BitEncodedInt(); modules > 0; modules--)
        {
            string assembly = reader.ReadString();
            var version = new Guid(reader.ReadBytes(16));
            if (s_versions.GetOrAdd((context, assembly), static key => VersionOf(key.Item1, key.Item2)) != version)
            {
                return false;
            }
        }

        for (int statics = reader.Read7BitEncodedInt(); statics > 0; statics--)
        {
            (string type, string field, string digest) = (reader.ReadString(), reader.ReadString(), reader.ReadString());
            if (DigestOf(type, field) != digest)
            {
                return false;
            }
        }

        return true;
    }

    private static Guid? VersionOf(AssemblyLoadContext context, string assembly)
    {
        try
        {
            return context.LoadFromAssemblyName(new AssemblyName(assembly)).ManifestModule.ModuleVersionId;
        }
        catch (Exception absent) when (absent is IOException or BadImageFormatException)
        {
            return null;
        }
    }

    private static string? DigestOf(string type, string field) =>
        Type.GetType(type)?.GetField(field, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic) is { } found
            ? ValueDigest.Of(KernelTranslator.ValueOf(found))
            : null;
}
