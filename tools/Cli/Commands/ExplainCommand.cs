using System.CommandLine;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>explain OPTION</c>: what a training option does and why, its values, and its default in each family.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var option = new Argument<string?>("OPTION")
        {
            Description = "An option of train, without its dashes: lambda-l1. Without a name all options are listed.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var schema = Plain.Text("--schema", "Print the JSON schema of this family's options.json instead.", "FAMILY");
        var command = new Command("explain", "Explains an option of train: what it does and why, its range, its default in each family.")
        {
            option, schema,
        };
        command.SetAction(parsed =>
        {
            var screen = Screen.Of(parsed);
            return parsed.GetValue(schema) is { } family ? Schema(screen, family)
                : parsed.GetValue(option) is { } name ? Explain(screen, name)
                : List(screen);
        });
        return command;
    }

    private static int Schema(Screen screen, string name)
    {
        var family = FamilyCatalog.Find(name) ?? throw new UsageException(
            $"there is no family '{name}'; there are {string.Join(", ", FamilyCatalog.All.Select(f => f.Info.Name))}");
        screen.Output.WriteLine(OptionsSchema.Of(family));
        return ExitCode.Done;
    }

    private static int Explain(Screen screen, string name)
    {
        var known = OptionExplanation.Names;
        var plain = name.StartsWith("no-", StringComparison.Ordinal) && !known.Contains(name) ? name[3..] : name;
        var explanation = OptionExplanation.Of(plain)
            ?? throw new UsageException($"train has no option '{name}'" + (Suggestion.For(plain, known) is { } meant
                ? $". Did you mean '{meant}'?"
                : "; 'ilgpugan explain' lists all of them"));
        screen.Result(
            new
            {
                name = explanation.Name,
                meanings = explanation.Meanings.Select(Machine),
                reasons = explanation.Reasons.Select(Machine),
                values = explanation.Values.Select(Machine),
                variable = EnvironmentDefaults.VariableOf(explanation.Name),
                may_change = explanation.MayChange,
                defaults = explanation.Defaults.Select(Machine),
            },
            [
                $"--{explanation.Name}",
                .. explanation.Meanings.Select(m => $"    {m.Text}{Whose(explanation, m)}"),
                .. explanation.Reasons.Select(r => $"    why      {r.Text}{Whose(explanation, r)}"),
                .. explanation.Values.Select(v => $"    values   {v.Text}{Whose(explanation, v)}"),
                .. explanation.Defaults.Select(
                    d => $"    default  {(d.Text.Length > 0 ? d.Text : "none")}: {string.Join(", ", d.Families)}"),
                $"    variable {EnvironmentDefaults.VariableOf(explanation.Name)} sets it in the environment",
                explanation.MayChange
                    ? "    resume   can be changed when a run is resumed"
                    : "    resume   fixed for the whole run",
            ]);
        return ExitCode.Done;
    }

    private static int List(Screen screen)
    {
        screen.Result(OptionExplanation.Names, OptionExplanation.Names);
        return ExitCode.Done;
    }

    /// <summary>The families that an entry holds for, in brackets; empty if it holds for all.</summary>
    private static string Whose(OptionExplanation explanation, OptionExplanation.Statement saying) =>
        saying.Families.Count == explanation.FamilyCount ? "" : $" ({string.Join(", ", saying.Families)})";

    private static object Machine(OptionExplanation.Statement statement) => new { text = statement.Text, families = statement.Families };
}
