using System.Diagnostics;

namespace IlgpuGan.Models.Training;

/// <summary>Seconds a step, smoothed over the last ones so that the time left neither jumps nor lags.</summary>
internal sealed class Pace
{
    private const double Smoothing = 0.05;

    private readonly long _start = Stopwatch.GetTimestamp();
    private long _last = Stopwatch.GetTimestamp();
    private double _secondsPerStep;
    private int _steps;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    public double SecondsPerStep => _secondsPerStep;

    /// <summary>Ends a step and returns its seconds. The first steps weigh little later on: they compile and allocate.</summary>
    public double Tick()
    {
        var now = Stopwatch.GetTimestamp();
        var seconds = Stopwatch.GetElapsedTime(_last, now).TotalSeconds;
        _last = now;
        _steps++;
        _secondsPerStep += (seconds - _secondsPerStep) * Math.Max(Smoothing, 1.0 / _steps);
        return seconds;
    }

    /// <summary>The first step begins now.</summary>
    public void Begin() => _last = Stopwatch.GetTimestamp();

    /// <summary>The time since a moment is no step's, such as that of writing a checkpoint.</summary>
    public void Skip(long since) => _last += Stopwatch.GetTimestamp() - since;
}
