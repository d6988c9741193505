using System.Diagnostics;

namespace IlgpuGan.Tensors.Devices.Tuning;

/// <summary>The time that a process may spend on measuring one device's kernels.</summary>
/// <param name="most">total time; a measurement begun before its end is completed</param>
internal sealed class TuningBudget(TimeSpan most)
{
    private TimeSpan _spent;
    private long? _begun;

    /// <summary>Called once, before the first measurement.</summary>
    public Action? Begins { get; set; }

    public TimeSpan Most { get; set; } = most;

    public bool IsLeft => _spent + (_begun is { } begun ? Stopwatch.GetElapsedTime(begun) : TimeSpan.Zero) < Most;

    /// <summary>Counts time until the result is disposed.</summary>
    public Measurement Begin()
    {
        if (_spent == TimeSpan.Zero)
        {
            Begins?.Invoke();
        }

        _begun = Stopwatch.GetTimestamp();
        return new Measurement(this);
    }

    /// <summary>A measurement in progress.</summary>
    public readonly struct Measurement(TuningBudget time) : IDisposable
    {
        public void Dispose()
        {
            time._spent += Stopwatch.GetElapsedTime(time._begun!.Value);
            time._begun = null;
        }
    }
}
