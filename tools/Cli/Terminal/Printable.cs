namespace IlgpuGan.Cli.Terminal;

/// <summary>
/// Makes text safe for a terminal: names from an untrusted file may hold escape sequences, which could hide lines or change the window's
/// title.
/// </summary>
internal static class Printable
{
    /// <summary>The text with control characters, except tab and line feed, written as <c>\u001B</c>.</summary>
    public static string Of(string text) =>
        text.Any(IsControl) ? string.Concat(text.Select(c => IsControl(c) ? $"\\u{(int)c:X4}" : c.ToString())) : text;

    private static bool IsControl(char c) => char.IsControl(c) && c is not ('\t' or '\n');
}
