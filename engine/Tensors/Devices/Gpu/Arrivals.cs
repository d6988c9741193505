using ILGPU;
using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>
/// Counts the groups of threads that are done, so that the last of several goes on with what all of them left in memory: one launch instead
/// of two. Which one is last differs; what it does, and in which order, does not. On CUDA alone, where a fence makes what one group wrote
/// visible to another in the same launch; kernels for others don't contain it, and a second launch does the rest.
/// </summary>
internal static class Arrivals
{
    /// <summary>Counters that there are.</summary>
    public const int MaxCounters = 4096;

    /// <summary>Whether a kernel is compiled for CUDA. In kernels, a constant.</summary>
    public static bool IsSupported => PtxMethods.AreSupported;

    /// <summary>
    /// Counters for all launches of a queue, which run one after the other, alone or as a CUDA graph of one line; none where groups are not
    /// counted. Launches beside each other would need counters of their own. The view keeps the memory.
    /// </summary>
    public static ArrayView<int> For(KernelQueue queue, MatMul.ProductDevice device)
    {
        if (!device.CountsGroups)
        {
            return ArrayView<int>.Empty;
        }

        // A launch leaves them at 0. Here and not at first use, which may be within a CUDA graph.
        ArrayView<int> counters = queue.Accelerator.Allocate1D<int>(MaxCounters).View.BaseView;
        counters.MemSetToZero(queue.Stream);
        return counters;
    }

    /// <summary>Whether the groups of a launch are counted.</summary>
    /// <param name="counters">empty where they are not</param>
    public static bool AreCounted(ArrayView<int> counters) => IsSupported && counters.IntLength > 0;

    /// <summary>
    /// Counts the calling group of threads, all of which take part, behind what they wrote. The last one sees what all others wrote, and
    /// leaves the counter at 0: nobody else of this launch counts there any more, and the next launch begins when this one has ended.
    /// </summary>
    /// <remarks>
    /// What a group wrote becomes visible in four steps, each ordered by the memory model of the PTX ISA (chapter 8): its barrier lets the
    /// first thread see it; that thread's fence and addition release it, and with it all that the thread has seen; the addition and the
    /// fence of the last group's first thread acquire it, so that nothing older is left in the multiprocessor's cache; a barrier lets that
    /// group's threads see it. So one thread's fences do for all. Nothing of it may be read before, nor through the read-only cache.
    /// </remarks>
    /// <param name="counter">of the groups that wait for each other</param>
    /// <param name="groups">how many these are</param>
    public static bool IsLast(ArrayView<int> counters, int counter, int groups)
    {
        Group.Barrier();
        bool isLast = false;
        if (Group.IdxX == 0)
        {
            MemoryFence.DeviceLevel();
            isLast = Atomic.Add(ref counters[counter], 1) == groups - 1;
            MemoryFence.DeviceLevel();
            if (isLast)
            {
                counters[counter] = 0;
            }
        }

        return Group.BarrierOr(isLast);
    }
}
