using System.CommandLine;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Cli.Commands;

/// <summary>What <c>explain</c> is asked for.</summary>
internal sealed record ExplainOptions
{
    [Option("An option of train, without its dashes: lambda-l1. Without a name all options are listed.", Values = "OPTION"), Positional]
    public string? Name { get; init; }

    [Option("Print the JSON schema of this family's options.json instead.", Values = "FAMILY")]
    public string? Schema { get; init; }
}

/// <summary><c>explain OPTION</c>: what a training option does and why, its values, and its default in each family.</summary>
internal static class ExplainCommand
{
    /// <summary>Most commands that are named; more are all families'.</summary>
    private const int MostNamed = 3;

    private const string Resume = "train --resume RUN";

    public static Command Create() => Verb.Of<ExplainOptions>(
        "explain", "Explains an option of train: what it does and why, its range, its default in each family.", (asked, screen) =>
            asked.Schema is { } family ? Schema(screen, family)
            : asked.Name is { } name ? Explain(screen, name)
            : List(screen));

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
        if (OptionExplanation.Of(plain) is not { } explanation)
        {
            return Describe(screen, name, near: plain);
        }

        screen.Result(
            new
            {
                name = explanation.Name,
                meanings = explanation.Meanings.Select(Machine),
                reasons = explanation.Reasons.Select(Machine),
                values = explanation.Values.Select(Machine),
                variable = EnvironmentDefaults.VariableOf("--" + explanation.Name),
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
                .. EnvironmentDefaults.VariableOf("--" + explanation.Name) is { } variable
                    ? [$"    variable {variable} sets it in the environment"] : (string[])[],
                explanation.MayChange
                    ? "    resume   can be changed when a run is resumed"
                    : explanation.MayBecome is { } other
                        ? $"    resume   can be changed to {other} when a run is resumed, otherwise fixed for the whole run"
                        : "    resume   fixed for the whole run",
            ]);
        return ExitCode.Done;
    }

    private static int List(Screen screen)
    {
        string[] names = [.. OptionExplanation.Names.Union(OfCommands().Select(o => o.Name)).Order(StringComparer.Ordinal)];
        screen.Result(names, names);
        return ExitCode.Done;
    }

    /// <summary>Explains an option of the command itself, such as --out, which is not among those that a run stores.</summary>
    private static int Describe(Screen screen, string name, string near)
    {
        var all = OfCommands().ToList();
        var found = all.FindAll(o => o.Name == name);
        if (found.Count == 0)
        {
            throw new UsageException($"train has no option '{name}'" +
                (Suggestion.For(near, OptionExplanation.Names.Concat(all.Select(o => o.Name)).Distinct()) is { } meant
                    ? $". Did you mean '{meant}'?"
                    : "; 'ilgpugan explain' lists all of them"));
        }

        var meanings = found.GroupBy(o => o.Meaning)
            .Select(group => (Text: group.Key, Of: Whose([.. group.Select(o => o.Of)]))).ToList();
        screen.Result(
            new { name, meanings = meanings.Select(m => new { text = m.Text, of = m.Of }) },
            [$"--{name}", .. meanings.Select(m => $"    {m.Text} ({m.Of})")]);
        return ExitCode.Done;

        static string Whose(string[] commands) => string.Join(", ", commands.Length > MostNamed
            ? commands.Where(c => c == Resume).Prepend("train FAMILY")
            : commands);
    }

    /// <summary>The options of train's commands, and of every command, that no run stores.</summary>
    private static IEnumerable<(string Name, string Meaning, string Of)> OfCommands()
    {
        var (train, stored) = (TrainCommand.Create(), OptionExplanation.Names.ToHashSet(StringComparer.Ordinal));
        return train.Subcommands.SelectMany(c => Own($"train {c.Name}", c.Options))
            .Concat(Own(Resume, train.Options))
            .Concat(Own(
                "everywhere", [GlobalOptions.Families, GlobalOptions.Json, GlobalOptions.Quiet, GlobalOptions.Verbose]));

        IEnumerable<(string Name, string Meaning, string Of)> Own(string of, IEnumerable<Option> options) => options
            .Where(o => !o.Hidden).Select(o => (Name: o.Name.TrimStart('-'), o.Description ?? "", of))
            .Where(o => !stored.Contains(o.Name) && !(o.Name.StartsWith("no-", StringComparison.Ordinal) && stored.Contains(o.Name[3..])));
    }

    /// <summary>The families that an entry holds for, in brackets; empty if it holds for all.</summary>
    private static string Whose(OptionExplanation explanation, OptionExplanation.Statement saying) =>
        saying.Families.Count == explanation.FamilyCount ? "" : $" ({string.Join(", ", saying.Families)})";

    private static object Machine(OptionExplanation.Statement statement) => new { text = statement.Text, families = statement.Families };
}
