using System.Diagnostics;

namespace IlgpuGan.Tensors.Devices.Gpu.Measuring;

/// <summary>
/// Times work as a recorded step runs it: within a CUDA graph, without launch overhead, and with cold caches, as after the layers between
/// two uses of a weight. A layer that is repeated alone would find its weights in the cache.
/// </summary>
/// <param name="queue">a queue that can capture</param>
/// <param name="flush">launches kernels that evict the work's data from the caches</param>
internal sealed class ColdGraphTimer(KernelQueue queue, Action flush)
{
    /// <summary>Repetitions of the work in one graph, so that the graph's launch counts little.</summary>
    private const int Times = 8;

    private const int MinSamples = 3, MaxSamples = 20;

    /// <summary>The least time reported: work too short to measure beside the cache flush.</summary>
    private const double MinSeconds = 1e-8;

    private LaunchTimes? _flushTimes;

    /// <summary>The time of the work: a graph of flush and work, less a graph of the flush alone.</summary>
    /// <param name="work">makes the same launches each time, and frees all memory that it allocates</param>
    /// <param name="enough">stop sampling after this long</param>
    /// <exception cref="ILGPU.Runtime.AcceleratorException">the driver refuses to capture or to launch it</exception>
    public LaunchTimes Measure(Action work, TimeSpan enough)
    {
        var alone = _flushTimes ??= Sample(flush, enough);
        var both = Sample(
            () =>
            {
                flush();
                work();
            },
            enough);
        return new LaunchTimes(Math.Max(both.Min - alone.Min, MinSeconds), Math.Max(both.Median - alone.Median, MinSeconds));
    }

    private LaunchTimes Sample(Action launches, TimeSpan enough)
    {
        // Once outside of a graph, since a capture may neither load kernels nor allocate memory.
        launches();
        using var graph = queue.Capture(() =>
        {
            for (var time = 0; time < Times; time++)
            {
                launches();
            }
        });

        // The first launch uploads the graph to the card.
        queue.Launch(graph);
        queue.Stream.Synchronize();
        var samples = new List<double>();
        var begin = Stopwatch.GetTimestamp();
        while (samples.Count < MinSamples || (samples.Count < MaxSamples && Stopwatch.GetElapsedTime(begin) < enough))
        {
            var start = Stopwatch.GetTimestamp();
            queue.Launch(graph);
            queue.Stream.Synchronize();
            samples.Add(Stopwatch.GetElapsedTime(start).TotalSeconds / Times);
        }

        samples.Sort();
        return new LaunchTimes(samples[0], samples[samples.Count / 2]);
    }
}
