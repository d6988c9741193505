using System.CommandLine;

namespace IlgpuGan.Cli.Options;

/// <summary>Tells options that were typed from those that have their default.</summary>
internal static class TypedOptions
{
    /// <summary>Whether an option was typed, or set by the environment.</summary>
    public static bool IsTyped(this ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };
}
