using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Security.Cryptography;

namespace IlgpuGan.Tensors.Ranks;

/// <summary>
/// Identifies a build of the program: its version, and a hash of its sources. The build embeds the hashes of an assembly's source files as
/// a resource (Directory.Build.targets), so the same sources give the same hash in any folder and with any compiler.
/// </summary>
internal static class ProgramBuild
{
    /// <summary>Name of the resource: one hash a line, in any order.</summary>
    internal const string Resource = "IlgpuGan.Sources";

    /// <summary>Prefix of the names of this repository's assemblies.</summary>
    private const string OwnNames = "IlgpuGan.";

    private const int ShownDigits = 12;

    /// <summary>The build of an assembly and of all assemblies of this repository that it refers to, directly or not.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A referenced assembly that was trimmed away does not run.")]
    public static string Of(Assembly program)
    {
        Dictionary<string, Assembly> found = new(StringComparer.Ordinal) { [program.GetName().Name!] = program };
        var left = new Queue<Assembly>([program]);
        while (left.TryDequeue(out var assembly))
        {
            foreach (var name in assembly.GetReferencedAssemblies())
            {
                if (name.Name!.StartsWith(OwnNames, StringComparison.Ordinal) && !found.ContainsKey(name.Name))
                {
                    left.Enqueue(found[name.Name] = Assembly.Load(name));
                }
            }
        }

        return Of(program.GetName().Version, found.Values.SelectMany(HashesIn));
    }

    /// <param name="version">the program's version</param>
    /// <param name="hashes">hashes of its source files, in any order</param>
    internal static string Of(Version? version, IEnumerable<string> hashes)
    {
        var all = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', hashes.Order(StringComparer.Ordinal))));
        return $"version {version?.ToString(3)} of sources {Convert.ToHexStringLower(all)[..ShownDigits]}";
    }

    /// <summary>Hashes of an assembly's source files; empty for an assembly of another repository.</summary>
    internal static List<string> HashesIn(Assembly assembly)
    {
        using var stream = assembly.GetManifestResourceStream(Resource);
        using var reader = new StreamReader(stream ?? Stream.Null);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
    }
}
