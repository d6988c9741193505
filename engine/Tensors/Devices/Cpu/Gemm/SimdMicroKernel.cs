using System.Runtime.CompilerServices;

namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>
/// 6 × 2-vector tiles for 256-bit registers (AVX2: 15 of 16 in use) and for 128-bit ones (SSE, NEON): one source, compiled for each width.
/// </summary>
internal sealed unsafe class SimdMicroKernel<TVector, TSimd> : MicroKernel
    where TVector : struct
    where TSimd : struct, ISimd<TVector>
{
    private static readonly FourRowMicroKernel<TVector, TSimd> s_fourRows = new();

    public override int Rows => 6;

    public override int Vectors => 2;

    public override InnerProductKernel InnerProducts { get; } = new InnerProductKernel<TVector, TSimd>();

    public override MicroKernel SingleRow { get; } = new SingleRowMicroKernel<TVector, TSimd>();

    public override int Lanes => TSimd.Lanes;

    /// <summary>The four-row kernel where it pads the last panel less: as many multiply-adds per cycle, with fewer loads.</summary>
    public override MicroKernel For(int rows) => (rows + 3) / 4 * 4 < (rows + 5) / 6 * 6 ? s_fourRows : this;

    public override void Run(
        int vectors, int depth, float* a, float* b, int* bases, int* offsets, float* c, int ldc, bool accumulate)
    {
        if (vectors == 2)
        {
            Tile6x2(depth, a, b + bases[0], b + bases[1], offsets, c, ldc, accumulate);
        }
        else
        {
            Tile6x1(depth, a, b + bases[0], offsets, c, ldc, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x2(int depth, float* a, float* b0, float* b1, int* offsets, float* c, nint ldc, bool accumulate)
    {
        TVector c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        TVector c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        var lanes = TSimd.Lanes;
        if (accumulate)
        {
            c00 = TSimd.Load(c); c01 = TSimd.Load(c + lanes);
            c10 = TSimd.Load(c + ldc); c11 = TSimd.Load(c + ldc + lanes);
            c20 = TSimd.Load(c + 2 * ldc); c21 = TSimd.Load(c + 2 * ldc + lanes);
            c30 = TSimd.Load(c + 3 * ldc); c31 = TSimd.Load(c + 3 * ldc + lanes);
            c40 = TSimd.Load(c + 4 * ldc); c41 = TSimd.Load(c + 4 * ldc + lanes);
            c50 = TSimd.Load(c + 5 * ldc); c51 = TSimd.Load(c + 5 * ldc + lanes);
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
            w = TSimd.Broadcast(a[4]);
            c40 = TSimd.MultiplyAdd(w, x0, c40);
            c41 = TSimd.MultiplyAdd(w, x1, c41);
            w = TSimd.Broadcast(a[5]);
            c50 = TSimd.MultiplyAdd(w, x0, c50);
            c51 = TSimd.MultiplyAdd(w, x1, c51);
            a += 6;
        }

        TSimd.Store(c00, c); TSimd.Store(c01, c + lanes);
        TSimd.Store(c10, c + ldc); TSimd.Store(c11, c + ldc + lanes);
        TSimd.Store(c20, c + 2 * ldc); TSimd.Store(c21, c + 2 * ldc + lanes);
        TSimd.Store(c30, c + 3 * ldc); TSimd.Store(c31, c + 3 * ldc + lanes);
        TSimd.Store(c40, c + 4 * ldc); TSimd.Store(c41, c + 4 * ldc + lanes);
        TSimd.Store(c50, c + 5 * ldc); TSimd.Store(c51, c + 5 * ldc + lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x1(int depth, float* a, float* b0, int* offsets, float* c, nint ldc, bool accumulate)
    {
        TVector c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default;
        if (accumulate)
        {
            c0 = TSimd.Load(c);
            c1 = TSimd.Load(c + ldc);
            c2 = TSimd.Load(c + 2 * ldc);
            c3 = TSimd.Load(c + 3 * ldc);
            c4 = TSimd.Load(c + 4 * ldc);
            c5 = TSimd.Load(c + 5 * ldc);
        }

        for (nint k = 0; k < depth; k++)
        {
            var x = TSimd.Load(b0 + offsets[k]);
            c0 = TSimd.MultiplyAdd(TSimd.Broadcast(a[0]), x, c0);
            c1 = TSimd.MultiplyAdd(TSimd.Broadcast(a[1]), x, c1);
            c2 = TSimd.MultiplyAdd(TSimd.Broadcast(a[2]), x, c2);
            c3 = TSimd.MultiplyAdd(TSimd.Broadcast(a[3]), x, c3);
            c4 = TSimd.MultiplyAdd(TSimd.Broadcast(a[4]), x, c4);
            c5 = TSimd.MultiplyAdd(TSimd.Broadcast(a[5]), x, c5);
            a += 6;
        }

        TSimd.Store(c0, c);
        TSimd.Store(c1, c + ldc);
        TSimd.Store(c2, c + 2 * ldc);
        TSimd.Store(c3, c + 3 * ldc);
        TSimd.Store(c4, c + 4 * ldc);
        TSimd.Store(c5, c + 5 * ldc);
    }
}
