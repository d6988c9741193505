using System.CommandLine;

namespace IlgpuGan.Cli.Terminal;

/// <summary>Suggests the intended word for a mistyped one.</summary>
internal static class Suggestion
{
    private const int MaxDistance = 3;

    /// <summary>The option or subcommand of a command that is nearest to a word; null if none is near.</summary>
    public static string? For(string word, Command command) =>
        For(word, command.Options.Concat<Symbol>(command.Subcommands).Where(s => !s.Hidden).Select(s => s.Name));

    /// <summary>The name nearest to a word; null if none is near.</summary>
    public static string? For(string word, IEnumerable<string> names) =>
        names.Select(name => (Name: name, Distance: Distance(word.ToLowerInvariant(), name)))
            .Where(near => near.Distance <= Math.Min(MaxDistance, (near.Name.TrimStart('-').Length + 1) / 3))
            .OrderBy(near => near.Distance).ThenBy(near => near.Name, StringComparer.Ordinal)
            .FirstOrDefault().Name;

    /// <summary>The Levenshtein distance: insertions, deletions and replacements of one character between two words.</summary>
    internal static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 1; j <= to.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
