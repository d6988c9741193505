using System.CommandLine;

namespace IlgpuGan.Cli.Options;

/// <summary>Options whose values are used as typed: names, files and folders, and flags without a value.</summary>
internal static class Plain
{
    public static Option<string> Text(string name, string description, string helpName, bool required = false) =>
        new(name) { Description = description, HelpName = helpName, Required = required };

    /// <summary>An option that may be given several times.</summary>
    /// <param name="together">whether it may also be given once with several values</param>
    public static Option<string[]> Texts(string name, string description, string helpName, bool together = false) =>
        new(name) { Description = description, HelpName = helpName, AllowMultipleArgumentsPerToken = together };

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };
}
