using System.Diagnostics;

namespace IlgpuGan.Models.Training;

/// <summary>
/// Measures the wall and processor time of a training, and the seconds per step as a moving average, from which the remaining time is
/// estimated.
/// </summary>
internal sealed class StepTimer
{
    private const double Smoothing = 0.05;

    private readonly long _start = Stopwatch.GetTimestamp();
    private long _last = Stopwatch.GetTimestamp();
    private int _steps;
    private double _before;
    private long _began;
    private double _processorBefore;
    private TimeSpan _processorBegan;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    public double SecondsPerStep { get; private set; }

    /// <summary>Wall time of the training so far, including earlier processes.</summary>
    public double Seconds => _before + Stopwatch.GetElapsedTime(_began).TotalSeconds;

    /// <summary>Processor time of the training so far, including earlier processes.</summary>
    public double ProcessorSeconds => _processorBefore + (Environment.CpuUsage.TotalTime - _processorBegan).TotalSeconds;

    /// <summary>Ends a step and returns its seconds. The first steps, which compile and allocate, lose their weight quickly.</summary>
    public double Tick()
    {
        var now = Stopwatch.GetTimestamp();
        var seconds = Stopwatch.GetElapsedTime(_last, now).TotalSeconds;
        _last = now;
        _steps++;
        SecondsPerStep += (seconds - SecondsPerStep) * Math.Max(Smoothing, 1.0 / _steps);
        return seconds;
    }

    /// <summary>Starts the clock for the first step.</summary>
    /// <param name="before">seconds of the training so far</param>
    /// <param name="processorBefore">processor seconds of the training so far</param>
    public void Begin(double before, double processorBefore)
    {
        _last = _began = Stopwatch.GetTimestamp();
        (_before, _processorBefore, _processorBegan) = (before, processorBefore, Environment.CpuUsage.TotalTime);
    }

    /// <summary>Excludes the time since a moment, such as that of writing a checkpoint.</summary>
    public void Skip(long since) => _last += Stopwatch.GetTimestamp() - since;
}
