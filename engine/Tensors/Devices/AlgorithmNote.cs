namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// The algorithm that a device chose for a kernel with several, and the reason. Profilers read it.
/// </summary>
internal static class AlgorithmNote
{
    /// <summary>The choice for the kernel that this thread called last, as <c>NAME: REASON</c>; null if it has one algorithm.</summary>
    [field: ThreadStatic]
    public static string? Latest { get; set; }
}
