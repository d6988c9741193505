using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Cli.Options;

/// <summary>
/// Options from the environment: <c>ILGPUGAN_DEVICE</c> sets <c>--device</c> for every verb that has it, unless it is typed. What says
/// how to train (<c>ILGPUGAN_STEPS</c>) counts in <c>train</c> alone, though other verbs have options of such names. A resumed run has its
/// options already, so <c>train --resume</c> ignores these variables.
/// </summary>
internal static class EnvironmentDefaults
{
    private const string Prefix = "ILGPUGAN_";
    private const string No = "--no-";

    /// <summary>Names may begin with <c>@</c>, which would otherwise stand for a file of arguments.</summary>
    private static readonly ParserConfiguration s_verbatim = new() { ResponseFileTokenReplacer = null };

    private static readonly string[] s_on = ["1", "true", "yes", "on"];
    private static readonly string[] s_off = ["0", "false", "no", "off"];

    /// <summary>Options of trainings that mean the same to every verb: with which data, on what, and how is computed.</summary>
    private static readonly string[] s_ofEveryVerb = ["--data", "--device", "--threads", "--tune", "--precision", "--eager"];

    /// <summary>Variables that mean no option, though their names are near those of some.</summary>
    private static readonly string[] s_others = ["ILGPUGAN_FEW_PIXELS", "ILGPUGAN_LANES", "ILGPUGAN_RUNG", "ILGPUGAN_TESTS"];

    private static readonly Lazy<HashSet<string>> s_variables = new(() => [.. VariablesIn(Application.RootFor([]))]);

    /// <summary>The options that were added to what was typed, with their variables.</summary>
    private static readonly ConditionalWeakTable<ParseResult, Dictionary<Option, string>> s_added = new();

    /// <summary>Whether an option was set by its variable, and not typed.</summary>
    public static bool IsOfEnvironment(ParseResult parsed, Option option) =>
        s_added.TryGetValue(parsed, out var added) && added.ContainsKey(option);

    /// <summary>The names of the options that were set by their variables, and not typed.</summary>
    public static HashSet<string> NamesOf(ParseResult parsed) =>
        s_added.TryGetValue(parsed, out var added) ? added.Keys.Select(o => o.Name).ToHashSet() : [];

    /// <summary>The variable of an option: <c>ILGPUGAN_LAMBDA_L1</c> for <c>--lambda-l1</c>.</summary>
    public static string VariableOf(string option) => Prefix + option.TrimStart('-').Replace('-', '_').ToUpperInvariant();

    /// <summary>Parses the typed arguments, with options from the environment that are not among them.</summary>
    /// <param name="root">the program's command</param>
    /// <param name="words">the typed arguments</param>
    /// <param name="read">reads a variable; null or empty if it is not set</param>
    /// <exception cref="UsageException">a variable has a value that its option does not accept; the message names it</exception>
    public static ParseResult Parse(RootCommand root, string[] words, Func<string, string?> read)
    {
        var typed = root.Parse(words, s_verbatim);
        var command = typed.CommandResult.Command;
        var own = OptionsOf(root, command);
        var given = own.Where(typed.IsTyped).Select(o => o.Name).ToHashSet();
        if (given.Contains("--epochs"))
        {
            given.Add("--steps"); // Typed epochs say how long, too.
        }

        var added = new Dictionary<Option, string>();
        var fromEnvironment = new List<string>();
        foreach (var option in own.Where(o => o.Action is null && !given.Contains(o.Name) && !given.Contains(Opposite(o.Name))))
        {
            var variable = VariableOf(option.Name);
            if (read(variable) is not { Length: > 0 } value || !Counts(option, command))
            {
                continue;
            }

            if (option is Option<bool>)
            {
                if (!IsOn(variable, value))
                {
                    // A variable that is off sets the opposite option, if there is one.
                    if (own.Find(o => o.Name == Opposite(option.Name)) is { } opposite && added.TryAdd(opposite, variable))
                    {
                        fromEnvironment.Add(opposite.Name);
                    }
                }
                else if (added.TryAdd(option, variable))
                {
                    fromEnvironment.Add(option.Name);
                }
            }
            else if (!option.Hidden)
            {
                added.Add(option, variable);
                fromEnvironment.AddRange([option.Name, value]);
            }
        }

        if (added.Count == 0)
        {
            return typed;
        }

        var end = words.TakeWhile(word => word != "--").Count(); // Behind it all words are arguments.
        var parsed = root.Parse([.. words[..end], .. fromEnvironment, .. words[end..]], s_verbatim);
        s_added.Add(parsed, added);
        var wrong = parsed.Errors.FirstOrDefault(e => e.SymbolResult is OptionResult result && added.ContainsKey(result.Option));
        return wrong is { SymbolResult: OptionResult { Option: var named } }
            ? throw new UsageException($"{wrong.Message} (from the environment variable {added[named]})")
            : parsed;
    }

