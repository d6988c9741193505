using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>
/// Where the drivers of CUDA and OpenCL are found, for ILGPU's calls and for the engine's own. Linux knows the names that ILGPU asks for,
/// <c>libcuda.so</c> and <c>libOpenCL.so</c>, only where packages for developers are installed; programs ask for the version.
/// </summary>
internal static class DriverLibraries
{
    /// <summary>The driver of CUDA, as ILGPU names it on Linux.</summary>
    public const string Cuda = "cuda";

    /// <summary>What finds the drivers of OpenCL, as ILGPU names it.</summary>
    public const string OpenCL = "OpenCL";

    private static readonly Lock s_gate = new();
    private static bool s_isRedirected;

    /// <summary>
    /// Takes the place of a driver where it returns a handle other than 0 for a library's name (<c>cuda</c>, <c>OpenCL</c>). ILGPU asks
    /// once a process: set it before the first context is made.
    /// </summary>
    internal static Func<string, nint>? StandIn { get; set; }

    /// <summary>To be called before the first context is made. Where a program has set a resolver for ILGPU, that one stays.</summary>
    public static void Redirect()
    {
        lock (s_gate)
        {
            if (s_isRedirected)
            {
                return;
            }

            s_isRedirected = true;
            NativeLibrary.SetDllImportResolver(typeof(DriverLibraries).Assembly, Resolve);
            try
            {
                NativeLibrary.SetDllImportResolver(typeof(Context).Assembly, Resolve);
            }
            catch (InvalidOperationException exception)
            {
                System.Diagnostics.Trace.WriteLine($"the drivers are found by another resolver: {exception.Message}");
            }
        }
    }

    /// <summary>Whether a driver is installed, which takes less time to know than to make a context.</summary>
    public static bool Has(string name) =>
        StandIn?.Invoke(name) is { } handle and not 0 || NativeLibrary.TryLoad(FileOf(name) ?? name, out _);

    /// <summary>0 for libraries that are found as usual.</summary>
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? search) =>
        StandIn?.Invoke(name) is { } handle and not 0 ? handle
        : FileOf(name) is { } file && NativeLibrary.TryLoad(file, out var found) ? found
        : 0;

    /// <summary>The file that the system looks for; null where it is as usual.</summary>
    public static string? FileOf(string name) => name switch
    {
        Cuda when OperatingSystem.IsLinux() => "libcuda.so.1",
        Cuda when OperatingSystem.IsWindows() => "nvcuda.dll",
        OpenCL when OperatingSystem.IsLinux() => "libOpenCL.so.1",
        _ => null,
    };
}
