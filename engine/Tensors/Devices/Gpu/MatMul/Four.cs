using System.Runtime.InteropServices;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Up to four values of a type in registers. A field that a kernel never reads takes none; an array would be in local memory.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Four<T>
    where T : unmanaged
{
    public T A, B, C, D;
}

/// <summary>Two values of a type in registers.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Two<T>
    where T : unmanaged
{
    public T A, B;
}
