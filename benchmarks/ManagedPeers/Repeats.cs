using System.Diagnostics;
using System.Text.Json;

namespace IlgpuGan.ManagedPeers;

/// <summary>Warm-up and timed steps, and the line that <c>benchmarks -- peers</c> reads: that of <c>../Peers/repeats.py</c>.</summary>
internal static class Repeats
{
    /// <summary>Seconds of each timed step.</summary>
    public static List<double> Time(Action step, int steps, int warmup, double seconds)
    {
        Repeat(step, warmup, warmup > 0 ? seconds : 0);
        return Repeat(step, steps, seconds);
    }

    public static void Print(List<double> times, string version, long? parameters = null, double? difference = null)
    {
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            times_s = times, peak_rss_mb = self.PeakWorkingSet64 / 1e6, parameters, difference, version,
        }));
    }

    private static List<double> Repeat(Action step, int least, double seconds)
    {
        var times = new List<double>();
        for (var began = Stopwatch.GetTimestamp(); times.Count < least || Stopwatch.GetElapsedTime(began).TotalSeconds < seconds;)
        {
            var start = Stopwatch.GetTimestamp();
            step();
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return times;
    }
}
