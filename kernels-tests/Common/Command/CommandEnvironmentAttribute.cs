using System.CommandLine;
using IlgpuGan.Cli;
using IlgpuGan.Cli.Options;

namespace IlgpuGan.TestsCommon;

/// <summary>Hides default options of the program, too.</summary>
public sealed class CommandEnvironmentAttribute : OwnEnvironmentAttribute
{
    private static readonly Lazy<HashSet<string>> s_options = new(() => [.. VariablesOf(Application.RootFor([]))]);

    protected override bool IsHidden(string name) =>
        base.IsHidden(name) || (name.StartsWith("ILGPUGAN_", StringComparison.Ordinal) && s_options.Value.Contains(name));

    private static IEnumerable<string> VariablesOf(Command command) =>
        command.Options.Select(o => EnvironmentDefaults.VariableOf(o.Name)).Concat(command.Subcommands.SelectMany(VariablesOf));
}
