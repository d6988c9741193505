namespace IlgpuGan.Models.Data;

/// <summary>
/// Quotes text in command lines that users copy into a shell, such as paths and options of runs from others. Elsewhere than on Windows the
/// shell is one like sh; on Windows <c>"…"</c> means the same to cmd and to PowerShell, unless it holds something that one of them expands.
/// </summary>
internal static class ShellWord
{
    /// <summary>Characters beside letters and digits that mean themselves, unquoted, in every shell of a system.</summary>
    private const string PlainInSh = "_./:,=+-";
    private const string PlainOnWindows = @"_./:=+-\";

    /// <summary>What cmd or PowerShell, which takes typographic quotes for plain ones, expands between double quotes.</summary>
    private const string ExpandedOnWindows = "%$`\"“”„\r\n";

    /// <summary>What PowerShell takes for a single quote.</summary>
    private const string SingleQuotes = "'‘’‚‛";

    /// <summary>The text quoted as a single word, which a shell does not expand or execute.</summary>
    public static string Of(string text) => Of(text, OperatingSystem.IsWindows());

    /// <summary>
    /// A line to copy: each word quoted. A line for PowerShell alone says so, in a comment, which may be copied as well.
    /// </summary>
    public static string Line(params IEnumerable<string> words) => Line(OperatingSystem.IsWindows(), [.. words]);

    /// <summary>The words of a command within a sentence, each quoted.</summary>
    public static string Words(params IEnumerable<string> words) => string.Join(' ', words.Select(Of));

    internal static string Line(bool isWindows, params string[] words) =>
        string.Join(' ', words.Select(word => Of(word, isWindows)))
            + (isWindows && Array.Exists(words, IsForPowerShell) ? "   # PowerShell, not cmd" : "");

    internal static string Of(string text, bool isWindows)
    {
        var plain = isWindows ? PlainOnWindows : PlainInSh;
        if (text.Length > 0 && text[0] != '=' && text.All(c => char.IsLetterOrDigit(c) || plain.Contains(c)))
        {
            return text;
        }

        if (!isWindows)
        {
            return $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
        }

        if (IsForPowerShell(text))
        {
            return $"'{string.Concat(text.Select(c => SingleQuotes.Contains(c) ? $"{c}{c}" : $"{c}"))}'";
        }

        // A backslash before the closing quote would make it a part of the word.
        var backslashes = text.Length - text.TrimEnd('\\').Length;
        return $"\"{text}{new string('\\', backslashes)}\"";
    }

    private static bool IsForPowerShell(string text) => text.Any(ExpandedOnWindows.Contains);
}
