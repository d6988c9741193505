using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Security.Cryptography;

namespace IlgpuGan.Tensors.Ranks;

/// <summary>
/// What a program was built from: its version, and a hash of its sources. The build puts hashes of an assembly's sources among its
/// resources (Directory.Build.targets): the same sources give the same in any folder and by any compiler.
/// </summary>
internal static class ProgramBuild
{
    /// <summary>The name of the resource: a hash a line, in any order.</summary>
    internal const string Resource = "IlgpuGan.Sources";

    /// <summary>How the assemblies are named that come from this repository.</summary>
    private const string OwnNames = "IlgpuGan.";

    private const int ShownDigits = 12;

    /// <summary>What an assembly was built from, with those of this repository that it refers to, directly or not.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "What a reference led to and is trimmed away does not run.")]
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

    /// <param name="version">of the program</param>
    /// <param name="hashes">of its sources, in any order</param>
    internal static string Of(Version? version, IEnumerable<string> hashes)
    {
        var all = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', hashes.Order(StringComparer.Ordinal))));
        return $"version {version?.ToString(3)} of sources {Convert.ToHexStringLower(all)[..ShownDigits]}";
    }

    /// <summary>Hashes of an assembly's sources; none of one that was built elsewhere.</summary>
    internal static List<string> HashesIn(Assembly assembly)
    {
        using var stream = assembly.GetManifestResourceStream(Resource);
        using var reader = new StreamReader(stream ?? Stream.Null);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
    }
}
