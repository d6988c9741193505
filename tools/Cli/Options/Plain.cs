using System.CommandLine;

namespace IlgpuGan.Cli.Options;

/// <summary>Options whose values are taken as they are typed: names, files and folders, and switches without a value.</summary>
internal static class Plain
{
    public static Option<string> Text(string name, string description, string helpName, bool required = false) =>
        new(name) { Description = description, HelpName = helpName, Required = required };

    /// <summary>An option that is given several times, or with several texts.</summary>
    public static Option<string[]> Texts(string name, string description, string helpName, bool together = false) =>
        new(name) { Description = description, HelpName = helpName, AllowMultipleArgumentsPerToken = together };

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };
}
