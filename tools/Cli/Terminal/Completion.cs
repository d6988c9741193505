using System.CommandLine;

namespace IlgpuGan.Cli.Terminal;

/// <summary>Completes a command line that is being typed: verbs, options, and values that are words.</summary>
internal static class Completion
{
    /// <param name="line">the whole line, beginning with the program's name</param>
    /// <param name="position">the cursor's position in it; may be beyond its end if the shell has trimmed a space</param>
    /// <returns>in alphabetical order; empty where a file name is expected, which the shell completes itself</returns>
    public static IReadOnlyList<string> Of(string line, int position)
    {
        var typed = line.PadRight(position)[..position];
        var words = typed.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var current = typed.EndsWith(' ') || words.Length == 0 ? "" : words[^1];
        string[] before = current.Length == 0 ? words : words[..^1];
        return before.Length == 0 ? []
            : [.. Next(before[1..], current).Where(word => word.StartsWith(current, StringComparison.Ordinal))
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <param name="before">words between the program's name and the current one</param>
    /// <param name="current">the word that is being typed</param>
    private static IEnumerable<string> Next(string[] before, string current)
    {
        var root = Application.RootFor(before);
        Command command = root;
        foreach (var word in before)
        {
            command = command.Subcommands.FirstOrDefault(c => c.Name == word) ?? command;
        }

        List<Option> options = [.. command.Options.Concat(root.Options.Where(o => o.Recursive)).Where(o => !o.Hidden)];
        if (before.Length > 0 && options.Find(o => o.Name == before[^1] || o.Aliases.Contains(before[^1])) is { } last && TakesValue(last))
        {
            return WordsOf(last.HelpName);
        }

        return current.StartsWith('-') ? options.Select(o => o.Name)
            : command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name).Concat(command.Arguments.SelectMany(a => WordsOf(a.HelpName)));
    }

    private static bool TakesValue(Option option) =>
        option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool) && option.ValueType != typeof(bool?);

    /// <summary>The words of a help name such as <c>AtoB|BtoA</c>; placeholders such as <c>FILE</c>, in capitals, are not words.</summary>
    private static IEnumerable<string> WordsOf(string? helpName) =>
        helpName is null || !helpName.Contains('|', StringComparison.Ordinal) ? []
            : helpName.Split('|').Where(word => word.Any(char.IsLower));
}
