using ILGPU.IR.Intrinsics;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Asynchronous copies from global to shared memory, <c>cp.async</c> (sm_80 and later). Earlier cards copy synchronously.
/// </summary>
internal static class CudaAsyncCopy
{
    /// <summary>Whether a kernel is compiled for CUDA; a constant within kernels.</summary>
    public static bool IsSupported => PtxMethods.AreSupported;

    /// <summary>
    /// Starts copying an element (4 bytes) or writes a zero (0 bytes), without a branch, which would diverge at the edge of an image.
    /// </summary>
    [IntrinsicImplementation]
    [Ptx(
        "cp.async.ca.shared.global [%shared0], [%global1], 4, %2;",
        BeforeSm80 = "{ .reg .pred p; .reg .f32 x; setp.ne.s32 p, %2, 0; mov.f32 x, 0f00000000; @p ld.global.f32 x, [%global1]; " +
            "st.shared.f32 [%shared0], x; }")]
    public static void Start(ref float shared, ref float global, int bytes) => throw PtxMethods.Elsewhere();

    [IntrinsicImplementation]
    [Ptx("cp.async.commit_group;", BeforeSm80 = "")]
    public static void Commit() => throw PtxMethods.Elsewhere();

    [IntrinsicImplementation]
    [Ptx("cp.async.wait_group 0;", BeforeSm80 = "")]
    public static void WaitForAll() => throw PtxMethods.Elsewhere();

    /// <summary>Waits for all committed groups of copies but the latest.</summary>
    [IntrinsicImplementation]
    [Ptx("cp.async.wait_group 1;", BeforeSm80 = "")]
    public static void WaitForAllButOne() => throw PtxMethods.Elsewhere();
}
