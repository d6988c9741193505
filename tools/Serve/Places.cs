using System.Diagnostics;

namespace IlgpuGan.Serve;

/// <summary>A fixed number of requests that may be under way: what bounds the server's memory.</summary>
internal sealed class Places(int count)
{
    /// <summary>Weight of the latest request in the average of their times.</summary>
    private const double Newest = 0.1;

    private readonly Lock _lock = new();
    private int _taken;
    private double _averageSeconds;

    /// <summary>How many are taken.</summary>
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

    /// <summary>Takes a place until it is disposed.</summary>
    /// <exception cref="Refusal">none is free; it says when one should be</exception>
    public IDisposable Take()
    {
        lock (_lock)
        {
            if (_taken == count)
            {
                throw Full($"all {count} places of this server are taken; try again later");
            }

            _taken++;
            return new Place(this);
        }
    }

    /// <summary>To be sent away: a new place should be free after the time that a request takes on average.</summary>
    public Refusal Full(string sentence)
    {
        lock (_lock)
        {
            return Refusal.Busy(sentence, TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(_averageSeconds))));
        }
    }

    private sealed class Place(Places places) : IDisposable
    {
        private readonly long _since = Stopwatch.GetTimestamp();
        private Places? _places = places;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _places, null) is not { } left)
            {
                return;
            }

            lock (left._lock)
            {
                left._taken--;
                left._averageSeconds += Newest * (Stopwatch.GetElapsedTime(_since).TotalSeconds - left._averageSeconds);
            }
        }
    }
}
