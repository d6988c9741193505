using System.Text.RegularExpressions;
using IlgpuGan.Imaging;
using IlgpuGan.Models.Families;
using IlgpuGan.Tensors;

namespace IlgpuGan.Serve;

/// <summary>A picture that can't be processed, as an error for the client.</summary>
internal static partial class PictureProblem
{
    /// <summary>What messages call what was sent.</summary>
    public const string Sent = "picture";

    /// <param name="problem">what was thrown</param>
    /// <param name="size">of the picture, as <c>320x200</c></param>
    /// <returns>null where the fault is the server's</returns>
    public static Refusal? Of(Exception problem, string size) => problem switch
    {
        ImageFormatException => Refusal.Bad($"{Sent}: {problem.Message}"),
        DataException => Refusal.Bad(problem.Message),
        OptionsException => Refusal.Bad(OptionName().Replace(problem.Message, "$1")),
        ShapeException => Refusal.Bad($"{Sent}: its {size} pixels can't be computed: {problem.Message}"),
        OutOfMemoryException or OverflowException or DeviceException { IsOutOfMemory: true } =>
            Refusal.TooLarge($"{Sent}: its {size} pixels do not fit into memory; request a smaller size"),
        _ => null,
    };

    /// <summary>How the command line spells an option.</summary>
    [GeneratedRegex("--([a-z])")]
    private static partial Regex OptionName();
}
