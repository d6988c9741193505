using System.Text.RegularExpressions;

namespace IlgpuGan.TestsCommon;

/// <summary>A line of a page of scenes, and its number from 0.</summary>
internal sealed record SceneLine(int Number, string Text);

/// <summary>A command, and what is expected of it.</summary>
internal sealed record SceneStep(SceneLine Command, List<SceneLine> Expected);

/// <summary>
/// A sequence of commands in a folder of its own, and what they say and write: a titled block of a file <c>transcripts/*.txt</c>.
/// <c>kernels-tests/README.md</c> describes the form.
/// </summary>
internal sealed partial record Scene(
    string File, string Title, string[] Tags, bool IsRow, List<SceneStep> Steps, Dictionary<string, string> Words)
{
    private const string Prepared = "prepared";

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "transcripts");

    private static readonly Lazy<Dictionary<string, Scene>> s_prepared = new(() => ReadFile(Path.Combine(Folder, Prepared + ".txt"), [])
        .ToDictionary(scene => scene.Title, StringComparer.Ordinal));

    public string Page => Path.GetFileNameWithoutExtension(File);

    /// <summary>All scenes of the project, but for those that only prepare others.</summary>
    public static IEnumerable<Scene> All() => Directory.GetFiles(Folder, "*.txt").Order(StringComparer.Ordinal)
        .Where(file => Path.GetFileNameWithoutExtension(file) != Prepared)
        .SelectMany(file => ReadFile(file, s_prepared.Value.Values.First().Words));

    /// <summary>The scene that prepares what a tag names; null for another tag.</summary>
    public static Scene? Preparing(string tag) => s_prepared.Value.GetValueOrDefault(tag);

    private static IEnumerable<Scene> ReadFile(string file, Dictionary<string, string> words)
    {
        words = new Dictionary<string, string>(words, StringComparer.Ordinal);
        var lines = System.IO.File.ReadAllLines(file).Select((text, i) => new SceneLine(i, text.TrimEnd())).ToList();
        var starts = lines.Where(line => line.Text.StartsWith("# ", StringComparison.Ordinal)).Select(line => line.Number).ToList();
        foreach (Match word in lines[..starts[0]].Select(line => Word().Match(line.Text)).Where(match => match.Success))
        {
            words[word.Groups[1].Value] = word.Groups[2].Value;
        }

        return starts.Zip(starts.Skip(1).Append(lines.Count)).SelectMany(block => Of(file, lines[block.First..block.Second], words));
    }

    private static IEnumerable<Scene> Of(string file, List<SceneLine> lines, Dictionary<string, string> words)
    {
        var title = Tag().Replace(lines[0].Text[2..], "").Trim();
        string[] tags = [.. Tag().Matches(lines[0].Text).SelectMany(m => m.Groups[1].Value.Split(", "))];
        var rows = lines.Skip(1).TakeWhile(line => !line.Text.StartsWith('$')).Where(line => line.Text.StartsWith('|')).ToList();
        List<SceneLine> rest =
            [.. lines.Skip(1).Except(rows).Where(line => line.Text.Length > 0 && !line.Text.StartsWith("//", StringComparison.Ordinal))];
        return rows.Count == 0
            ? [new Scene(file, title, tags, IsRow: false, StepsOf(rest), words)]
            : rows.Select(row => $" {row.Text.Trim('|')} ".Split(" | ", StringSplitOptions.TrimEntries)).Select(row => new Scene(
                file, $"{title} {string.Join(' ', row)}", tags, IsRow: true, StepsOf(rest.ConvertAll(line => Filled(line, row))), words));

        static SceneLine Filled(SceneLine line, string[] row) => line with
        {
            Text = Cell().Replace(line.Text, cell => row[int.Parse(cell.Groups[1].Value, CultureInfo.InvariantCulture) - 1]),
        };
    }

    private static List<SceneStep> StepsOf(List<SceneLine> lines)
    {
        List<SceneStep> steps = [];
        for (var i = 0; i < lines.Count; i++)
        {
            if (!lines[i].Text.StartsWith("$ ", StringComparison.Ordinal))
            {
                steps[^1].Expected.Add(lines[i]);
                continue;
            }

            var command = lines[i].Text[2..];
            while (command.EndsWith('\\'))
            {
                command = command[..^1] + lines[++i].Text.TrimStart();
            }

            steps.Add(new SceneStep(lines[i] with { Text = command }, [])); // Its number is that of its last line.
        }

        return steps;
    }

    [GeneratedRegex(@"^\$([A-Z0-9]+) = (.*)$")]
    private static partial Regex Word();

    [GeneratedRegex(@" \[([^\]]+)\]$")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\{([1-9])\}")]
    private static partial Regex Cell();
}
