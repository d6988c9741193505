using System.Text.Json;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Reporting;

/// <summary>One line of a run's <c>log.jsonl</c>.</summary>
/// <param name="Step">training steps taken</param>
/// <param name="Epoch">epoch of the step, from 1</param>
/// <param name="Losses">losses under the reference's names, in logged order; read from a file, each name is there once</param>
/// <param name="LearningRate">learning rate of the step</param>
/// <param name="Seconds">wall time of the step</param>
internal sealed record LogEntry(
    long Step, double Epoch, IReadOnlyList<KeyValuePair<string, double>> Losses, double LearningRate, double Seconds)
{
    private static readonly string[] s_fixed = ["step", "epoch", "lr", "seconds"];

    /// <summary>Longest plausible step in seconds; larger values mean a damaged line.</summary>
    private const double LongestStep = 1e9;

    /// <summary>Reads a log. Damaged lines, such as a truncated last one, are skipped.</summary>
    public static IReadOnlyList<LogEntry> ReadFile(string path)
    {
        var entries = new List<LogEntry>();
        using var lines = new StreamReader(Disk.OpenRead(path)); // It may be written at the same time.
        while (lines.ReadLine() is { } line)
        {
            if (Parse(line) is { } entry)
            {
                entries.Add(entry);
            }
        }

        return entries;
    }

    internal static LogEntry? Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            var losses = root.EnumerateObject()
                .Where(p => !s_fixed.Contains(
                    p.Name, StringComparer.Ordinal) && p.Value.ValueKind is JsonValueKind.Number or JsonValueKind.String)
                .GroupBy(p => p.Name, StringComparer.Ordinal) // In a damaged line a name may come twice: the last one counts.
                .Select(named => KeyValuePair.Create(named.Key, Number(named.Last().Value)))
                .ToList();
            var entry = new LogEntry(
                root.GetProperty("step").GetInt64(), Number(root.GetProperty("epoch")), losses,
                Number(root.GetProperty("lr")), Number(root.GetProperty("seconds")));
            return entry is { Step: >= 0, Seconds: >= 0 and <= LongestStep } && double.IsFinite(entry.Epoch)
                && double.IsFinite(entry.LearningRate)
                ? entry
                : null;
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null; // Not a complete entry.
        }
    }

    /// <summary>NaN and infinity are no JSON numbers and are written as strings.</summary>
    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? value.GetDouble()
        : double.TryParse(value.GetString(), CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
