using System.Text.RegularExpressions;

namespace IlgpuGan.Models.Data;

/// <summary>
/// How messages name options. They are written as on the command line: <c>--crop-size</c>. A program that uses the library has no command
/// line, and reads the property's name instead: <c>CropSize</c>.
/// </summary>
internal static class OptionNames
{
    private static readonly Regex s_option = new("(?<![\\w-])--([a-z][a-z0-9]*(?:-[a-z0-9]+)*)", RegexOptions.CultureInvariant);

    /// <summary>Whether whoever reads the messages gives options on a command line; the command sets it at its start.</summary>
    public static bool AreTyped { get; set; }

    /// <summary>A message for whoever reads it here.</summary>
    public static string In(string message) => AreTyped ? message : s_option.Replace(message, option => PropertyOf(option.Groups[1].Value));

    private static string PropertyOf(string option) =>
        string.Concat(option.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
