using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Cli.Options;

/// <summary>
/// Options from the environment: <c>ILGPUGAN_DEVICE</c> sets <c>--device</c> for every verb that has it, unless it is typed. They are those
/// that mean the same to every verb. A resumed run has its options already, so <c>train --resume</c> ignores these variables.
/// </summary>
internal static class EnvironmentDefaults
{
    private const string Prefix = "ILGPUGAN_";
    private const string No = "--no-";

    /// <summary>With which data, on what, and how is computed; and a secret, which is not for command lines.</summary>
    private static readonly string[] s_options = ["--data", "--device", "--threads", "--tune", "--precision", "--eager", "--token"];

    /// <summary>Variables that mean no option, though their names are near those of some.</summary>
    private static readonly string[] s_others = ["ILGPUGAN_FEW_PIXELS", "ILGPUGAN_LANES", "ILGPUGAN_RUNG", "ILGPUGAN_TESTS"];

    /// <summary>Names may begin with <c>@</c>, which would otherwise stand for a file of arguments.</summary>
    private static readonly ParserConfiguration s_verbatim = new() { ResponseFileTokenReplacer = null };

    private static readonly string[] s_on = ["1", "true", "yes", "on"];
    private static readonly string[] s_off = ["0", "false", "no", "off"];

    /// <summary>The options that were added to what was typed, with their variables.</summary>
    private static readonly ConditionalWeakTable<ParseResult, Dictionary<Option, string>> s_added = new();

    /// <summary>Whether an option was set by its variable, and not typed.</summary>
    public static bool IsOfEnvironment(ParseResult parsed, Symbol option) =>
        s_added.TryGetValue(parsed, out var added) && added.Keys.Contains(option);

    /// <summary>The variable of an option: <c>ILGPUGAN_DEVICE</c> for <c>--device</c>; null if none sets it.</summary>
    public static string? VariableOf(string option) => s_options.Contains(option) ? Prefix + option[2..].ToUpperInvariant() : null;

    /// <summary>Parses the typed arguments, with options from the environment that are not among them.</summary>
    /// <param name="root">the program's command</param>
    /// <param name="words">the typed arguments</param>
    /// <param name="read">reads a variable; null or empty if it is not set</param>
    /// <exception cref="UsageException">a variable has a value that its option does not accept; the message names it</exception>
    public static ParseResult Parse(RootCommand root, string[] words, Func<string, string?> read)
    {
        var typed = root.Parse(words, s_verbatim);
        var command = typed.CommandResult.Command;
        var added = new Dictionary<Option, string>();
        var fromEnvironment = new List<string>();
        foreach (var option in command.Subcommands.Count > 0 ? [] : command.Options)
        {
            var opposite = command.Options.FirstOrDefault(o => o.Name == No + option.Name[2..]);
            if (VariableOf(option.Name) is { } variable && read(variable) is { Length: > 0 } value
                && !typed.IsSet(option) && !(opposite is not null && typed.IsSet(opposite))
                && (option is not Option<bool> || IsOn(variable, value) ? option : opposite) is { } set)
            {
                added.Add(set, variable);
                fromEnvironment.AddRange(set is Option<bool> ? [set.Name] : [set.Name, value]);
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

    /// <summary>A clause for each variable that sets nothing: it names an option of this command, or is near one that counts.</summary>
    /// <param name="parsed">the command</param>
    /// <param name="variables">names in the environment</param>
    public static IEnumerable<string> WithoutEffect(ParseResult parsed, IEnumerable<string> variables)
    {
        var own = parsed.CommandResult.Command.Options.Select(o => o.Name).ToHashSet();
        foreach (var variable in variables.Where(v => v.StartsWith(Prefix, StringComparison.Ordinal) && !s_others.Contains(v)))
        {
            var option = "--" + variable[Prefix.Length..].Replace('_', '-').ToLowerInvariant();
            if (own.Contains(option) && VariableOf(option) is null)
            {
                yield return $"the environment variable {variable} sets nothing: type {option}";
            }
            else if (!FamilyCatalog.HasOption(option[2..]) && Suggestion.For(option, s_options.Where(own.Contains)) is { } near
                && near != option)
            {
                yield return $"the environment variable {variable} sets nothing; perhaps {VariableOf(near)} is meant";
            }
        }
    }

    private static bool IsOn(string variable, string value) =>
        s_on.Contains(value, StringComparer.OrdinalIgnoreCase) ? true
        : s_off.Contains(value, StringComparer.OrdinalIgnoreCase) ? false
        : throw new UsageException($"The environment variable {variable} can't be '{value}'; it can be 1 or 0");
}
