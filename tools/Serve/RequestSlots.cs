using System.Diagnostics;

namespace IlgpuGan.Serve;

/// <summary>Limits the number of concurrent requests, which bounds the server's memory.</summary>
internal sealed class RequestSlots(int count)
{
    /// <summary>Weight of the latest request in the moving average of request times.</summary>
    private const double LatestWeight = 0.1;

    private readonly Lock _lock = new();
    private int _taken;
    private double _averageSeconds;

    public int Taken
    {
        get
        {
            lock (_lock)
            {
                return _taken;
            }
        }
    }

    /// <summary>Takes a slot; disposing the result frees it.</summary>
    /// <exception cref="Refusal">no slot is free; Retry-After says when one should be</exception>
    public IDisposable Take()
    {
        lock (_lock)
        {
            if (_taken == count)
            {
                throw Full($"all {count} places of this server are taken; try again later");
            }

            _taken++;
            return new Slot(this);
        }
    }

    /// <summary>The refusal of a request that took its slot for longer than it may.</summary>
    public Refusal TimedOut(TimeSpan patience) =>
        Full($"the picture could not be processed within {patience.TotalSeconds:0} s; try again later");

    /// <summary>A 503 response that suggests a retry after the average time of a request.</summary>
    private Refusal Full(string sentence)
    {
        lock (_lock)
        {
            return Refusal.Busy(sentence, TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(_averageSeconds))));
        }
    }

    private sealed class Slot(RequestSlots slots) : IDisposable
    {
        private readonly long _since = Stopwatch.GetTimestamp();
        private RequestSlots? _slots = slots;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _slots, null) is not { } all)
            {
                return;
            }

            lock (all._lock)
            {
                all._taken--;
                all._averageSeconds += LatestWeight * (Stopwatch.GetElapsedTime(_since).TotalSeconds - all._averageSeconds);
            }
        }
    }
}
