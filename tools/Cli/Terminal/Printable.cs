namespace IlgpuGan.Cli.Terminal;

/// <summary>
/// Text that a terminal prints and does not obey: names in a file that somebody else wrote may hold escape sequences, which could hide
/// lines or retitle the window.
/// </summary>
internal static class Printable
{
    /// <summary>The text with control characters but tab and line feed spelled out, as <c>\u001B</c>.</summary>
    public static string Of(string text) =>
        text.Any(IsControl) ? string.Concat(text.Select(c => IsControl(c) ? $"\\u{(int)c:X4}" : c.ToString())) : text;

    private static bool IsControl(char c) => char.IsControl(c) && c is not ('\t' or '\n');
}
