using System.Diagnostics;
using System.Text.Json;

namespace IlgpuGan.Models.Measuring;

/// <summary>
/// Writes a profile in the Trace Event Format (JSON object form) for ui.perfetto.dev, speedscope.app or chrome://tracing: a track of
/// layers, a track of their ops, and a track of exchanges with other processes, if any.
/// </summary>
internal static class ChromeTrace
{
    private const int Process = 1;
    private const int LayerTrack = 1;
    private const int OpTrack = 2;
    private const int ExchangeTrack = 3;

    /// <exception cref="IOException">the file can't be written</exception>
    public static void Write(StepProfile profile, string title, string path)
    {
        using var file = File.Create(path);
        using var json = new Utf8JsonWriter(file);
        json.WriteStartObject();
        json.WriteString("displayTimeUnit", "ms");
        json.WriteStartArray("traceEvents");
        Name(json, "process_name", 0, title);
        Name(json, "thread_name", LayerTrack, "layers");
        Name(json, "thread_name", OpTrack, "ops");
        foreach (var (layer, from, to) in LayersOf(profile.Timings))
        {
            Slice(json, layer, "layer", LayerTrack, Since(profile, from.Start), End(profile, to) - Since(profile, from.Start));
            json.WriteEndObject();
        }

        foreach (var op in profile.Timings)
        {
            Slice(json, op.Name, "op", OpTrack, Since(profile, op.Start), op.Elapsed);
            Arguments(json, op, profile);
            json.WriteEndObject();
        }

        if (profile.Exchanges.Count > 0)
        {
            Name(json, "thread_name", ExchangeTrack, "exchanges");
        }

        foreach (var exchange in profile.Exchanges)
        {
            Slice(json, "exchange", "exchange", ExchangeTrack, Since(profile, exchange.Start), exchange.Elapsed);
            json.WriteStartObject("args");
            json.WriteNumber("bytes_sent", exchange.Bytes);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Merges consecutive ops of the same layer into one slice.</summary>
    private static IEnumerable<(string Layer, OpTiming From, OpTiming To)> LayersOf(IReadOnlyList<OpTiming> ops)
    {
        for (var i = 0; i < ops.Count;)
        {
            var first = i;
            while (++i < ops.Count && ops[i].Layer == ops[first].Layer)
            {
            }

            if (ops[first].Layer.Length > 0)
            {
                yield return (ops[first].Layer, ops[first], ops[i - 1]);
            }
        }
    }

    private static TimeSpan Since(StepProfile profile, long timestamp) => Stopwatch.GetElapsedTime(profile.Start, timestamp);

    private static TimeSpan End(StepProfile profile, OpTiming op) => Since(profile, op.Start) + op.Elapsed;

    private static void Name(Utf8JsonWriter json, string what, int track, string name)
    {
        json.WriteStartObject();
        json.WriteString("ph", "M");
        json.WriteString("name", what);
        json.WriteNumber("pid", Process);
        json.WriteNumber("tid", track);
        json.WriteStartObject("args");
        json.WriteString("name", name);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>A complete event, left open for arguments.</summary>
    private static void Slice(Utf8JsonWriter json, string name, string category, int track, TimeSpan start, TimeSpan duration)
    {
        json.WriteStartObject();
        json.WriteString("ph", "X");
        json.WriteString("name", name);
        json.WriteString("cat", category);
        json.WriteNumber("pid", Process);
        json.WriteNumber("tid", track);
        json.WriteNumber("ts", start.TotalMicroseconds);
        json.WriteNumber("dur", duration.TotalMicroseconds);
    }

    private static void Arguments(Utf8JsonWriter json, OpTiming op, StepProfile profile)
    {
        json.WriteStartObject("args");
        json.WriteString("layer", op.Layer);
        json.WriteString("shapes", op.Shapes);
        json.WriteNumber("flop", op.Cost.Flops);
        json.WriteNumber("bytes", op.Cost.Bytes);
        if (op.Elapsed > TimeSpan.Zero)
        {
            json.WriteNumber("gflops", Math.Round(op.Cost.Flops / op.Elapsed.TotalSeconds / 1e9, 2));
            json.WriteNumber("gbs", Math.Round(op.Cost.Bytes / op.Elapsed.TotalSeconds / 1e9, 2));
            if (profile.Roofline is { } peak)
            {
                json.WriteNumber("roofline_share", Math.Round(peak.Share(op.Cost, op.Elapsed), 3));
            }
        }

        json.WriteEndObject();
    }
}
