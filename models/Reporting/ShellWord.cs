namespace IlgpuGan.Models.Reporting;

/// <summary>Quotes text in command lines that users copy into a shell, such as paths and options of runs from others.</summary>
public static class ShellWord
{
    private static readonly string s_plain = OperatingSystem.IsWindows() ? @"_./:,=+-\" : "_./:,=+-";

    /// <summary>The text quoted as a single word, which a shell does not expand or execute.</summary>
    public static string Of(string text) => text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || s_plain.Contains(c))
        ? text
        : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
