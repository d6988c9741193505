using System.Runtime.InteropServices;
using ILGPU.IR.Intrinsics;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>A lane's part of 16 x 8 sums: two neighbours of row lane / 4, and two of row lane / 4 + 8.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AccumulatorFragment
{
    public float C0, C1, C2, C3;
}

/// <summary>A lane's part of 16 rows of the left factor, two chunks deep.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LeftFragment
{
    public uint A0, A1, A2, A3;
}

/// <summary>A lane's part of 8 columns of the right factor, two chunks deep.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RightFragment
{
    public uint B0, B1;
}

/// <summary>Two neighbouring right fragments.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RightFragmentPair
{
    public RightFragment First, Second;
}

/// <summary>Warp-wide instructions of tensor cores, sm_80 and later. All 32 lanes must call them.</summary>
internal static class TensorCores
{
    /// <summary>Whether a kernel is compiled for CUDA; a constant within kernels.</summary>
    public static bool IsSupported => PtxMethods.AreSupported;

    /// <summary>
    /// Reads 16 rows of two chunks. Lane l gives the address of row l % 16's first chunk or, from lane 16 on, of its second chunk.
    /// </summary>
    [IntrinsicImplementation]
    [Ptx("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%shared4];")]
    public static LeftFragment LoadLeft(ref Chunk row) => throw PtxMethods.Elsewhere();

    /// <summary>
    /// Reads 16 columns of two chunks. Lanes 0 to 7 give the addresses of the first chunks of columns 0 to 7, lanes 8 to 15 those of the
    /// second chunks; lanes 16 to 31 do the same for columns 8 to 15.
    /// </summary>
    [IntrinsicImplementation]
    [Ptx("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%shared4];")]
    public static RightFragmentPair LoadRightPair(ref Chunk column) => throw PtxMethods.Elsewhere();

    /// <summary>c + a · b with a and b in TF32.</summary>
    [IntrinsicImplementation]
    [Ptx("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%8, %9, %10, %11}, {%12, %13}, {%4, %5, %6, %7};")]
    public static AccumulatorFragment MultiplyTf32(AccumulatorFragment c, LeftFragment a, RightFragment b) => throw PtxMethods.Elsewhere();

    /// <summary>c + a · b with a and b in bfloat16.</summary>
    [IntrinsicImplementation]
    [Ptx("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%8, %9, %10, %11}, {%12, %13}, {%4, %5, %6, %7};")]
    public static AccumulatorFragment MultiplyBFloat16(AccumulatorFragment c, LeftFragment a, RightFragment b) =>
        throw PtxMethods.Elsewhere();

    /// <summary>Two numbers rounded to bfloat16, the first in the lower half.</summary>
    [IntrinsicImplementation]
    [Ptx("cvt.rn.bf16x2.f32 %0, %2, %1;")]
    public static uint PackBFloat16(float first, float second) => throw PtxMethods.Elsewhere();
}
