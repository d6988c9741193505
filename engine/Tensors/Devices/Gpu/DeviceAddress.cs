using ILGPU.Runtime.Cuda;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

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

    /// <param name="address">a multiple of 16</param>
    public static Float4 LoadFour(long address)
    {
        Output<float> x = default, y = default, z = default, w = default;
        Input<long> from = address;
        CudaAsm.EmitRef("ld.global.v4.f32 {%0, %1, %2, %3}, [%4];", ref x, ref y, ref z, ref w, ref from);
        Float4 four = default;
        four.X = x.Value;
        four.Y = y.Value;
        four.Z = z.Value;
        four.W = w.Value;
        return four;
    }

    /// <param name="address">a multiple of 16</param>
    public static void StoreFour(long address, Float4 four) =>
        CudaAsm.Emit("st.global.v4.f32 [%0], {%1, %2, %3, %4};", address, four.X, four.Y, four.Z, four.W);
}
