#if !USE_ILGPU_PACKAGES
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

    private double? _flooding;

    /// <summary>Seconds that the work takes: those of a graph with it less those of one without.</summary>
    /// <param name="work">makes the same launches each time, and takes no memory beyond what is given back at its end</param>
    /// <param name="enough">stop sampling after this long</param>
    /// <exception cref="ILGPU.Runtime.AcceleratorException">the driver refuses to capture or to launch it</exception>
    public double Measure(Action work, TimeSpan enough)
    {
        _flooding ??= Seconds(flood, enough);
        var both = Seconds(
            () =>
            {
                flood();
                work();
            },
            enough);
        return Math.Max(both - _flooding.Value, 0);
    }

    private double Seconds(Action launches, TimeSpan enough)
    {
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
        var least = double.MaxValue;
        var begin = Stopwatch.GetTimestamp();
        for (var sample = 0; sample < LeastSamples || (sample < MostSamples && Stopwatch.GetElapsedTime(begin) < enough); sample++)
        {
            var start = Stopwatch.GetTimestamp();
            queue.Launch(graph);
            queue.Stream.Synchronize();
            least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return least / Times;
    }
}
#endif
