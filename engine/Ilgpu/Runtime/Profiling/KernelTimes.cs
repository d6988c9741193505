namespace ILGPU.Runtime;

/// <summary>What a kernel has cost so far.</summary>
/// <param name="Kernel">Type and method.</param>
/// <param name="Launches">How often it ran.</param>
/// <param name="Total">The device's time for all of them together.</param>
public sealed record KernelTime(string Kernel, int Launches, TimeSpan Total);

/// <summary>
/// Device time by kernel, while it is not disposed: a time stamp before and one behind each launch. An addition to ILGPU's API. Launches
/// that are being captured as a graph can't be timed.
/// </summary>
public sealed class KernelTimes : IDisposable
{
    /// <summary>Launches whose times are fetched at once, which waits for the last of them.</summary>
    private const int MostPending = 512;

    private readonly Lock _gate = new();

    private readonly Accelerator _accelerator;

    private readonly List<(string Kernel, ProfilingMarker Start, ProfilingMarker End)> _pending = [];

    private readonly Dictionary<string, KernelTime> _times = [];

    internal KernelTimes(Accelerator accelerator) => _accelerator = accelerator;

    /// <summary>The kernels launched so far, the costliest first; waits for them.</summary>
    public IReadOnlyList<KernelTime> Report()
    {
        lock (_gate)
        {
            Fetch();
            return [.. _times.Values.OrderByDescending(time => time.Total)];
        }
    }

    /// <summary>Stops timing.</summary>
    public void Dispose()
    {
        _accelerator.StopTiming(this);
        lock (_gate)
        {
            Fetch();
        }
    }

    internal void Add(string kernel, ProfilingMarker start, ProfilingMarker end)
    {
        lock (_gate)
        {
            _pending.Add((kernel, start, end));
            if (_pending.Count == MostPending)
            {
                Fetch();
            }
        }
    }

    private void Fetch()
    {
        foreach ((string kernel, ProfilingMarker start, ProfilingMarker end) in _pending)
        {
            KernelTime before = _times.GetValueOrDefault(kernel) ?? new(kernel, 0, TimeSpan.Zero);
            _times[kernel] = before with { Launches = before.Launches + 1, Total = before.Total + (end - start) };
            start.Dispose();
            end.Dispose();
        }

        _pending.Clear();
    }
}
