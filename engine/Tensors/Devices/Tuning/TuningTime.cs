using System.Diagnostics;

namespace IlgpuGan.Tensors.Devices.Tuning;

/// <summary>The time that a process may spend on measuring one device's kernels.</summary>
/// <param name="most">in all; what has begun before its end is finished</param>
internal sealed class TuningTime(TimeSpan most)
{
    private TimeSpan _spent;
    private long? _begun;

    /// <summary>Called once, before the first measurement.</summary>
    public Action? Begins { get; set; }

    public TimeSpan Most { get; set; } = most;

    public bool IsLeft => _spent + (_begun is { } begun ? Stopwatch.GetElapsedTime(begun) : TimeSpan.Zero) < Most;

    /// <summary>Counts time until the result is disposed.</summary>
    public Spending Begin()
    {
        if (_spent == TimeSpan.Zero)
        {
            Begins?.Invoke();
        }

        _begun = Stopwatch.GetTimestamp();
        return new Spending(this);
    }

    /// <summary>A measurement under way.</summary>
    public readonly struct Spending(TuningTime time) : IDisposable
    {
        public void Dispose()
        {
            time._spent += Stopwatch.GetElapsedTime(time._begun!.Value);
            time._begun = null;
        }
    }
}
