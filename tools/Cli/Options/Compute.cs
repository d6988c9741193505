using System.CommandLine;

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

    /// <summary>How strongly frames of a clip are drawn towards those before.</summary>
    public static Option<double> Temporal() =>
        Number.Real(
            "--temporal", "Against flicker in clips: weight of the previous output where the input has not changed, such as 0.8 " +
            "(default 0, frames are independent).", value: 0, least: 0, most: 0.99);
}
