namespace IlgpuGan.Models.Families;

/// <summary>Widths of layers as an option has them: <c>128,256</c>.</summary>
internal static class Widths
{
    private const int Most = 65_536;

    /// <summary>As numbers; 0 for what is none.</summary>
    public static IReadOnlyList<int> Parse(string widths) => [.. widths.Split(',').Select(NumberOf)];

    /// <summary>Errors in them; null if there are none.</summary>
    public static string? Problem(string option, string widths) => Parse(widths).All(width => width is > 0 and <= Most)
        ? null
        : $"{option} {widths} must be numbers from 1 to {Most}, separated by commas";

    private static int NumberOf(string text) => int.TryParse(
        text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var width) ? width : 0;
}
