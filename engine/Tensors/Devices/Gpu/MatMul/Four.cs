using System.Runtime.InteropServices;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Up to four of a kind in registers. A field that a kernel never asks for takes none; an array would lie in memory.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Four<T>
    where T : unmanaged
{
    public T A, B, C, D;
}

/// <summary>Two of a kind.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Two<T>
    where T : unmanaged
{
    public T A, B;
}
