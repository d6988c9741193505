using System.Runtime.InteropServices;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>The processor's name for users.</summary>
internal static class Processor
{
    /// <summary>The model name reported by the system, or the architecture.</summary>
    public static string Name { get; } = Read();

    private static string Read()
    {
        const string Linux = "/proc/cpuinfo";
        var model = File.Exists(Linux)
            ? File.ReadLines(Linux).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return model?[(model.IndexOf(':') + 1)..].Trim()
            ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
