using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Families;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Cli.Options;

/// <summary>On which device a verb computes.</summary>
internal record DeviceOptions
{
    [Option("Device to compute on; 'ilgpugan devices' lists those available.", Values = "NAME")]
    public string Device { get; init; } = "auto";
}

/// <summary>On which device and how many threads a verb computes.</summary>
internal record ThreadedDeviceOptions : DeviceOptions
{
    [Option("Threads of the CPU device, at most one per processor, 0 for all; changes no result.", Least = 0, Most = 4096)]
    public int Threads { get; init; }

    public Device Open() => Tensors.Devices.Device.Open(Device, Threads);
}

/// <summary>The same, and whether kernels are measured at a device's first use.</summary>
internal record TunedDeviceOptions : ThreadedDeviceOptions
{
    [Option(
        "Undoes --no-tune.",
        Off = "Select kernels by the tuning table alone, instead of measuring the fastest when an OpenCL device is first used; changes " +
            "no result.")]
    public bool Tune { get; init; } = true;

    /// <summary>Opens the device of this rank. Several processes use the table, since each would measure for itself.</summary>
    public Device Open(IRanks ranks, Screen screen)
    {
        var device = ranks.OpenDevice(Device, Threads);
        (device.Tuning, device.Announce) = (Tune && ranks.Count == 1 ? TuningMode.FirstUse : TuningMode.Table, screen.Announce);
        return device;
    }
}
