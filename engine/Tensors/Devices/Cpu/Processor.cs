using System.Runtime.InteropServices;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>The processor, for people.</summary>
internal static class Processor
{
    /// <summary>The model as the system names it, or the architecture.</summary>
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
