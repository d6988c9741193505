using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Elementwise;

/// <summary>
/// The elements that a thread processes: <see cref="PerThread"/> of them, a group's width apart, so that neighbouring threads access
/// neighbouring elements and the loads of one thread are independent.
/// </summary>
internal static class Element
{
    public const int PerThread = 4;

    /// <summary>The thread's first element.</summary>
    public static int First => (Grid.IdxX * Group.DimX * PerThread) + Group.IdxX;
}
