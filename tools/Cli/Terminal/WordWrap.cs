namespace IlgpuGan.Cli.Terminal;

/// <summary>Wraps text to 80 columns between words.</summary>
internal static class WordWrap
{
    private const int Columns = 80;

    /// <summary>The lines of a text. A word longer than a line may be broken after <c>|</c>; otherwise it overflows its line.</summary>
    /// <param name="text">the words, separated by spaces</param>
    /// <param name="indent">spaces before the first line</param>
    /// <param name="further">spaces before the other lines</param>
    public static IEnumerable<string> Lines(string text, int indent = 0, int further = 0)
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
