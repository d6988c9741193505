using System.Numerics;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors;

namespace IlgpuGan.Models.Families;

/// <summary>Values of options as text, on a command line or in a query: parsed the same under every locale.</summary>
internal static class OptionText
{
    /// <summary>The value of a text.</summary>
    /// <param name="name">the option, as it is written there</param>
    /// <param name="text">what is given</param>
    /// <param name="type">the value's type, or a nullable of it</param>
    /// <param name="least">smallest allowed number</param>
    /// <param name="most">largest allowed number</param>
    /// <exception cref="FormatException">the text is no such value; the message says which are</exception>
    public static object Parse(
        string name, string text, Type type, double least = double.NegativeInfinity, double most = double.PositiveInfinity)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) ? text
            : type.IsEnum ? MemberOf(name, text, type)
            : type == typeof(bool) ? FlagOf(name, text)
            : type == typeof(int) ? (int)WholeOf(name, text, (long)Math.Max(least, int.MinValue), (long)Math.Min(most, int.MaxValue))
            : type == typeof(long) ? WholeOf(name, text, (long)least, (long)most)
            : type == typeof(ulong) ? SeedOf(name, text)
            : type == typeof(float) ? RealOf<float>(name, text, least, most)
            : type == typeof(double) ? RealOf<double>(name, text, least, most)
            : type == typeof(Size2d) ? SizeOf(name, text, (long)most)
            : type == typeof(GeneratorKind) ? GeneratorOf(name, text)
            : throw new InvalidOperationException($"the option {name} has a type that is no text: {type}");
    }

    /// <exception cref="FormatException">the text is not a whole number within the bounds; the message says so</exception>
    public static long WholeOf(string name, string text, long least, long most) =>
        !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? throw new FormatException(
            $"{name} needs a whole number, not '{text}'")
        : value >= least && value <= most ? value
        : throw new FormatException(Beyond(name, text, value, least, most));

    /// <exception cref="FormatException">the text is not a finite number within the bounds; the message says so</exception>
    public static T RealOf<T>(string name, string text, double least, double most)
        where T : IFloatingPointIeee754<T> =>
        !T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !T.IsFinite(value)
            ? throw new FormatException($"{name} needs a number such as 0.25, not '{text}'")
        : double.CreateChecked(value) >= least && double.CreateChecked(value) <= most ? value
        : throw new FormatException(Beyond(name, text, double.CreateChecked(value), least, most));

    /// <exception cref="FormatException">the text is not a whole number from 0; the message says so</exception>
    public static ulong SeedOf(string name, string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
        : throw new FormatException($"{name} needs a whole number from 0, not '{text}'");

    /// <summary>What to say of a number beyond its bounds.</summary>
    public static string Beyond(string name, object shown, double value, double least, double most) =>
        most < int.MaxValue && least > double.NegativeInfinity ? Invariant.Text($"{name} must be between {least} and {most}, not {shown}")
        : value < least ? Invariant.Text($"{name} must be at least {least}, not {shown}")
        : Invariant.Text($"{name} must be at most {most}, not {shown}");

    private static object MemberOf(string name, string text, Type type) =>
        Enum.GetValues(type).Cast<object>().FirstOrDefault(m => OptionsJson.TextOf(m).Equals(text, StringComparison.OrdinalIgnoreCase))
        ?? throw new FormatException($"{name} can't be '{text}'; it can be {string.Join(", ", OptionExplanation.WordsOf(type))}");

    private static GeneratorKind GeneratorOf(string name, string text)
    {
        try
        {
            return GeneratorKind.Parse(text);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{name} can't be '{text}': {e.Message}", e);
        }
    }

    /// <summary>In a query an option may have no value.</summary>
    private static bool FlagOf(string name, string text) => text switch
    {
        "false" => false,
        "" or "true" => true,
        _ => throw new FormatException($"{name} can't be '{text}'; it can be true or false"),
    };

    private static Size2d SizeOf(string name, string text, long most) => text.Split('x') is [var width, var height]
        ? new Size2d(
            Width: (int)WholeOf($"the width in {name}", width, 1, most), Height: (int)WholeOf($"the height in {name}", height, 1, most))
        : throw new FormatException($"{name} needs a width and a height such as 320x200, not '{text}'");
}
