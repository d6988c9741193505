using System.CommandLine;

namespace IlgpuGan.Cli.Terminal;

/// <summary>Suggests the intended word for a mistyped one.</summary>
internal static class Suggestion
{
    /// <summary>Changes of one character by which a word may be off.</summary>
    private const int Furthest = 3;

    /// <summary>The option or command nearest to a word, of those that could stand in its place; null where none is near.</summary>
    public static string? For(string word, Command command) =>
        For(word, command.Options.Concat<Symbol>(command.Subcommands).Where(s => !s.Hidden).Select(s => s.Name));

    /// <summary>The nearest of some names; null where none is near.</summary>
    public static string? For(string word, IEnumerable<string> names) =>
        names.Select(name => (Name: name, Distance: Distance(word.ToLowerInvariant(), name)))
            .Where(near => near.Distance <= Math.Min(Furthest, (near.Name.TrimStart('-').Length + 1) / 3))
            .OrderBy(near => near.Distance).ThenBy(near => near.Name, StringComparer.Ordinal)
            .FirstOrDefault().Name;

    /// <summary>Levenshtein's distance: insertions, deletions and replacements of one character that make one word of the other.</summary>
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
