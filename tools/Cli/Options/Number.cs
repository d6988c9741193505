using System.CommandLine;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Cli.Options;

/// <summary>
/// Options whose values are numbers: parsed the same under every locale; a value out of range is an error that names the range.
/// </summary>
internal static class Number
{
    /// <summary>A whole number with a default.</summary>
    public static Option<int> Whole(string name, string description, int value, int least, int most = int.MaxValue) =>
        WithDefault(Choice.Parsed(name, description, "N", text => (int)OptionText.WholeOf(name, text, least, most)), value);

    /// <summary>A whole number without a default.</summary>
    public static Option<int?> Whole(string name, string description, int least = 1, int most = int.MaxValue) =>
        Choice.Parsed<int?>(name, description, "N", text => (int)OptionText.WholeOf(name, text, least, most));

    /// <summary>A real number with a default.</summary>
    public static Option<double> Real(string name, string description, double value, double least, double most) =>
        WithDefault(Choice.Parsed(name, description, "X", text => OptionText.RealOf<double>(name, text, least, most)), value);

    /// <summary><c>--seed</c>, 1 by default.</summary>
    public static Option<ulong> Seed(string description) =>
        WithDefault(Choice.Parsed("--seed", description, "N", text => OptionText.SeedOf("--seed", text)), 1ul);

    private static Option<T> WithDefault<T>(Option<T> option, T value)
    {
        option.DefaultValueFactory = _ => value;
        return option;
    }
}
