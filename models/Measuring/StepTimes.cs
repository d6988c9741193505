using System.Diagnostics;

namespace IlgpuGan.Models.Measuring;

/// <summary>Repeated measurements of a step.</summary>
/// <param name="Seconds">time of each step, in order</param>
/// <param name="HostSeconds">time of each step until the host was free for the next one, in order</param>
/// <param name="UnwaitedSeconds">
/// mean time of pipelined steps, where only the last one is waited for, as in training: the host prepares a step while the device computes
/// another; null for synchronous devices
/// </param>
/// <param name="Flops">nominal floating-point operations of the convolutions in a step</param>
/// <param name="PeakBytes">peak resident memory of this process</param>
/// <param name="NewBuffers">tensor buffers allocated in all timed steps</param>
/// <param name="ManagedBytes">managed memory allocated in all timed steps</param>
/// <param name="Launches">GPU kernel launches per step</param>
internal sealed record StepTimes(
    IReadOnlyList<double> Seconds, IReadOnlyList<double> HostSeconds, double? UnwaitedSeconds, long Flops, long PeakBytes, long NewBuffers,
    long ManagedBytes,
    long Launches)
{
    /// <summary>Counts the operations of one step, warms up, and times further steps.</summary>
    /// <param name="step">one repetition</param>
    /// <param name="device">the device to run on</param>
    /// <param name="steps">number of timed steps</param>
    /// <param name="warmup">number of steps before that, including the counted one</param>
    /// <param name="seconds">
    /// shortest duration of the warm-up, and of the timed steps: short steps are repeated, until the runtime has compiled their optimised
    /// code and noise of a few milliseconds averages out
    /// </param>
    public static StepTimes Measure(Action step, Device device, int steps, int warmup, double seconds = 0)
    {
        long flops;
        using (var counted = OpProfile.Count())
        {
            step();
            flops = counted.Timings.Where(t => t.Name.StartsWith("conv", StringComparison.Ordinal)).Sum(t => t.Cost.Flops);
        }

        var warming = Stopwatch.GetTimestamp();
        for (var i = 1; i < warmup || Stopwatch.GetElapsedTime(warming).TotalSeconds < seconds; i++)
        {
            step();
            device.Synchronize();
        }

        var (allocations, launches) = (device.Pool.Allocations, device.Launches);
        var managed = GC.GetTotalAllocatedBytes(precise: true);
        var (times, host) = (new List<double>(steps), new List<double>(steps));
        var timing = Stopwatch.GetTimestamp();
        while (times.Count < steps || Stopwatch.GetElapsedTime(timing).TotalSeconds < seconds)
        {
            var start = Stopwatch.GetTimestamp();
            step();
            host.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            device.Synchronize();
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        managed = GC.GetTotalAllocatedBytes(precise: true) - managed;
        (allocations, launches) = (device.Pool.Allocations - allocations, (device.Launches - launches) / times.Count);
        var unwaited = device.Launches > 0 ? Unwaited(step, steps, device) : (double?)null;
        return new StepTimes(times, host, unwaited, flops, PeakMemory.Bytes(), allocations, managed, launches);
    }

    /// <summary>
    /// The quantile by the nearest-rank method: the smallest value that at least this share of the values does not exceed. Quantiles are
    /// monotonic even for few values.
    /// </summary>
    public static double Quantile(IEnumerable<double> values, double share)
    {
        double[] ascending = [.. values.Order()];
        return ascending[(int)Math.Ceiling(ascending.Length * share) - 1];
    }

    private static double Unwaited(Action step, int steps, Device device)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < steps; i++)
        {
            step();
        }

        device.Synchronize();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / steps;
    }
}
