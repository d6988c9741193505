namespace ILGPU.Runtime.Cuda;

/// <summary>
/// Copies from global to shared memory that need no registers and no waiting (PTX <c>cp.async</c>). Copies are committed in groups; a
/// thread waits for its own, and a barrier makes them visible to the others. An addition to ILGPU's API.
/// </summary>
public static class AsyncCopy
{
    /// <summary>In kernels, a constant: whether the target has these instructions (sm_80 and later). On the host, false.</summary>
    public static bool IsSupported => false;

    /// <summary>Starts copying 4 bytes; both addresses are multiples of 4.</summary>
    public static void Copy4<T>(ref T shared, ref T global)
        where T : unmanaged => KernelOnly.Call();

    /// <summary>
    /// Starts copying the first <paramref name="bytes"/> of 4 and filling the others with zeros: without a branch, nothing where there is
    /// nothing.
    /// </summary>
    public static void Copy4<T>(ref T shared, ref T global, int bytes)
        where T : unmanaged => KernelOnly.Call();

    /// <summary>Starts copying 8 bytes; both addresses are multiples of 8.</summary>
    public static void Copy8<T>(ref T shared, ref T global)
        where T : unmanaged => KernelOnly.Call();

    /// <summary>Starts copying 16 bytes; both addresses are multiples of 16.</summary>
    public static void Copy16<T>(ref T shared, ref T global)
        where T : unmanaged => KernelOnly.Call();

    /// <summary>Closes a group of copies.</summary>
    public static void Commit() => KernelOnly.Call();

    /// <summary>Waits until at most <paramref name="pending"/> groups, a constant, are still under way.</summary>
    public static void Wait(int pending) => KernelOnly.Call();
}
