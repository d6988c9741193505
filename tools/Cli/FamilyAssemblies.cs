using System.Reflection;
using System.Runtime.Loader;
using IlgpuGan.Cli.Options;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Cli;

/// <summary>Loads the assemblies of <c>--families</c>, whose families then are like the built-in ones.</summary>
internal static class FamilyAssemblies
{
    /// <summary>Loads what the arguments name, before the verbs, which have a command for each family.</summary>
    /// <exception cref="UsageException">a file is no assembly with families</exception>
    public static void LoadNamedIn(string[] args)
    {
        var option = GlobalOptions.Families.Name;
        string[] named =
        [
            .. args.Zip(args.Skip(1)).Where(pair => pair.First == option).Select(pair => pair.Second),
            .. args.Where(arg => arg.StartsWith(option + "=", StringComparison.Ordinal)).Select(arg => arg[(option.Length + 1)..]),
        ];
        foreach (var path in named.Where(path => path.Length > 0))
        {
            Load(path);
        }
    }

    private static void Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"--families {path}: there is no such file; it is the assembly of your project, such as NAME.dll");
        }

        var full = Path.GetFullPath(path); // Which a deleted working folder has none of.
        try
        {
            AssemblyLoadContext.Default.Resolving += Beside;
            var families = AssemblyLoadContext.Default.LoadFromAssemblyPath(full).GetExportedTypes()
                .Where(type => type.IsSubclassOf(typeof(Family)) && !type.IsAbstract && type.GetConstructor([]) is not null).ToList();
            if (families.Count == 0)
            {
                throw new UsageException($"--families {path}: holds no public class that derives from {nameof(Family)} and has a " +
                    "constructor without parameters");
            }

            families.ForEach(type => FamilyCatalog.Register((Family)Activator.CreateInstance(type)!));
        }
        catch (BadImageFormatException)
        {
            throw new UsageException($"--families {path}: is no .NET assembly");
        }
        catch (Exception problem) when (problem is FileLoadException or FileNotFoundException or TypeLoadException or MissingMemberException
            or TargetInvocationException or ArgumentException)
        {
            throw new UsageException(
                $"--families {path}: {(problem as TargetInvocationException)?.InnerException?.Message ?? problem.Message}");
        }

        // What the family needs and this program has not lies beside it.
        Assembly? Beside(AssemblyLoadContext context, AssemblyName name) =>
            Path.Combine(Path.GetDirectoryName(full)!, name.Name + ".dll") is var file && File.Exists(file)
                ? context.LoadFromAssemblyPath(file)
                : null;
    }
}
