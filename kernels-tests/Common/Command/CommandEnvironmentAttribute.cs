using IlgpuGan.Cli.Options;

namespace IlgpuGan.TestsCommon;

/// <summary>Hides default options of the program, too.</summary>
public sealed class CommandEnvironmentAttribute : OwnEnvironmentAttribute
{
    protected override bool IsHidden(string name) =>
        base.IsHidden(name) || EnvironmentDefaults.VariableOf($"--{name.Split('_')[^1].ToLowerInvariant()}") == name;
}
