using System.Text.RegularExpressions;

namespace IlgpuGan.Tensors;

/// <summary>
/// How messages name options. They are written as on the command line: <c>--crop-size</c>, <c>--no-dropout</c>. A program that uses the
/// library has no command line, and reads C# instead: <c>CropSize</c>, <c>Dropout = false</c>. A whole command that a message proposes is
/// left as it is.
/// </summary>
internal static class OptionNames
{
    /// <summary>Options that are no properties, and what a program writes in their place.</summary>
    public static readonly IReadOnlyDictionary<string, string> OfCommands = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["changed-data"] = "changedData: true",
        ["init-from"] = "initFrom",
        ["instances"] = "InstanceMaps",
        ["out"] = "folder",
        ["resume"] = "TrainingRun.Resume",
    };

    private static readonly Regex s_option = new(
        "(?<command>'ilgpugan [^']*'|(?<!\\w)(?:ilgpugan|convmv) .*)|(?<![\\w/-])--(?<option>[a-z][a-z0-9]*(?:-[a-z0-9]+)*)",
        RegexOptions.CultureInvariant);

    /// <summary>Whether whoever reads the messages gives options on a command line; the command sets it at its start.</summary>
    public static bool AreTyped { get; set; }

    /// <summary>A message for whoever reads it here.</summary>
    public static string In(string message) => AreTyped ? message
        : s_option.Replace(message, match => match.Groups["option"] is { Success: true } option ? InProgram(option.Value) : match.Value);

    private static string InProgram(string option) => OfCommands.TryGetValue(option, out var known) ? known
        : option.StartsWith("no-", StringComparison.Ordinal) ? $"{PropertyOf(option[3..])} = false"
        : PropertyOf(option);

    /// <summary>The property of an option: <c>CropSize</c> of <c>crop-size</c>.</summary>
    private static string PropertyOf(string option) =>
        string.Concat(option.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
