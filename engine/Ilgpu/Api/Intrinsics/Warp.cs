namespace ILGPU;

/// <summary>
/// The threads that run in lock-step, and the exchange of values among them. Only inside kernels, and only on devices that report
/// warps of more than one thread; every thread of the warp takes part in every exchange.
/// </summary>
public static class Warp
{
    /// <summary>The number of threads of a warp.</summary>
    public static int WarpSize => KernelOnly.Value<int>();

    /// <summary>The position of the thread in its warp.</summary>
    public static int LaneIdx => KernelOnly.Value<int>();

    /// <summary>The position of the warp in its group.</summary>
    public static int WarpIdx => Group.LinearIndex / WarpSize;

    public static bool IsFirstLane => LaneIdx == 0;

    public static bool IsLastLane => LaneIdx == WarpSize - 1;

    public static int ComputeWarpIdx(Index1D groupThreadIdx) => groupThreadIdx.X / WarpSize;

    public static int ComputeWarpThreadIdx(Index1D groupThreadIdx) => groupThreadIdx.X % WarpSize;

    /// <summary>Waits for all threads of the warp.</summary>
    public static void Barrier() => KernelOnly.Call();

    /// <summary>The value of lane <paramref name="sourceLane"/>.</summary>
    public static T Shuffle<T>(T variable, int sourceLane)
        where T : unmanaged => KernelOnly.Value<T>();

    /// <summary>As without a width, within consecutive segments of <paramref name="width"/> lanes (a power of two).</summary>
    public static T Shuffle<T>(T variable, int sourceLane, int width)
        where T : unmanaged => KernelOnly.Value<T>();

    /// <summary>The value of the lane <paramref name="delta"/> above; the own value where there is none.</summary>
    public static T ShuffleDown<T>(T variable, int delta)
        where T : unmanaged => KernelOnly.Value<T>();

    /// <inheritdoc cref="Shuffle{T}(T, int, int)"/>
    public static T ShuffleDown<T>(T variable, int delta, int width)
        where T : unmanaged => KernelOnly.Value<T>();

    /// <summary>The value of the lane <paramref name="delta"/> below; the own value where there is none.</summary>
    public static T ShuffleUp<T>(T variable, int delta)
        where T : unmanaged => KernelOnly.Value<T>();

    /// <inheritdoc cref="Shuffle{T}(T, int, int)"/>
    public static T ShuffleUp<T>(T variable, int delta, int width)
        where T : unmanaged => KernelOnly.Value<T>();

    /// <summary>The value of the lane whose number is the own one exclusive-or <paramref name="mask"/>.</summary>
    public static T ShuffleXor<T>(T variable, int mask)
        where T : unmanaged => KernelOnly.Value<T>();

    /// <inheritdoc cref="Shuffle{T}(T, int, int)"/>
    public static T ShuffleXor<T>(T variable, int mask, int width)
        where T : unmanaged => KernelOnly.Value<T>();

    /// <summary>The value of lane <paramref name="sourceLane"/>, which is the same for all lanes.</summary>
    public static T Broadcast<T>(T value, int sourceLane)
        where T : unmanaged => Shuffle(value, sourceLane);
}
