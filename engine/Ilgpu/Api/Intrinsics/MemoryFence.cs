using System.Threading;

namespace ILGPU;

/// <summary>Orders the memory accesses of the calling thread before and after the fence, as seen by others. It waits for nobody.</summary>
public static class MemoryFence
{
    /// <summary>As seen by the threads of the group.</summary>
    public static void GroupLevel() => Thread.MemoryBarrier();

    /// <summary>As seen by all threads of the device.</summary>
    public static void DeviceLevel() => Thread.MemoryBarrier();

    /// <summary>As seen by all devices and the host.</summary>
    public static void SystemLevel() => Thread.MemoryBarrier();
}
