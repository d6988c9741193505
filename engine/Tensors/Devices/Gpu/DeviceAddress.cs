using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>
/// Memory behind an address that a kernel has read from a table: a kernel has a fixed number of views, a network any number of parameters.
/// CUDA only, which has one space of addresses; call it where <see cref="CudaAsm.IsSupported"/> holds.
/// </summary>
internal static class DeviceAddress
{
    public static float Load(long address)
    {
        CudaAsm.Emit("ld.global.f32 %0, [%1];", out float value, address);
        return value;
    }

    public static void Store(long address, float value) => CudaAsm.Emit("st.global.f32 [%0], %1;", address, value);
}
