namespace ILGPU.Runtime.CPU;

/// <summary>
/// How the simulator meets two accesses to the same bytes, at least one of them a write, that nothing orders. An addition to ILGPU's API.
/// </summary>
public enum RaceChecks
{
    /// <summary>Not at all.</summary>
    Off,

    /// <summary>What <see cref="Stop"/> would end is told, and the launch goes on: the default.</summary>
    Report,

    /// <summary>
    /// The launch ends, unless the race does no harm: several threads store the same value, or a plain read meets compare-and-exchange,
    /// minimum or maximum, which check what was read.
    /// </summary>
    Stop,

    /// <summary>Any race ends the launch: C# and PTX promise nothing of the harmless ones either.</summary>
    Strict,
}

/// <summary>The environment variable that sets the checks of accelerators whose context does not.</summary>
internal static class RaceChecksVariable
{
    public const string Name = "ILGPUGAN_RACES";

    /// <exception cref="ArgumentException">The variable says something else than it can.</exception>
    public static (RaceChecks Buffers, RaceChecks Shared) Read() => Parse(Environment.GetEnvironmentVariable(Name));

    public static (RaceChecks Buffers, RaceChecks Shared) Parse(string? text)
    {
        var (buffers, shared) = (RaceChecks.Report, RaceChecks.Report);
        foreach (string part in (text ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] sides = part.Split('=', StringSplitOptions.TrimEntries);
            if (!Enum.TryParse(sides[^1], ignoreCase: true, out RaceChecks level) || char.IsAsciiDigit(sides[^1][0]))
            {
                throw Unknown(part);
            }

            (buffers, shared) = sides switch
            {
                [_] => (level, level),
                ["buffers", _] => (level, shared),
                ["shared", _] => (buffers, level),
                _ => throw Unknown(part),
            };
        }

        return (buffers, shared);
    }

    private static ArgumentException Unknown(string part) =>
        new($"{Name}: '{part}' is unknown; it is off, report, stop or strict, or one of these for 'buffers=' and 'shared='.");
}