    /// <summary>A message of what a verb refuses, with the variables of the options that it names.</summary>
    public static string Explained(ParseResult parsed, string message)
    {
        List<string> causes = s_added.TryGetValue(parsed, out var added)
            ? [.. added.Where(a => Regex.IsMatch(message, $@"(?<![\w-]){a.Key.Name}(?![\w-])"))
                .Select(a => $"{a.Key.Name} is from the environment variable {a.Value}")]
            : [];
        return causes.Count > 0 ? $"{message} ({string.Join(", ", causes)})" : message;
    }

    /// <summary>Variables that set no option of any verb, with those that may be meant: their names are near options of this one.</summary>
    /// <param name="parsed">the command</param>
    /// <param name="variables">names in the environment</param>
    /// <returns>a clause for each</returns>
    public static IEnumerable<string> Mistyped(ParseResult parsed, IEnumerable<string> variables)
    {
        var command = parsed.CommandResult.Command;
        var own = OptionsOf(parsed.RootCommandResult.Command, command);
        foreach (var variable in variables.Where(v => v.StartsWith(Prefix, StringComparison.Ordinal) && !s_others.Contains(v)))
        {
            var name = variable[Prefix.Length..].Replace('_', '-').ToLowerInvariant();
            if (!own.Exists(o => o.Name[2..] == name)
                && Suggestion.For(name, own.Where(o => Counts(o, command)).Select(o => o.Name[2..])) is { } near
                && !FamilyCatalog.HasOption(name) && !s_variables.Value.Contains(variable))
            {
                yield return $"the environment variable {variable} sets no option; perhaps {VariableOf(near)} is meant";
            }
        }
    }

    /// <summary>A clause about variables that are set and name options of a verb, but say how to train; null if there are none.</summary>
    /// <param name="parsed">the command</param>
    /// <param name="verb">its name</param>
    /// <param name="read">reads a variable; null or empty if it is not set</param>
    public static string? Unused(ParseResult parsed, string verb, Func<string, string?> read)
    {
        var command = parsed.CommandResult.Command;
        string[] names =
        [
            .. OptionsOf(parsed.RootCommandResult.Command, command)
                .Where(o => read(VariableOf(o.Name)) is { Length: > 0 } && !o.Hidden && !parsed.IsTyped(o)
                    && FamilyCatalog.HasOption(o.Name[2..]) && !Counts(o, command))
                .Select(o => o.Name),
        ];
        return names.Length == 0 ? null
            : $"{string.Join(" and ", names.Select(VariableOf))} count{(names.Length == 1 ? "s" : "")} in train alone; for {verb} type " +
                string.Join(" and ", names);
    }

    private static IEnumerable<string> VariablesIn(Command command) =>
        command.Options.Select(o => VariableOf(o.Name)).Concat(command.Subcommands.SelectMany(VariablesIn));

    /// <summary>The options of a command that variables may set, those of every verb included.</summary>
    private static List<Option> OptionsOf(Command root, Command command)
    {
        var every = root.Options.Where(o => o.Recursive);
        return command.Subcommands.Count > 0 && command.Options.Any(o => o.Name == "--resume") ? [.. every]
            : [.. every.Union(command.Options)];
    }

    /// <summary>
    /// Whether a variable sets this option of a command. It does not where it means another thing: what says how to train, outside of
    /// <c>train</c>, and the size of drawings, where a model makes pictures of its own size. A server is set up by all of its options.
    /// </summary>
    private static bool Counts(Option option, Command command) =>
        s_ofEveryVerb.Contains(option.Name)
        || command.Parents.OfType<Command>().Prepend(command).Any(c => c.Name is "train" or "serve")
        || !(FamilyCatalog.HasOption(option.Name[2..]) || (option.Name == "--size" && command.Options.Any(o => o.Name == "--model")));

    /// <summary><c>--no-flip</c> for <c>--flip</c>, and the reverse.</summary>
    private static string Opposite(string name) =>
        name.StartsWith(No, StringComparison.Ordinal) ? "--" + name[No.Length..] : No + name[2..];

    private static bool IsOn(string variable, string value) =>
        s_on.Contains(value, StringComparer.OrdinalIgnoreCase) ? true
        : s_off.Contains(value, StringComparer.OrdinalIgnoreCase) ? false
        : throw new UsageException($"The environment variable {variable} can't be '{value}'; it can be 1 or 0");
}
