using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>
/// Resolves the driver libraries of CUDA and OpenCL, for ILGPU and for the engine. ILGPU loads <c>libcuda.so</c> and <c>libOpenCL.so</c>,
/// which on Linux exist only with development packages; the versioned names always exist.
/// </summary>
internal static class DriverLibraries
{
    /// <summary>The CUDA driver's library name, as ILGPU spells it on Linux.</summary>
    public const string Cuda = "cuda";

    /// <summary>The OpenCL loader's library name, as ILGPU spells it.</summary>
    public const string OpenCL = "OpenCL";

    private static readonly Lock s_gate = new();
    private static bool s_isRedirected;

    /// <summary>
    /// For tests: returns the handle of a substitute driver for a library name (<c>cuda</c>, <c>OpenCL</c>), or 0 for the real one. ILGPU
    /// resolves each library once a process, so set it before the first context is created.
    /// </summary>
    internal static Func<string, nint>? StandIn { get; set; }

    /// <summary>Call before the first context is created. A resolver that the program has set for ILGPU stays in effect.</summary>
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

    /// <summary>Whether a driver is installed: faster than creating a context.</summary>
    public static bool Has(string name) =>
        StandIn?.Invoke(name) is { } handle and not 0 || NativeLibrary.TryLoad(FileOf(name) ?? name, out _);

    /// <summary>0 for libraries that the default search finds.</summary>
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? search) =>
        StandIn?.Invoke(name) is { } handle and not 0 ? handle
        : FileOf(name) is { } file && NativeLibrary.TryLoad(file, out var found) ? found
        : 0;

    /// <summary>The file name to load; null for the default.</summary>
    public static string? FileOf(string name) => name switch
    {
        Cuda when OperatingSystem.IsLinux() => "libcuda.so.1",
        Cuda when OperatingSystem.IsWindows() => "nvcuda.dll",
        OpenCL when OperatingSystem.IsLinux() => "libOpenCL.so.1",
        _ => null,
    };
}
