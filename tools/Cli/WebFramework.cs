using System.Reflection;
using System.Runtime.Loader;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.Cli;

/// <summary>
/// ASP.NET Core for the one verb that needs it. The program does not name it among its frameworks: it would have to be there, and be looked
/// through, at every start. It is found beside the runtime that is running, of the same version. A publication that brings its own runtime
/// brings it along.
/// </summary>
internal static class WebFramework
{
    private const string Name = "Microsoft.AspNetCore.App";

    /// <summary>From now on assemblies of ASP.NET Core are found.</summary>
    /// <exception cref="RunException">it is not installed</exception>
    public static void Provide()
    {
        var trusted = (string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "";
        if (trusted.Length == 0 || trusted.Contains("Microsoft.AspNetCore.Http.dll", StringComparison.OrdinalIgnoreCase))
        {
            return; // A single file has everything in it.
        }

        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var version = Path.GetFileName(runtime);
        var folder = Path.Combine(runtime, "..", "..", Name, version);
        if (!Directory.Exists(folder))
        {
            throw new RunException($"serve needs the runtime of ASP.NET Core {version} ({Name}), which is not installed beside that of " +
                ".NET; the SDK has both");
        }

        AssemblyLoadContext.Default.Resolving += (context, asked) => Load(context, folder, asked);
    }

    private static Assembly? Load(AssemblyLoadContext context, string folder, AssemblyName asked)
    {
        var file = Path.GetFullPath(Path.Combine(folder, asked.Name + ".dll"));
        return File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;
    }
}
