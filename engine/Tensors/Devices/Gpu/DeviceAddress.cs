using ILGPU.IR.Intrinsics;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>
/// Memory access by an address: one that a kernel read from a table, since a kernel has a fixed number of views and a network any number of
/// parameters; or one that differs from another by a constant, which costs no instruction.
/// CUDA only; call it where <see cref="PtxMethods.AreSupported"/> holds.
/// </summary>
internal static class DeviceAddress
{
    /// <summary>The address of an element of a view.</summary>
    [IntrinsicImplementation]
    [Ptx("mov.u64 %0, %global1;")]
    public static long Of(ref float element) => throw PtxMethods.Elsewhere();

    [IntrinsicImplementation]
    [Ptx("ld.global.f32 %0, [%1];")]
    public static float Load(long address) => throw PtxMethods.Elsewhere();

    [IntrinsicImplementation]
    [Ptx("st.global.f32 [%0], %1;")]
    public static void Store(long address, float value) => throw PtxMethods.Elsewhere();

    /// <param name="address">a multiple of 8</param>
    [IntrinsicImplementation]
    [Ptx("st.global.v2.f32 [%0], {%1, %2};")]
    public static void StoreTwo(long address, float first, float second) => throw PtxMethods.Elsewhere();

    /// <param name="address">a multiple of 16</param>
    [IntrinsicImplementation]
    [Ptx("ld.global.v4.f32 {%0, %1, %2, %3}, [%4];")]
    public static Float4 LoadFour(long address) => throw PtxMethods.Elsewhere();

    /// <param name="address">a multiple of 16</param>
    [IntrinsicImplementation]
    [Ptx("st.global.v4.b32 [%0], {%1, %2, %3, %4};")]
    public static void StoreChunk(long address, Chunk chunk) => throw PtxMethods.Elsewhere();

    /// <param name="address">a multiple of 16</param>
    [IntrinsicImplementation]
    [Ptx("st.global.v4.f32 [%0], {%1, %2, %3, %4};")]
    public static void StoreFour(long address, Float4 four) => throw PtxMethods.Elsewhere();
}
