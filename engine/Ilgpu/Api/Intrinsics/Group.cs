namespace ILGPU;

/// <summary>The running thread's position in its group, and what the threads of a group do together. Only inside kernels.</summary>
public static class Group
{
    public static int IdxX => KernelOnly.Value<int>();

    public static int IdxY => KernelOnly.Value<int>();

    public static int IdxZ => KernelOnly.Value<int>();

    /// <summary>The number of threads of the group along X.</summary>
    public static int DimX => KernelOnly.Value<int>();

    /// <summary>The number of threads of the group along Y.</summary>
    public static int DimY => KernelOnly.Value<int>();

    /// <summary>The number of threads of the group along Z.</summary>
    public static int DimZ => KernelOnly.Value<int>();

    public static Index3D Index => new(IdxX, IdxY, IdxZ);

    public static Index3D Dimension => new(DimX, DimY, DimZ);

    /// <summary>The number of the thread in its group, X fastest.</summary>
    public static int LinearIndex => (IdxZ * DimY + IdxY) * DimX + IdxX;

    public static bool IsFirstThread => LinearIndex == 0;

    public static bool IsLastThread => LinearIndex == DimX * DimY * DimZ - 1;

    /// <summary>Waits for all threads of the group; memory written before is visible to all of them after.</summary>
    public static void Barrier() => KernelOnly.Call();

    /// <summary>A barrier that returns for how many threads <paramref name="predicate"/> holds.</summary>
    public static int BarrierPopCount(bool predicate) => KernelOnly.Value<int>();

    /// <summary>A barrier that returns whether <paramref name="predicate"/> holds for all threads.</summary>
    public static bool BarrierAnd(bool predicate) => KernelOnly.Value<bool>();

    /// <summary>A barrier that returns whether <paramref name="predicate"/> holds for any thread.</summary>
    public static bool BarrierOr(bool predicate) => KernelOnly.Value<bool>();

    /// <summary>
    /// The value of the thread with linear index <paramref name="groupIndex"/>, which is the same for all threads; a barrier.
    /// </summary>
    public static T Broadcast<T>(T value, int groupIndex)
        where T : unmanaged => KernelOnly.Value<T>();
}
