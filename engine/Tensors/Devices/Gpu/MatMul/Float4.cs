using System.Runtime.InteropServices;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Four neighbouring numbers. A view of these starts at a multiple of 16 bytes, which is how the compiler knows that one 128-bit access
/// may move all four.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Float4
{
    public float X, Y, Z, W;
}
