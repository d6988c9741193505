using System.Runtime.CompilerServices;

namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>
/// 4 × 3-vector tiles in sixteen registers, for products whose rows fill panels of four better than the six of
/// <see cref="SimdMicroKernel{TVector,TSimd}"/>: layers of 16 and 32 filters, and convolutions to RGB images.
/// </summary>
internal sealed unsafe class FourRowMicroKernel<TVector, TSimd> : MicroKernel
    where TVector : struct
    where TSimd : struct, ISimd<TVector>
{
    public override int Rows => 4;

    public override int Vectors => 3;

    public override InnerProductKernel InnerProducts { get; } = new InnerProductKernel<TVector, TSimd>();

    public override MicroKernel SingleRow { get; } = new SingleRowMicroKernel<TVector, TSimd>();

    public override int Lanes => TSimd.Lanes;

    public override void Run(
        int vectors, int depth, float* a, float* b, int* bases, int* offsets, float* c, int ldc, bool accumulate)
    {
        switch (vectors)
        {
            case 3:
                Tile4x3(depth, a, b + bases[0], b + bases[1], b + bases[2], offsets, c, ldc, accumulate);
                break;
            case 2:
                Tile4x2(depth, a, b + bases[0], b + bases[1], offsets, c, ldc, accumulate);
                break;
            default:
                Tile4x1(depth, a, b + bases[0], offsets, c, ldc, accumulate);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x3(
        int depth, float* a, float* b0, float* b1, float* b2, int* offsets, float* c, nint ldc, bool accumulate)
    {
        TVector c00 = default, c01 = default, c02 = default, c10 = default, c11 = default, c12 = default;
        TVector c20 = default, c21 = default, c22 = default, c30 = default, c31 = default, c32 = default;
        var lanes = TSimd.Lanes;
        if (accumulate)
        {
            c00 = TSimd.Load(c); c01 = TSimd.Load(c + lanes); c02 = TSimd.Load(c + 2 * lanes);
            c10 = TSimd.Load(c + ldc); c11 = TSimd.Load(c + ldc + lanes); c12 = TSimd.Load(c + ldc + 2 * lanes);
            c20 = TSimd.Load(c + 2 * ldc); c21 = TSimd.Load(c + 2 * ldc + lanes); c22 = TSimd.Load(c + 2 * ldc + 2 * lanes);
            c30 = TSimd.Load(c + 3 * ldc); c31 = TSimd.Load(c + 3 * ldc + lanes); c32 = TSimd.Load(c + 3 * ldc + 2 * lanes);
        }

        for (nint k = 0; k < depth; k++)
        {
            nint offset = offsets[k];
            var x0 = TSimd.Load(b0 + offset);
            var x1 = TSimd.Load(b1 + offset);
            var x2 = TSimd.Load(b2 + offset);
            var w = TSimd.Broadcast(a[0]);
            c00 = TSimd.MultiplyAdd(w, x0, c00);
            c01 = TSimd.MultiplyAdd(w, x1, c01);
            c02 = TSimd.MultiplyAdd(w, x2, c02);
            w = TSimd.Broadcast(a[1]);
            c10 = TSimd.MultiplyAdd(w, x0, c10);
            c11 = TSimd.MultiplyAdd(w, x1, c11);
            c12 = TSimd.MultiplyAdd(w, x2, c12);
            w = TSimd.Broadcast(a[2]);
            c20 = TSimd.MultiplyAdd(w, x0, c20);
            c21 = TSimd.MultiplyAdd(w, x1, c21);
            c22 = TSimd.MultiplyAdd(w, x2, c22);
            w = TSimd.Broadcast(a[3]);
            c30 = TSimd.MultiplyAdd(w, x0, c30);
            c31 = TSimd.MultiplyAdd(w, x1, c31);
            c32 = TSimd.MultiplyAdd(w, x2, c32);
            a += 4;
        }

        TSimd.Store(c00, c); TSimd.Store(c01, c + lanes); TSimd.Store(c02, c + 2 * lanes);
        TSimd.Store(c10, c + ldc); TSimd.Store(c11, c + ldc + lanes); TSimd.Store(c12, c + ldc + 2 * lanes);
        TSimd.Store(c20, c + 2 * ldc); TSimd.Store(c21, c + 2 * ldc + lanes); TSimd.Store(c22, c + 2 * ldc + 2 * lanes);
        TSimd.Store(c30, c + 3 * ldc); TSimd.Store(c31, c + 3 * ldc + lanes); TSimd.Store(c32, c + 3 * ldc + 2 * lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x2(int depth, float* a, float* b0, float* b1, int* offsets, float* c, nint ldc, bool accumulate)
    {
        TVector c00 = default, c01 = default, c10 = default, c11 = default;
        TVector c20 = default, c21 = default, c30 = default, c31 = default;
        var lanes = TSimd.Lanes;
        if (accumulate)
        {
            c00 = TSimd.Load(c); c01 = TSimd.Load(c + lanes);
            c10 = TSimd.Load(c + ldc); c11 = TSimd.Load(c + ldc + lanes);
            c20 = TSimd.Load(c + 2 * ldc); c21 = TSimd.Load(c + 2 * ldc + lanes);
            c30 = TSimd.Load(c + 3 * ldc); c31 = TSimd.Load(c + 3 * ldc + lanes);
        }

        for (nint k = 0; k < depth; k++)
        {
            nint offset = offsets[k];
            var x0 = TSimd.Load(b0 + offset);
            var x1 = TSimd.Load(b1 + offset);
            var w = TSimd.Broadcast(a[0]);
            c00 = TSimd.MultiplyAdd(w, x0, c00);
            c01 = TSimd.MultiplyAdd(w, x1, c01);
            w = TSimd.Broadcast(a[1]);
            c10 = TSimd.MultiplyAdd(w, x0, c10);
            c11 = TSimd.MultiplyAdd(w, x1, c11);
            w = TSimd.Broadcast(a[2]);
            c20 = TSimd.MultiplyAdd(w, x0, c20);
            c21 = TSimd.MultiplyAdd(w, x1, c21);
            w = TSimd.Broadcast(a[3]);
            c30 = TSimd.MultiplyAdd(w, x0, c30);
            c31 = TSimd.MultiplyAdd(w, x1, c31);
            a += 4;
        }

        TSimd.Store(c00, c); TSimd.Store(c01, c + lanes);
        TSimd.Store(c10, c + ldc); TSimd.Store(c11, c + ldc + lanes);
        TSimd.Store(c20, c + 2 * ldc); TSimd.Store(c21, c + 2 * ldc + lanes);
        TSimd.Store(c30, c + 3 * ldc); TSimd.Store(c31, c + 3 * ldc + lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x1(int depth, float* a, float* b0, int* offsets, float* c, nint ldc, bool accumulate)
    {
        TVector c0 = default, c1 = default, c2 = default, c3 = default;
        if (accumulate)
        {
            c0 = TSimd.Load(c);
            c1 = TSimd.Load(c + ldc);
            c2 = TSimd.Load(c + 2 * ldc);
            c3 = TSimd.Load(c + 3 * ldc);
        }

        for (nint k = 0; k < depth; k++)
        {
            var x = TSimd.Load(b0 + offsets[k]);
            c0 = TSimd.MultiplyAdd(TSimd.Broadcast(a[0]), x, c0);
            c1 = TSimd.MultiplyAdd(TSimd.Broadcast(a[1]), x, c1);
            c2 = TSimd.MultiplyAdd(TSimd.Broadcast(a[2]), x, c2);
            c3 = TSimd.MultiplyAdd(TSimd.Broadcast(a[3]), x, c3);
            a += 4;
        }

        TSimd.Store(c0, c);
        TSimd.Store(c1, c + ldc);
        TSimd.Store(c2, c + 2 * ldc);
        TSimd.Store(c3, c + 3 * ldc);
    }
}
