using ILGPU.IR.Intrinsics;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;

/// <summary>
/// Shared memory by 32-bit addresses. The assembler folds a constant that is added to one into the instruction; the address of an element
/// of a view is computed in 64 bits each time. CUDA only, sm_80 and later.
/// </summary>
internal static class SharedAddress
{
    /// <summary>The address of an element of shared memory.</summary>
    [IntrinsicImplementation]
    [Ptx("cvt.u32.u64 %0, %shared1;")]
    public static int Of(ref Chunk element) => throw PtxMethods.Elsewhere();

    /// <summary>
    /// Starts copying 16 bytes of global memory, past the L1 cache, if <paramref name="condition"/> is not 0. The condition is part of the
    /// instruction: behind an <c>if</c> ILGPU makes a block of the copy, and the assembler keeps blocks apart.
    /// </summary>
    [IntrinsicImplementation]
    [Ptx("{ .reg .pred p; setp.ne.s32 p, %2, 0; @p cp.async.cg.shared.global [%0], [%1], 16; }")]
    public static void CopyIf(int shared, long global, int condition) => throw PtxMethods.Elsewhere();

    /// <summary>Reads 16 rows of two chunks, as <see cref="TensorCores.LoadLeft"/>.</summary>
    [IntrinsicImplementation]
    [Ptx("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];")]
    public static LeftFragment LoadLeft(int row) => throw PtxMethods.Elsewhere();

    /// <summary>The same of a left factor that has its depth across rows: each 8 x 8 matrix is transposed.</summary>
    [IntrinsicImplementation]
    [Ptx("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];")]
    public static LeftFragment LoadLeftTransposed(int depth) => throw PtxMethods.Elsewhere();

    /// <summary>Two right fragments of a factor that has its depth across rows.</summary>
    [IntrinsicImplementation]
    [Ptx("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];")]
    public static RightFragmentPair LoadRightPairTransposed(int depth) => throw PtxMethods.Elsewhere();

    [IntrinsicImplementation]
    [Ptx("ld.shared.b32 %0, [%1];")]
    public static uint Load(int at) => throw PtxMethods.Elsewhere();

    /// <param name="at">a multiple of 8</param>
    [IntrinsicImplementation]
    [Ptx("ld.shared.v2.b32 {%0, %1}, [%2];")]
    public static Two<uint> LoadTwo(int at) => throw PtxMethods.Elsewhere();

    /// <summary>Reads 16 columns of two chunks, as <see cref="TensorCores.LoadRightPair"/>.</summary>
    [IntrinsicImplementation]
    [Ptx("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];")]
    public static RightFragmentPair LoadRightPair(int column) => throw PtxMethods.Elsewhere();
}
