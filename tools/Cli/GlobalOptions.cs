using System.CommandLine;

namespace IlgpuGan.Cli;

/// <summary>Options that every verb takes.</summary>
internal static class GlobalOptions
{
    public static readonly Option<bool> Verbose = new("--verbose")
    {
        Description = "Show the stack trace of an error.",
        Recursive = true,
    };

    public static readonly Option<bool> Quiet = new("--quiet", "-q")
    {
        Description = "Print nothing but errors.",
        Recursive = true,
    };

    public static readonly Option<string[]> Families = new("--families")
    {
        Description = "Assembly with families of your own, which then are like the built-in ones (may be repeated). Its code is run.",
        HelpName = "FILE.dll",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print results as JSON.",
        Recursive = true,
    };
}
