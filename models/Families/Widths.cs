namespace IlgpuGan.Models.Families;

/// <summary>Layer widths in the notation of options: <c>128,256</c>.</summary>
internal static class Widths
{
    private const int Most = 65_536;

    /// <summary>The widths as numbers; 0 for an entry that is not a number.</summary>
    public static IReadOnlyList<int> Parse(string widths) => [.. widths.Split(',').Select(NumberOf)];

    /// <summary>An error message; null if the widths are valid.</summary>
    public static string? Problem(string option, string widths) => Parse(widths).All(width => width is > 0 and <= Most)
        ? null
        : $"{option} {widths} must be numbers from 1 to {Most}, separated by commas";

    /// <summary>Error messages about the widths of a generator and a discriminator.</summary>
    public static IEnumerable<string> Problems(string generator, string discriminator) =>
        new[] { Problem("--g-widths", generator), Problem("--d-widths", discriminator) }.OfType<string>();

    private static int NumberOf(string text) => int.TryParse(
        text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var width) ? width : 0;
}
