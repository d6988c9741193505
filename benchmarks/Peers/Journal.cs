using System.Text.Json;
using IlgpuGan.Benchmarks.Measuring;

namespace IlgpuGan.Benchmarks.Peers;

/// <summary>
/// Measurements that are kept as soon as they are made, a line each, so that a comparison can be done in pieces: what a journal holds is
/// not measured again.
/// </summary>
internal sealed class Journal
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly string? _file;
    private readonly Dictionary<string, Line> _lines = [];

    private Journal(string? file, Head head) => (_file, Beginning) = (file, head);

    /// <summary>When and on what the comparison began.</summary>
    public Head Beginning { get; }

    /// <summary>Seconds that all processes took.</summary>
    public double Seconds => _lines.Values.Sum(line => line.Seconds);

    /// <summary>Keeps nothing beyond this run.</summary>
    public static Journal InMemory(Head head) => new(null, head);

    /// <summary>Goes on with a file, or begins it.</summary>
    /// <param name="file">where the lines are</param>
    /// <param name="head">what runs now</param>
    /// <exception cref="PeerException">the file was begun by another version or on another machine, or is no journal</exception>
    public static Journal Open(string file, Head head)
    {
        if (!File.Exists(file))
        {
            File.WriteAllText(file, JsonSerializer.Serialize(head, s_json) + "\n");
            return new Journal(file, head);
        }

        var lines = File.ReadAllLines(file);
        var begun = Read<Head>(file, lines[0]);
        if ((begun.Version, begun.Machine.Processor, begun.Machine.Processors)
            != (head.Version, head.Machine.Processor, head.Machine.Processors))
        {
            throw new PeerException(
                $"{file} was begun by {begun.Version} on {begun.Machine.Processor}: this is {head.Version} on {head.Machine.Processor}");
        }

        var journal = new Journal(file, begun);
        foreach (var line in lines.Skip(1).Select(text => Read<Line>(file, text)))
        {
            journal._lines[line.Key] = line;
        }

        return journal;
    }

    /// <summary>Whether a measurement, or its failure, is here.</summary>
    public bool Has(string key) => _lines.ContainsKey(key);

    /// <summary>A measurement that is here, or else a new one, which then is.</summary>
    /// <exception cref="PeerException">it fails or has failed</exception>
    public Sample Take(string key, Func<Sample> measure)
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

    /// <param name="Version">of IlgpuGan</param>
    /// <param name="Date">when the comparison began</param>
    /// <param name="Machine">what it began on</param>
    internal sealed record Head(string Version, DateTimeOffset Date, Machine Machine);

    /// <param name="Key">who measured what, and when in the order of turns</param>
    /// <param name="Seconds">of the process</param>
    /// <param name="Sample">what came of it</param>
    /// <param name="Problem">why nothing did</param>
    private sealed record Line(string Key, double Seconds, Sample? Sample, string? Problem);
}
