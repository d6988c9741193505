using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>The processor's name for users.</summary>
internal static partial class Processor
{
    /// <summary>The model name reported by the system, or the architecture.</summary>
    public static string Name { get; } = Read("model name")
        ?? (OperatingSystem.IsMacOS() ? OfMac() : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER"))
        ?? RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary><c> (6/207)</c>: family and model, since rented machines all have one name; empty where the system does not tell.</summary>
    public static string Model { get; } =
        Read("cpu family") is { } family && Read("model\t") is { } model ? $" ({family}/{model})" : "";

    private static string? Read(string key)
    {
        const string Linux = "/proc/cpuinfo";
        var line = File.Exists(Linux) ? File.ReadLines(Linux).FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':') + 1)..].Trim();
    }

    [UnsupportedOSPlatform("windows")]
    private static string? OfMac()
    {
        Span<byte> name = stackalloc byte[128];
        nint length = name.Length;
        return SystemFact("machdep.cpu.brand_string", name, ref length, 0, 0) == 0
            ? Encoding.UTF8.GetString(name[..(int)length]).TrimEnd('\0')
            : null;
    }

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "sysctlbyname", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SystemFact(string name, Span<byte> value, ref nint length, nint changed, nint changedLength);
}
