using System.Runtime.InteropServices;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Two neighbouring numbers, which one 64-bit access moves wherever the compiler knows that an array starts at a multiple of 8 bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Float2
{
    public float X, Y;
}
