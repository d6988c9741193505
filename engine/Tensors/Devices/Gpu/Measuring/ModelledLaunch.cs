using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.Measuring;

/// <summary>A launch and its estimated cost.</summary>
/// <param name="Kernel">the kernel's name in <see cref="KernelCatalog"/></param>
/// <param name="Groups">groups of threads</param>
/// <param name="Threads">threads of a group</param>
/// <param name="Cost">
/// operations, two for each multiply-add of a product, 0 for other kernels, which are memory-bound; and traffic, each array moved once
/// </param>
/// <param name="Precision">precision of a product's factors</param>
/// <param name="Reach">
/// the share of peak arithmetic that a product's loop can reach, with tiles that extend past the edges
/// </param>
/// <param name="Cycles">
/// cycles until a product's busiest multiprocessor is done, with latencies and the code before and after the loop; 0 for other kernels
/// </param>
internal readonly record struct ModelledLaunch(
    string Kernel, long Groups, int Threads, OpCost Cost, ProductPrecision Precision, double Reach, double Cycles)
{
    /// <summary>Seconds at the data sheet's peak and bandwidth.</summary>
    public double Floor(GpuCard card) => Math.Max(Cost.Flops / card.Peak(Precision), Cost.Bytes / card.BytesPerSecond);

    /// <summary><see cref="Floor"/>, with multiprocessors idle that get no group.</summary>
    public double Filled(GpuCard card) => Floor(card) / Math.Min(1, (double)Groups / card.Multiprocessors);

    /// <summary>
    /// <see cref="Filled"/>, with products limited by the instructions of their loops, where each multiprocessor runs its groups one after
    /// the other.
    /// </summary>
    public double Reached(GpuCard card)
    {
        if (Cost.Flops == 0)
        {
            return Filled(card);
        }

        var turns = Math.Ceiling((double)Groups / card.Multiprocessors);
        return Math.Max(Cost.Flops / (card.Peak(Precision) * Reach) * turns * card.Multiprocessors / Groups, Filled(card));
    }

    /// <summary>
    /// <see cref="Reached"/>, with latencies: a product's groups share multiprocessors and wait for their tiles, and have code before and
    /// after their loops; any other kernel waits twice for memory, for its arguments and its inputs. Cache misses, bank conflicts, memory
    /// access that is not streaming and clocks that drop under load are not modelled, so a card will still be slower.
    /// </summary>
    public double Expected(GpuCard card)
    {
        var reached = Reached(card);
        return Cycles > 0
            ? Math.Max(reached, Cycles / card.CyclesPerSecond(Precision))
            : reached + (2 * ProductTime.MemoryLatency / card.CyclesPerSecond(Precision));
    }
}
