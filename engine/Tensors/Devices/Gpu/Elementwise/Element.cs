using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Elementwise;

/// <summary>
/// Which elements a thread works on: <see cref="PerThread"/> of them, a group's width apart, so that neighbouring threads touch
/// neighbouring elements and the loads of one thread don't wait for each other.
/// </summary>
internal static class Element
{
    public const int PerThread = 4;

    /// <summary>The thread's first element.</summary>
    public static int First => (Grid.IdxX * Group.DimX * PerThread) + Group.IdxX;
}
