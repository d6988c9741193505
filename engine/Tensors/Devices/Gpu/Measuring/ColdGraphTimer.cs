using System.Diagnostics;

namespace IlgpuGan.Tensors.Devices.Gpu.Measuring;

/// <summary>
/// Times work as a recorded step runs it: within a CUDA graph, where the host launches nothing, and with caches that hold other things, as
/// after the layers between one use of a weight and the next. Repeated alone, a layer finds its weights where the last repetition left
/// them.
/// </summary>
/// <param name="queue">that can capture</param>
/// <param name="flood">launches what leaves nothing of the work in the caches</param>
internal sealed class ColdGraphTimer(KernelQueue queue, Action flood)
{
    /// <summary>Of the work in one graph, so that launching it counts little.</summary>
    private const int Times = 8;

    private const int LeastSamples = 3, MostSamples = 20;

    /// <summary>Of what is over before it can be told from the flood.</summary>
    private const double LeastSeconds = 1e-8;

    private LaunchTimes? _flooding;

    /// <summary>What the work takes: a graph with it less a graph without.</summary>
    /// <param name="work">makes the same launches each time, and takes no memory beyond what is given back at its end</param>
    /// <param name="enough">stop sampling after this long</param>
    /// <exception cref="ILGPU.Runtime.AcceleratorException">the driver refuses to capture or to launch it</exception>
    public LaunchTimes Measure(Action work, TimeSpan enough)
    {
        var alone = _flooding ??= Sample(flood, enough);
        var both = Sample(
            () =>
            {
                flood();
                work();
            },
            enough);
        return new LaunchTimes(Math.Max(both.Min - alone.Min, LeastSeconds), Math.Max(both.Median - alone.Median, LeastSeconds));
    }

    private LaunchTimes Sample(Action launches, TimeSpan enough)
    {
        // Once outside of a graph, which may neither load kernels nor take memory.
        launches();
        using var graph = queue.Capture(() =>
        {
            for (var time = 0; time < Times; time++)
            {
                launches();
            }
        });

        // The first launch brings the graph to the card.
        queue.Launch(graph);
        queue.Stream.Synchronize();
        var samples = new List<double>();
        var begin = Stopwatch.GetTimestamp();
        while (samples.Count < LeastSamples || (samples.Count < MostSamples && Stopwatch.GetElapsedTime(begin) < enough))
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
