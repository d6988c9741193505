using System.Text.RegularExpressions;

namespace IlgpuGan.Cli.Terminal;

/// <summary>Parses and prints durations.</summary>
internal static partial class Durations
{
    /// <summary>Parses 45m, 2h, 1d12h, 1.5 h; a number alone is minutes.</summary>
    /// <exception cref="FormatException">the text is not a duration; the message says so</exception>
    public static TimeSpan Parse(string text)
    {
        var match = Pattern().Match(text.Trim());
        var time = !match.Success || text.Trim().Length == 0 ? TimeSpan.Zero
            : TimeSpan.FromDays(Part("d")) + TimeSpan.FromHours(Part("h")) + TimeSpan.FromMinutes(Part("m"));
        return time > TimeSpan.Zero ? time : throw new FormatException($"'{text}' is not a time such as 45m, 2h or 1d");

        double Part(string group) =>
            double.TryParse(match.Groups[group].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                ? Math.Min(value, 100_000)
                : 0;
    }

    public static string Rough(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } => $"{(int)time.TotalHours} h {time.Minutes:00} min",
        { TotalMinutes: >= 1 } => $"{(int)time.TotalMinutes} min {time.Seconds:00} s",
        _ => $"{time.TotalSeconds:0} s",
    };

    [GeneratedRegex(@"^(?:(?<d>[0-9.]+) *d)? *(?:(?<h>[0-9.]+) *h)? *(?:(?<m>[0-9.]+) *(?:m|min)?)?$", RegexOptions.None, 1000)]
    private static partial Regex Pattern();
}
