using System.CommandLine;
using System.Numerics;
using IlgpuGan.Models.Data;

namespace IlgpuGan.Cli.Options;

/// <summary>
/// Options whose values are numbers: parsed the same under every locale; a value out of range is an error that names the range.
/// </summary>
internal static class Number
{
    /// <summary>A whole number with a default.</summary>
    public static Option<int> Whole(string name, string description, int value, int least, int most = int.MaxValue) =>
        WithDefault(Choice.Parsed(name, description, "N", text => (int)WholeOf(name, text, least, most)), value);

    /// <summary>A whole number without a default.</summary>
    public static Option<int?> Whole(string name, string description, int least = 1, int most = int.MaxValue) =>
        Choice.Parsed<int?>(name, description, "N", text => (int)WholeOf(name, text, least, most));

    /// <summary>A real number with a default.</summary>
    public static Option<double> Real(string name, string description, double value, double least, double most) =>
        WithDefault(
            Choice.Parsed(name, description, "X", text => RealOf<double>(name, text) is var given && given >= least && given <= most
                ? given
                : throw new FormatException(
                    Invariant.Text($"{name} must be between {least} and {most}, not {text}"))),
            value);

    /// <summary><c>--seed</c>, 1 by default.</summary>
    public static Option<ulong> Seed(string description) =>
        WithDefault(Choice.Parsed("--seed", description, "N", text => SeedOf("--seed", text)), 1ul);

    /// <exception cref="FormatException">the text is not a whole number within the bounds; the message says so</exception>
    public static long WholeOf(string name, string text, long least, long most) =>
        !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? throw new FormatException(
            $"{name} needs a whole number, not '{text}'")
        : value >= least && value <= most ? value
        : throw new FormatException(most < int.MaxValue ? $"{name} must be between {least} and {most}, not {text}"
            : value < least ? $"{name} must be at least {least}, not {text}"
            : $"{name} must be at most {most}, not {text}");

    /// <exception cref="FormatException">the text is not a finite number; the message says so</exception>
    public static T RealOf<T>(string name, string text)
        where T : IFloatingPointIeee754<T> =>
        T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && T.IsFinite(value)
            ? value
            : throw new FormatException($"{name} needs a number such as 0.25, not '{text}'");

    /// <exception cref="FormatException">the text is not a whole number from 0; the message says so</exception>
    public static ulong SeedOf(string name, string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new FormatException($"{name} needs a whole number from 0, not '{text}'");

    private static Option<T> WithDefault<T>(Option<T> option, T value)
    {
        option.DefaultValueFactory = _ => value;
        return option;
    }
}
