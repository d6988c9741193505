using System.Text.Json;
using IlgpuGan.Benchmarks.Measuring;

namespace IlgpuGan.Benchmarks.Peers;

/// <summary>
/// A file of measurements, one line each, written as soon as they are made. A comparison can thus be done in pieces: what is in the journal
/// is not measured again.
/// </summary>
internal sealed class Journal
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly string? _file;
    private readonly Dictionary<string, Line> _lines = [];

    private Journal(string? file, Header head) => (_file, Start) = (file, head);

    /// <summary>When, and on which machine, the comparison was started.</summary>
    public Header Start { get; }

    /// <summary>Seconds of all processes together.</summary>
    public double Seconds => _lines.Values.Sum(line => line.Seconds);

    /// <summary>A journal without a file.</summary>
    public static Journal InMemory(Header head) => new(null, head);

    /// <summary>Opens a journal, or creates it.</summary>
    /// <param name="file">path of the journal</param>
    /// <param name="head">the current version and machine</param>
    /// <exception cref="PeerException">the file was started by another version or on another machine, or is no journal</exception>
    public static Journal Open(string file, Header head)
    {
        if (!File.Exists(file))
        {
            File.WriteAllText(file, JsonSerializer.Serialize(head, s_json) + "\n");
            return new Journal(file, head);
        }

        var lines = File.ReadAllLines(file);
        var stored = Read<Header>(file, lines[0]);
        if ((stored.Version, stored.Machine.Processor, stored.Machine.Processors)
            != (head.Version, head.Machine.Processor, head.Machine.Processors))
        {
            throw new PeerException(
                $"{file} was begun by {stored.Version} on {stored.Machine.Processor}: this is {head.Version} on {head.Machine.Processor}");
        }

        var journal = new Journal(file, stored);
        foreach (var line in lines.Skip(1).Select(text => Read<Line>(file, text)))
        {
            journal._lines[line.Key] = line;
        }

        return journal;
    }

    /// <summary>Whether the journal has a measurement, or its failure.</summary>
    public bool Contains(string key) => _lines.ContainsKey(key);

    /// <summary>Returns a stored measurement, or measures and stores it.</summary>
    /// <exception cref="PeerException">the measurement fails, or has failed before</exception>
    public Sample GetOrMeasure(string key, Func<Sample> measure)
    {
        if (!_lines.TryGetValue(key, out var line))
        {
            var start = System.Diagnostics.Stopwatch.GetTimestamp();
            try
            {
                line = new Line(key, 0, measure(), null);
            }
            catch (PeerException problem)
            {
                line = new Line(key, 0, null, problem.Message);
            }

            line = line with { Seconds = Math.Round(System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds, 2) };
            _lines.Add(key, line);
            if (_file is not null)
            {
                File.AppendAllText(_file, JsonSerializer.Serialize(line, s_json) + "\n");
            }
        }

        return line.Sample ?? throw new PeerException(line.Problem ?? "gave no measurement");
    }

    private static T Read<T>(string file, string text)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, s_json) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new PeerException($"{file} is no journal of measurements: {e.Message}");
        }
    }

    /// <param name="Version">version of IlgpuGan</param>
    /// <param name="Date">start of the comparison</param>
    /// <param name="Machine">machine on which it was started</param>
    internal sealed record Header(string Version, DateTimeOffset Date, Machine Machine);

    /// <param name="Key">workload, runner, variant and turn</param>
    /// <param name="Seconds">duration of the process</param>
    /// <param name="Sample">the measurement; null if it failed</param>
    /// <param name="Problem">why it failed</param>
    private sealed record Line(string Key, double Seconds, Sample? Sample, string? Problem);
}
