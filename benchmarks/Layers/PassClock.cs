using System.Diagnostics;

namespace IlgpuGan.Benchmarks.Layers;

/// <summary>
/// The best time of many calls of a pass. One thread is measured in processor time, which other programs disturb less than wall time.
/// </summary>
/// <param name="threads">threads that the pass uses</param>
/// <param name="seconds">duration of all calls, emptying the caches included</param>
/// <param name="cold">whether to empty the caches before each call: within a training step, other layers have filled them</param>
internal sealed class PassClock(int threads, double seconds, bool cold)
{
    /// <summary>96 MB, more than the last-level caches of most processors.</summary>
    private readonly float[] _other = new float[cold ? 24 << 20 : 0];

    public double Best(Action pass)
    {
        pass();
        pass();
        var best = double.MaxValue;
        var clock = Stopwatch.StartNew();
        for (var runs = 0; runs < 3 || clock.Elapsed.TotalSeconds < seconds; runs++)
        {
            _other.AsSpan().Fill(runs);
            var (start, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            pass();
            var wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
            best = Math.Min(best, threads == 1 ? Math.Min(wall, (Environment.CpuUsage.TotalTime - used).TotalSeconds) : wall);
        }

        return best;
    }
}
