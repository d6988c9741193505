using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Gpu;

namespace IlgpuGan.Tensors.Devices;

/// <summary>A device that <see cref="Device.Open"/> can be asked for.</summary>
/// <param name="Name">the name, such as <c>cuda:0</c>; without an index if no device of the kind is present</param>
/// <param name="IsAvailable">whether it can be opened</param>
/// <param name="Description">what it is, or why it is not available</param>
public sealed record DeviceEntry(string Name, bool IsAvailable, string Description);

/// <summary>Finds devices by name.</summary>
internal static class DeviceSearch
{
    private const string Names = "auto, cpu, cuda[:n], opencl[:n], ilgpu-cpu";

    /// <summary>All devices that are present, and the kinds that are not, with the reason.</summary>
    public static IReadOnlyList<DeviceEntry> List()
    {
        using var cpu = new CpuDevice();
        return
        [
            new DeviceEntry(cpu.Name, IsAvailable: true, cpu.Description),
            .. AcceleratorSearch.List("cuda"), .. AcceleratorSearch.List("opencl"), .. AcceleratorSearch.List("ilgpu-cpu"),
        ];
    }

    /// <summary>Hears that <c>auto</c> takes the processor although there is a CUDA driver: a clause without a full stop.</summary>
    internal static Action<string>? Remarked { get; set; }

    /// <summary>The device that <c>auto</c> opens, with the reason: the first CUDA card, else the processor.</summary>
    internal static (string Name, string Reason) Automatic() => AcceleratorSearch.Count("cuda") > 0
        ? ("cuda:0", "it is the first CUDA card; --device cpu takes the processor")
        : ("cpu", $"no CUDA card can be had ({AcceleratorSearch.Absence("cuda")}), and other devices are taken only by name");

    /// <summary>Threads of the CPU device for a requested number: at most one per processor; 0 means one per processor.</summary>
    public static int ThreadsFor(int asked) => asked > 0 ? Math.Min(asked, Environment.ProcessorCount) : Environment.ProcessorCount;

    /// <summary>
    /// Indices of the devices of a kind, <c>cuda</c> or <c>opencl</c>, that share work: all, or the cards alone if there are any.
    /// </summary>
    internal static IReadOnlyList<int> CardsOf(string kind) => AcceleratorSearch.CardsOf(kind);

    internal static Device Open(string name, int threads)
    {
        var (kind, index) = Parse(name);
        return kind switch
        {
            "auto" => OpenAutomatic(threads),
            "cpu" => new CpuDevice(ThreadsFor(threads)),
            "cuda" or "opencl" or "ilgpu-cpu" => AcceleratorSearch.Open(kind, index),
            _ => throw new DeviceException($"there is no device '{name}'; there are: {Names}"),
        };
    }

    private static Device OpenAutomatic(int threads)
    {
        var name = Automatic().Name;
        if (name == "cpu" && Remarked is { } tell && AcceleratorSearch.CudaRefusal() is { } refusal)
        {
            tell($"auto takes the processor, since {refusal}");
        }

        return Open(name, threads);
    }

    private static (string Kind, int? Index) Parse(string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return (name, null);
        }

        return name[..colon] is "cuda" or "opencl"
            && int.TryParse(name.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? (name[..colon], index)
            : throw new DeviceException($"there is no device '{name}'; there are: {Names}, with n counting from 0");
    }
}
