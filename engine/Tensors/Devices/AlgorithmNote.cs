namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// What a device notes of a kernel that it may compute in several ways: which it took, and why. Read by whoever measures ops.
/// </summary>
internal static class AlgorithmNote
{
    /// <summary>Of the kernel that this thread called last, as <c>NAME: REASON</c>; null if it has one way.</summary>
    [field: ThreadStatic]
    public static string? Latest { get; set; }
}
