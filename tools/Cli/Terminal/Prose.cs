namespace IlgpuGan.Cli.Terminal;

/// <summary>Text in lines that fit into 80 columns: no word is broken at the edge.</summary>
internal static class Prose
{
    private const int Columns = 80;

    /// <summary>The lines of a text; a word that is longer than a line has one of its own, broken behind <c>|</c> if it has such.</summary>
    /// <param name="text">words</param>
    /// <param name="indent">blanks before the first line</param>
    /// <param name="further">blanks before the others</param>
    public static IEnumerable<string> Wrapped(string text, int indent = 0, int further = 0)
    {
        var line = new string(' ', indent);
        var isEmpty = true;
        foreach (var word in text.Split(' ').SelectMany(word => word.Length > Columns - further ? PartsOf(word) : [(word, " ")]))
        {
            var (part, before) = word;
            if (!isEmpty && line.Length + before.Length + part.Length >= Columns)
            {
                yield return line;
                (line, isEmpty) = (new string(' ', further), true);
            }

            line += isEmpty ? part : before + part;
            isEmpty = false;
        }

        yield return line;
    }

    private static IEnumerable<(string Part, string Before)> PartsOf(string word)
    {
        var parts = word.Split('|');
        return parts.Select((part, i) => (i < parts.Length - 1 ? part + '|' : part, i == 0 ? " " : ""));
    }
}
