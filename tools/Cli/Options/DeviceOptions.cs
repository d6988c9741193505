using System.CommandLine;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Cli.Options;

/// <summary>Options for the device and its use, and for translations, the same for every verb.</summary>
internal static class DeviceOptions
{
    public static Option<string> Device() => new("--device")
    {
        Description = "Device to compute on; 'ilgpugan devices' lists those available.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "auto",
    };

    public static Option<int> Threads() =>
        Number.Whole(
            "--threads", "Threads of the CPU device, at most one per processor, 0 for all; changes no result.", value: 0, least: 0,
            most: 4096);

    /// <summary>Whether kernels are measured at a device's first use; the help shows the one that changes the default.</summary>
    public static (Option<bool> On, Option<bool> Off) Tune() => (
        new("--tune") { Description = "Undoes --no-tune.", Hidden = true },
        new("--no-tune")
        {
            Description = "Select kernels by the tuning table alone, instead of measuring the fastest when an OpenCL device is first " +
                "used; changes no result.",
        });

    /// <summary>How a device selects kernels. Several processes use the table, since each would measure for itself.</summary>
    public static TuningMode TuningOf(ParseResult parsed, Option<bool> off, int processes = 1) =>
        parsed.GetValue(off) || processes > 1 ? TuningMode.Table : TuningMode.FirstUse;

    public static Option<int?> Steps() =>
        Number.Whole("--steps", "Steps of each translation, for a generator that takes several (default that of its training's options).");

    public static Option<double> Temporal() =>
        Number.Real(
            "--temporal", "Against flicker in clips: weight of the previous output where the input has not changed, such as 0.8 " +
            "(0: frames are independent).", value: 0, least: 0, most: 0.99);
}
