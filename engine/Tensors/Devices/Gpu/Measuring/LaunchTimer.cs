using System.Diagnostics;

namespace IlgpuGan.Tensors.Devices.Gpu.Measuring;

/// <summary>Measured seconds of one call.</summary>
/// <param name="Min">the fastest repetition</param>
/// <param name="Median">the median of all repetitions</param>
internal readonly record struct LaunchTimes(double Min, double Median);

/// <summary>Times kernel calls on a device, from launch to the end of the work.</summary>
internal static class LaunchTimer
{
    /// <summary>A sample repeats the call until it takes this long, so that launching and waiting count little.</summary>
    private static readonly TimeSpan s_minSample = TimeSpan.FromMilliseconds(2);

    private static readonly TimeSpan s_enough = TimeSpan.FromMilliseconds(400);

    private const int MaxSamples = 20;

    private const int MinSamples = 3;

    /// <param name="wait">waits until the device is done</param>
    /// <param name="call">launches the work</param>
    /// <param name="enough">stop sampling after this long; null for the default</param>
    public static LaunchTimes Measure(Action wait, Action call, TimeSpan? enough = null)
    {
        call(); // Compiles, and fills caches.
        wait();
        var packed = 1;
        var one = Sample(wait, call, packed);
        while (one * packed < s_minSample.TotalSeconds && packed < 1024)
        {
            packed *= 2;
            one = Sample(wait, call, packed);
        }

        var samples = new List<double> { one };
        var start = Stopwatch.GetTimestamp();
        while (samples.Count < MinSamples || (samples.Count < MaxSamples && Stopwatch.GetElapsedTime(start) < (enough ?? s_enough)))
        {
            samples.Add(Sample(wait, call, packed));
        }

        samples.Sort();
        return new LaunchTimes(samples[0], samples[samples.Count / 2]);
    }

    private static double Sample(Action wait, Action call, int times)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < times; i++)
        {
            call();
        }

        wait();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / times;
    }
}
