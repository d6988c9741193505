using System.Diagnostics;
using System.Text.Json;

namespace ILGPU.Runtime;

/// <summary>When a range was.</summary>
/// <param name="Name">What it was called.</param>
/// <param name="Depth">How many ranges of the same stream were open when it began.</param>
/// <param name="HostStart">When the host began it, since recording began.</param>
/// <param name="Host">How long the host took to put its work into the stream.</param>
/// <param name="DeviceStart">When the stream reached it, since recording began.</param>
/// <param name="Device">How long the device took for its work.</param>
public sealed record ProfilingRangeTime(string Name, int Depth, TimeSpan HostStart, TimeSpan Host, TimeSpan DeviceStart, TimeSpan Device);

/// <summary>
/// Records the ranges of an accelerator's streams while it is not disposed: a time stamp where each begins and ends. Ranges in work that is
/// being captured as a graph can't be timed. An addition to ILGPU's API.
/// </summary>
public sealed class ProfilingRanges : IDisposable
{
    private readonly Lock gate = new();

    private readonly Accelerator accelerator;

    private readonly long began = Stopwatch.GetTimestamp();

    private readonly ProfilingMarker origin;

    private readonly List<Entry> entries = [];

    private readonly Dictionary<AcceleratorStream, int> open = new(ReferenceEqualityComparer.Instance);

    internal ProfilingRanges(Accelerator accelerator)
    {
        this.accelerator = accelerator;
        origin = accelerator.DefaultStream.AddProfilingMarker();
    }

    /// <summary>The ranges that have ended, in the order in which they began; waits for their work.</summary>
    public IReadOnlyList<ProfilingRangeTime> Report()
    {
        lock (gate)
        {
            return [.. entries.Where(entry => entry.HasEnded).Select(entry => entry.Time(began, origin))];
        }
    }

    /// <summary>
    /// Writes the ranges as a trace in Chrome's JSON format, which ui.perfetto.dev and speedscope.app show: one row for the host, one for
    /// the device, times in microseconds.
    /// </summary>
    public void WriteTrace(Stream target)
    {
        ArgumentNullException.ThrowIfNull(target);
        using var json = new Utf8JsonWriter(target);
        json.WriteStartArray();
        foreach (ProfilingRangeTime range in Report())
        {
            Write(json, range.Name, "host", range.HostStart, range.Host);
            Write(json, range.Name, accelerator.Name, range.DeviceStart, range.Device);
        }

        json.WriteEndArray();
    }

    /// <summary>Stops recording; what was recorded can't be asked for any more.</summary>
    public void Dispose()
    {
        accelerator.StopTracing(this);
        lock (gate)
        {
            foreach (Entry entry in entries)
            {
                entry.Release();
            }

            entries.Clear();
            origin.Dispose();
        }
    }

    internal Entry Begin(AcceleratorStream stream, string name)
    {
        lock (gate)
        {
            int depth = open.GetValueOrDefault(stream);
            open[stream] = depth + 1;
            var entry = new Entry(this, stream, name, depth);
            entries.Add(entry);
            return entry;
        }
    }

    private static void Write(Utf8JsonWriter json, string name, string row, TimeSpan start, TimeSpan length)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("ph", "X");
        json.WriteNumber("pid", 1);
        json.WriteString("tid", row);
        json.WriteNumber("ts", start.TotalMicroseconds);
        json.WriteNumber("dur", length.TotalMicroseconds);
        json.WriteEndObject();
    }

    /// <summary>A range that is being recorded.</summary>
    internal sealed class Entry(ProfilingRanges owner, AcceleratorStream stream, string name, int depth)
    {
        private readonly long hostStart = Stopwatch.GetTimestamp();

        private readonly ProfilingMarker start = stream.AddProfilingMarker();

        private long hostEnd;

        private ProfilingMarker? end;

        private ProfilingRangeTime? time;

        public bool HasEnded => hostEnd != 0;

        public void End()
        {
            lock (owner.gate)
            {
                // The recording, or the range itself, may be over.
                if (HasEnded || start.IsDisposed)
                {
                    return;
                }

                owner.open[stream]--;
                end = stream.AddProfilingMarker();
                hostEnd = Stopwatch.GetTimestamp();
            }
        }

        public ProfilingRangeTime Time(long began, ProfilingMarker origin)
        {
            if (time is not null)
            {
                return time;
            }

            time = new(
                name,
                depth,
                Stopwatch.GetElapsedTime(began, hostStart),
                Stopwatch.GetElapsedTime(hostStart, hostEnd),
                start.MeasureFrom(origin),
                end!.MeasureFrom(start));
            Release();
            return time;
        }

        public void Release()
        {
            start.Dispose();
            end?.Dispose();
        }
    }
}
