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
    private readonly Lock _gate = new();

    private readonly Accelerator _accelerator;

    private readonly long _began = Stopwatch.GetTimestamp();

    private readonly ProfilingMarker _origin;

    private readonly List<Entry> _entries = [];

    private readonly Dictionary<AcceleratorStream, int> _open = new(ReferenceEqualityComparer.Instance);

    internal ProfilingRanges(Accelerator accelerator)
    {
        _accelerator = accelerator;
        _origin = accelerator.DefaultStream.AddProfilingMarker();
    }

    /// <summary>The ranges that have ended, in the order in which they began; waits for their work.</summary>
    public IReadOnlyList<ProfilingRangeTime> Report()
    {
        lock (_gate)
        {
            return [.. _entries.Where(entry => entry.HasEnded).Select(entry => entry.Time(_began, _origin))];
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
            Write(json, range.Name, _accelerator.Name, range.DeviceStart, range.Device);
        }

        json.WriteEndArray();
    }

    /// <summary>Stops recording; what was recorded can't be asked for any more.</summary>
    public void Dispose()
    {
        _accelerator.StopTracing(this);
        lock (_gate)
        {
            foreach (Entry entry in _entries)
            {
                entry.Release();
            }

            _entries.Clear();
            _origin.Dispose();
        }
    }

    internal Entry Begin(AcceleratorStream stream, string name)
    {
        lock (_gate)
        {
            int depth = _open.GetValueOrDefault(stream);
            _open[stream] = depth + 1;
            var entry = new Entry(this, stream, name, depth);
            _entries.Add(entry);
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
        private readonly long _hostStart = Stopwatch.GetTimestamp();

        private readonly ProfilingMarker _start = stream.AddProfilingMarker();

        private long _hostEnd;

        private ProfilingMarker? _end;

        private ProfilingRangeTime? _time;

        public bool HasEnded => _hostEnd != 0;

        public void End()
        {
            lock (owner._gate)
            {
                // The recording, or the range itself, may be over.
                if (HasEnded || _start.IsDisposed)
                {
                    return;
                }

                owner._open[stream]--;
                _end = stream.AddProfilingMarker();
                _hostEnd = Stopwatch.GetTimestamp();
            }
        }

        public ProfilingRangeTime Time(long began, ProfilingMarker origin)
        {
            if (_time is not null)
            {
                return _time;
            }

            _time = new(
                name,
                depth,
                Stopwatch.GetElapsedTime(began, _hostStart),
                Stopwatch.GetElapsedTime(_hostStart, _hostEnd),
                _start.MeasureFrom(origin),
                _end!.MeasureFrom(_start));
            Release();
            return _time;
        }

        public void Release()
        {
            _start.Dispose();
            _end?.Dispose();
        }
    }
}
