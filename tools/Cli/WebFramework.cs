using System.Reflection;
using System.Runtime.Loader;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.Cli;

/// <summary>
/// Loads ASP.NET Core for <c>serve</c>, the only verb that needs it. As a framework reference it would have to be installed, and be
/// searched, at every start. It is loaded from beside the running .NET runtime, in the same version; a self-contained publication has it.
/// </summary>
internal static class WebFramework
{
    private const string Name = "Microsoft.AspNetCore.App";

    /// <summary>Makes the assemblies of ASP.NET Core loadable.</summary>
    /// <exception cref="RunException">ASP.NET Core is not installed in this version</exception>
    public static void Provide()
    {
        var trusted = (string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "";
        if (trusted.Length == 0 || trusted.Contains("Microsoft.AspNetCore.Http.dll", StringComparison.OrdinalIgnoreCase))
        {
            return; // A single-file program, or one that already has the framework.
        }

        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var version = Path.GetFileName(runtime);
        var folder = Path.Combine(runtime, "..", "..", Name, version);
        if (!Directory.Exists(folder))
        {
            throw new RunException($"serve needs the runtime of ASP.NET Core {version} ({Name}), which is not installed beside that of " +
                ".NET; the SDK has both");
        }

        AssemblyLoadContext.Default.Resolving += (context, name) => Load(context, folder, name);
    }

    private static Assembly? Load(AssemblyLoadContext context, string folder, AssemblyName name)
    {
        var file = Path.GetFullPath(Path.Combine(folder, name.Name + ".dll"));
        return File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;
    }
}
