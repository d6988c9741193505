using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace IlgpuGan.Models.Measuring;

/// <summary>The most memory that this process has had resident so far.</summary>
internal static partial class PeakMemory
{
    /// <summary>In bytes.</summary>
    public static long Bytes()
    {
        if (OperatingSystem.IsMacOS())
        {
            return OfMac(); // .NET reports 0 there.
        }

        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    [UnsupportedOSPlatform("windows")]
    private static long OfMac()
    {
        // struct rusage of sys/resource.h: two times of 16 bytes, then the peak in bytes.
        const int self = 0;
        Span<byte> usage = stackalloc byte[256];
        return ResourceUsage(self, usage) == 0 ? BitConverter.ToInt64(usage[32..]) : 0;
    }

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int ResourceUsage(int who, Span<byte> usage);
}
