namespace IlgpuGan.Models.Reporting;

/// <summary>Texts in command lines that people copy into a shell: paths, and options of runs that others share.</summary>
public static class ShellWord
{
    private static readonly string s_plain = OperatingSystem.IsWindows() ? @"_./:,=+-\" : "_./:,=+-";

    /// <summary>The text as one word, of which a shell runs nothing.</summary>
    public static string Of(string text) => text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || s_plain.Contains(c))
        ? text
        : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
