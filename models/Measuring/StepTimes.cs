using System.Diagnostics;

namespace IlgpuGan.Models.Measuring;

/// <summary>Repeated measurements of a step.</summary>
/// <param name="Seconds">of each step, in order</param>
/// <param name="HostSeconds">of each step until the host was free for the next, in order</param>
/// <param name="UnwaitedSeconds">
/// mean of steps of which nobody waits for any but the last, as in training: the host prepares one while the device computes another;
/// null where the device computes while the host calls
/// </param>
/// <param name="Flops">convolutions' operations of a step, nominally</param>
/// <param name="PeakBytes">most resident memory of this process</param>
/// <param name="NewBuffers">tensor buffers allocated in all timed steps</param>
/// <param name="ManagedBytes">managed memory allocated in all timed steps</param>
/// <param name="Launches">of kernels on a GPU, a step</param>
public sealed record StepTimes(
    IReadOnlyList<double> Seconds, IReadOnlyList<double> HostSeconds, double? UnwaitedSeconds, long Flops, long PeakBytes, long NewBuffers,
    long ManagedBytes,
    long Launches)
{
    /// <summary>Counts one step's operations, warms up, and times the rest.</summary>
    /// <param name="step">one repetition</param>
    /// <param name="device">where it runs</param>
    /// <param name="steps">how many are timed</param>
    /// <param name="warmup">how many before that, the one counted among them</param>
    /// <param name="seconds">
    /// least duration of the warm-up, and again of the timed steps: short steps are taken more often, until the runtime has compiled what
    /// they run for good and a few milliseconds' noise is averaged out
    /// </param>
    public static StepTimes Measure(Action step, Device device, int steps, int warmup, double seconds = 0)
    {
        long flops;
        using (var counted = OpProfile.Start())
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
        using var process = Process.GetCurrentProcess();
        return new StepTimes(times, host, unwaited, flops, process.PeakWorkingSet64, allocations, managed, launches);
    }

    /// <summary>
    /// The smallest of some values that at least this share of all does not exceed (nearest rank), so that quantiles are in order however
    /// few values there are.
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
