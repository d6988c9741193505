using System.CommandLine;
using System.CommandLine.Parsing;

namespace IlgpuGan.Cli.Options;

/// <summary>Tells options that were typed from those that have their default.</summary>
internal static class TypedOptions
{
    /// <summary>Whether an option was typed, or set by the environment.</summary>
    public static bool IsSet(this ParseResult parsed, Symbol option) =>
        parsed.GetResult(option) is OptionResult { Implicit: false } or ArgumentResult { Tokens.Count: > 0 };

    /// <summary>Whether an option was typed.</summary>
    public static bool IsTyped(this ParseResult parsed, Symbol option) =>
        parsed.IsSet(option) && !EnvironmentDefaults.IsOfEnvironment(parsed, option);

    /// <summary>
    /// Refuses options that have no effect on what is done. Variables of the environment are for all uses of the verb, so they may be set
    /// where nothing uses them.
    /// </summary>
    /// <param name="what">what is done, for the message</param>
    /// <param name="others">the options without effect</param>
    /// <exception cref="UsageException">one of them is typed</exception>
    public static void RefuseUnused(this ParseResult parsed, string what, IEnumerable<Option> others)
    {
        if (others.FirstOrDefault(parsed.IsTyped) is { } other)
        {
            throw new UsageException($"{what} can't be combined with {other.Name}, which it does not use");
        }
    }
}
