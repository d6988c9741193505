using System.CommandLine;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Cli.Options;

/// <summary>Options that say where and how work is done; the same for every verb.</summary>
internal static class Compute
{
    public static Option<string> Device() => new("--device")
    {
        Description = "Where to compute; 'ilgpugan devices' lists what is here.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "auto",
    };

    public static Option<int> Threads() =>
        Number.Whole(
            "--threads", "Threads of the CPU device, at most one a processor, 0 for all; changes no result.", value: 0, least: 0,
            most: 4096);

    /// <summary>Both ways to say whether kernels are measured at a device's first use; the help shows the one that changes it.</summary>
    public static (Option<bool> On, Option<bool> Off) Tune() => (
        new("--tune") { Description = "Undoes --no-tune.", Hidden = true },
        new("--no-tune")
        {
            Description = "Take kernels by the table alone, instead of measuring which are the fastest when an OpenCL device is first " +
                "used; changes no result.",
        });

    /// <summary>What may decide which kernels a device takes: of several processes each would measure for itself.</summary>
    public static TuningMode TuningOf(ParseResult parsed, Option<bool> off, int processes = 1) =>
        parsed.GetValue(off) || processes > 1 ? TuningMode.Table : TuningMode.FirstUse;

    /// <summary>How strongly frames of a clip are drawn towards those before.</summary>
    public static Option<double> Temporal() =>
        Number.Real(
            "--temporal", "Against flicker in clips: weight of the previous output where the input has not changed, such as 0.8 " +
            "(default 0, frames are independent).", value: 0, least: 0, most: 0.99);
}
