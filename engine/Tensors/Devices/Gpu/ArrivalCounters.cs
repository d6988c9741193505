using ILGPU;
using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>
/// Counts the groups of threads that are done, so that the last one can process the results of all of them: one launch instead of two.
/// Which group is last differs from run to run; what it does, and in which order, does not. CUDA only, where a fence makes one group's
/// writes visible to another group of the same launch. Kernels for other devices don't contain it, and a second launch does the rest.
/// </summary>
internal static class ArrivalCounters
{
    /// <summary>The number of counters.</summary>
    public const int MaxCounters = 4096;

    /// <summary>Whether a kernel is compiled for CUDA; a constant within kernels.</summary>
    public static bool IsSupported => PtxMethods.AreSupported;

    /// <summary>
    /// Counters for the launches of one lane of a queue, which run one after the other, also within a CUDA graph; empty where groups are
    /// not counted. Launches that run side by side need separate counters. The view keeps the memory alive.
    /// </summary>
    public static ArrayView<int> For(KernelQueue queue, MatMul.ProductDevice device)
    {
        if (!device.CountsGroups)
        {
            return ArrayView<int>.Empty;
        }

        // Every launch resets its counters to 0. Cleared here and not at first use, which may be during a graph capture.
        ArrayView<int> counters = queue.Accelerator.Allocate1D<int>(MaxCounters).View.BaseView;
        counters.MemSetToZero(queue.Stream);
        return counters;
    }

    /// <summary>Whether the groups of a launch are counted.</summary>
    /// <param name="counters">the counters; empty where groups are not counted</param>
    public static bool AreCounted(ArrayView<int> counters) => IsSupported && counters.IntLength > 0;

    /// <summary>
    /// Counts the calling group after its writes; all its threads must call it. The last group sees the writes of all others and resets the
    /// counter to 0, which is safe: no other group of this launch counts there any more, and the next launch starts after this one.
    /// </summary>
    /// <remarks>
    /// A group's writes become visible in four steps, each ordered by the memory model of the PTX ISA (chapter 8). The group's barrier
    /// makes them visible to its first thread. That thread's fence and addition release them. The addition and fence of the last group's
    /// first thread acquire them, so no stale data is left in the multiprocessor's cache. A barrier makes them visible to that group's
    /// threads. So the fences of one thread are enough. The data must not be read earlier, nor through the read-only cache.
    /// </remarks>
    /// <param name="counter">index of the counter that the groups share</param>
    /// <param name="groups">number of groups that count there</param>
    /// <returns>true in all threads of the last group</returns>
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
