using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.Measuring;

/// <summary>A launch, and what it costs at least.</summary>
/// <param name="Kernel">as <see cref="KernelCatalog"/> names it</param>
/// <param name="Groups">groups of threads</param>
/// <param name="Threads">threads of a group</param>
/// <param name="Flops">two for each multiply-add of a product; 0 for other kernels, whose time is their traffic's</param>
/// <param name="Bytes">each array moved once</param>
/// <param name="Precision">what a product's factors are rounded to</param>
/// <param name="Reach">
/// of the arithmetic's peak, the share that a product's loop, and tiles that hang over its edges, leave room for
/// </param>
/// <param name="Cycles">
/// until a product's busiest multiprocessor is done, with waiting and with what stands before its loop and behind it; 0 for other kernels
/// </param>
public readonly record struct ModelledLaunch(
    string Kernel, long Groups, int Threads, long Flops, long Bytes, ProductPrecision Precision, double Reach, double Cycles)
{
    /// <summary>Seconds on a card that is as fast as its data sheet says.</summary>
    public double Floor(GpuCard card) => Math.Max(Flops / card.Peak(Precision), Bytes / card.BytesPerSecond);

    /// <summary>The same with the multiprocessors idle that get no group.</summary>
    public double Filled(GpuCard card) => Floor(card) / Math.Min(1, (double)Groups / card.Multiprocessors);

    /// <summary>
    /// The same with products as fast as their loops allow, by their instructions, where each multiprocessor takes one group of threads
    /// after the other.
    /// </summary>
    public double Reached(GpuCard card)
    {
        if (Flops == 0)
        {
            return Filled(card);
        }

        var turns = Math.Ceiling((double)Groups / card.Multiprocessors);
        return Math.Max(Flops / (card.Peak(Precision) * Reach) * turns * card.Multiprocessors / Groups, Filled(card));
    }

    /// <summary>
    /// The same with waiting: a product's groups share multiprocessors and wait for their tiles, and work before and behind their loops;
    /// any other kernel waits twice for memory, for what it reads and for what it is told. Misses of caches, banks that several threads
    /// want, memory that is not streamed and a clock that sinks under load are left out, so a card will still be slower.
    /// </summary>
    public double Expected(GpuCard card)
    {
        var reached = Reached(card);
        return Cycles > 0
            ? Math.Max(reached, Cycles / card.CyclesPerSecond(Precision))
            : reached + (2 * ProductTime.MemoryLatency / card.CyclesPerSecond(Precision));
    }
}
