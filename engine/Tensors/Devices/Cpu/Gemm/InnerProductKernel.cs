using System.Runtime.CompilerServices;

namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>
/// Inner products of a few rows with two or three columns, all contiguous: nothing is packed, so that a large matrix is read once, in
/// memory order. Each product is kept as one partial sum per SIMD lane; the lanes are summed only at the end.
/// </summary>
internal abstract unsafe class InnerProductKernel
{
    /// <summary>Columns of a full tile.</summary>
    public abstract int Columns { get; }

    /// <summary>Rows of a tile: a multiple of 4, at most 8.</summary>
    public abstract int Rows { get; }

    /// <summary>Partial sums of a product.</summary>
    public abstract int Lanes { get; }

    /// <summary>
    /// sums [Rows][columns][Lanes] (rows <paramref name="sumsPitch"/> apart) = or += rows [Rows][depth] · columns [columns][depth].
    /// </summary>
    /// <param name="columns">1 … <see cref="Columns"/></param>
    /// <param name="depth">a multiple of <see cref="Lanes"/></param>
    /// <param name="rows">address of each row</param>
    public abstract void Run(
        int columns, int depth, float** rows, float* column, nint columnPitch, float* sums, nint sumsPitch, bool accumulate);

    /// <summary>Columns of the next tile when <paramref name="left"/> remain: avoids a single column at the end where possible.</summary>
    public int NextTile(int left) => left == Columns + 1 && Columns > 2 ? Columns - 1 : Math.Min(left, Columns);

    /// <summary>y[i] = shift + the sum of the lanes of product i.</summary>
    public abstract void Finish(float* sums, int count, float shift, float* y);
}

/// <summary>8 × 3 tiles with AVX-512, which has 32 registers; 4 × 2 with AVX2, SSE and NEON.</summary>
internal sealed unsafe class InnerProductKernel<TVector, TSimd> : InnerProductKernel
    where TVector : struct
    where TSimd : struct, ISimd<TVector>
{
    public override int Rows => TSimd.Lanes == 16 ? 8 : 4;

    public override int Columns => TSimd.Lanes == 16 ? 3 : 2;

    public override int Lanes => TSimd.Lanes;

    public override void Run(
        int columns, int depth, float** rows, float* column, nint columnPitch, float* sums, nint sumsPitch, bool accumulate)
    {
        switch (TSimd.Lanes == 16, columns)
        {
            case (true, 3):
                Tile8x3(depth, rows, column, column + columnPitch, column + 2 * columnPitch, sums, sumsPitch, accumulate);
                break;
            case (true, 2):
                Tile8x2(depth, rows, column, column + columnPitch, sums, sumsPitch, accumulate);
                break;
            case (true, _):
                Tile8x1(depth, rows, column, sums, sumsPitch, accumulate);
                break;
            case (false, 2):
                Tile4x2(depth, rows, column, column + columnPitch, sums, sumsPitch, accumulate);
                break;
            default:
                Tile4x1(depth, rows, column, sums, sumsPitch, accumulate);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Finish(float* sums, int count, float shift, float* y)
    {
        for (var i = 0; i < count; i++)
        {
            y[i] = TSimd.Sum(TSimd.Load(sums + (nint)i * TSimd.Lanes)) + shift;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x3(int depth, float** rows, float* b0, float* b1, float* b2, float* c, nint ldc, bool accumulate)
    {
        TVector c00 = default, c01 = default, c02 = default, c10 = default, c11 = default, c12 = default;
        TVector c20 = default, c21 = default, c22 = default, c30 = default, c31 = default, c32 = default;
        TVector c40 = default, c41 = default, c42 = default, c50 = default, c51 = default, c52 = default;
        TVector c60 = default, c61 = default, c62 = default, c70 = default, c71 = default, c72 = default;
        var lanes = TSimd.Lanes;
        if (accumulate)
        {
            c00 = TSimd.Load(c); c01 = TSimd.Load(c + lanes); c02 = TSimd.Load(c + 2 * lanes);
            c10 = TSimd.Load(c + ldc); c11 = TSimd.Load(c + ldc + lanes); c12 = TSimd.Load(c + ldc + 2 * lanes);
            c20 = TSimd.Load(c + 2 * ldc); c21 = TSimd.Load(c + 2 * ldc + lanes); c22 = TSimd.Load(c + 2 * ldc + 2 * lanes);
            c30 = TSimd.Load(c + 3 * ldc); c31 = TSimd.Load(c + 3 * ldc + lanes); c32 = TSimd.Load(c + 3 * ldc + 2 * lanes);
            c40 = TSimd.Load(c + 4 * ldc); c41 = TSimd.Load(c + 4 * ldc + lanes); c42 = TSimd.Load(c + 4 * ldc + 2 * lanes);
            c50 = TSimd.Load(c + 5 * ldc); c51 = TSimd.Load(c + 5 * ldc + lanes); c52 = TSimd.Load(c + 5 * ldc + 2 * lanes);
            c60 = TSimd.Load(c + 6 * ldc); c61 = TSimd.Load(c + 6 * ldc + lanes); c62 = TSimd.Load(c + 6 * ldc + 2 * lanes);
            c70 = TSimd.Load(c + 7 * ldc); c71 = TSimd.Load(c + 7 * ldc + lanes); c72 = TSimd.Load(c + 7 * ldc + 2 * lanes);
        }

        var a0 = rows[0];
        var a1 = rows[1];
        var a2 = rows[2];
        var a3 = rows[3];
        var a4 = rows[4];
        var a5 = rows[5];
        var a6 = rows[6];
        var a7 = rows[7];
        for (nint k = 0; k < depth; k += lanes)
        {
            var x0 = TSimd.Load(b0 + k);
            var x1 = TSimd.Load(b1 + k);
            var x2 = TSimd.Load(b2 + k);
            var w = TSimd.Load(a0 + k);
            c00 = TSimd.MultiplyAdd(w, x0, c00);
            c01 = TSimd.MultiplyAdd(w, x1, c01);
            c02 = TSimd.MultiplyAdd(w, x2, c02);
            w = TSimd.Load(a1 + k);
            c10 = TSimd.MultiplyAdd(w, x0, c10);
            c11 = TSimd.MultiplyAdd(w, x1, c11);
            c12 = TSimd.MultiplyAdd(w, x2, c12);
            w = TSimd.Load(a2 + k);
            c20 = TSimd.MultiplyAdd(w, x0, c20);
            c21 = TSimd.MultiplyAdd(w, x1, c21);
            c22 = TSimd.MultiplyAdd(w, x2, c22);
            w = TSimd.Load(a3 + k);
            c30 = TSimd.MultiplyAdd(w, x0, c30);
            c31 = TSimd.MultiplyAdd(w, x1, c31);
            c32 = TSimd.MultiplyAdd(w, x2, c32);
            w = TSimd.Load(a4 + k);
            c40 = TSimd.MultiplyAdd(w, x0, c40);
            c41 = TSimd.MultiplyAdd(w, x1, c41);
            c42 = TSimd.MultiplyAdd(w, x2, c42);
            w = TSimd.Load(a5 + k);
            c50 = TSimd.MultiplyAdd(w, x0, c50);
            c51 = TSimd.MultiplyAdd(w, x1, c51);
            c52 = TSimd.MultiplyAdd(w, x2, c52);
            w = TSimd.Load(a6 + k);
            c60 = TSimd.MultiplyAdd(w, x0, c60);
            c61 = TSimd.MultiplyAdd(w, x1, c61);
            c62 = TSimd.MultiplyAdd(w, x2, c62);
            w = TSimd.Load(a7 + k);
            c70 = TSimd.MultiplyAdd(w, x0, c70);
            c71 = TSimd.MultiplyAdd(w, x1, c71);
            c72 = TSimd.MultiplyAdd(w, x2, c72);
        }

        TSimd.Store(c00, c); TSimd.Store(c01, c + lanes); TSimd.Store(c02, c + 2 * lanes);
        TSimd.Store(c10, c + ldc); TSimd.Store(c11, c + ldc + lanes); TSimd.Store(c12, c + ldc + 2 * lanes);
        TSimd.Store(c20, c + 2 * ldc); TSimd.Store(c21, c + 2 * ldc + lanes); TSimd.Store(c22, c + 2 * ldc + 2 * lanes);
        TSimd.Store(c30, c + 3 * ldc); TSimd.Store(c31, c + 3 * ldc + lanes); TSimd.Store(c32, c + 3 * ldc + 2 * lanes);
        TSimd.Store(c40, c + 4 * ldc); TSimd.Store(c41, c + 4 * ldc + lanes); TSimd.Store(c42, c + 4 * ldc + 2 * lanes);
        TSimd.Store(c50, c + 5 * ldc); TSimd.Store(c51, c + 5 * ldc + lanes); TSimd.Store(c52, c + 5 * ldc + 2 * lanes);
        TSimd.Store(c60, c + 6 * ldc); TSimd.Store(c61, c + 6 * ldc + lanes); TSimd.Store(c62, c + 6 * ldc + 2 * lanes);
        TSimd.Store(c70, c + 7 * ldc); TSimd.Store(c71, c + 7 * ldc + lanes); TSimd.Store(c72, c + 7 * ldc + 2 * lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x2(int depth, float** rows, float* b0, float* b1, float* c, nint ldc, bool accumulate)
    {
        TVector c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        TVector c40 = default, c41 = default, c50 = default, c51 = default, c60 = default, c61 = default, c70 = default, c71 = default;
        var lanes = TSimd.Lanes;
        if (accumulate)
        {
            c00 = TSimd.Load(c); c01 = TSimd.Load(c + lanes);
            c10 = TSimd.Load(c + ldc); c11 = TSimd.Load(c + ldc + lanes);
            c20 = TSimd.Load(c + 2 * ldc); c21 = TSimd.Load(c + 2 * ldc + lanes);
            c30 = TSimd.Load(c + 3 * ldc); c31 = TSimd.Load(c + 3 * ldc + lanes);
            c40 = TSimd.Load(c + 4 * ldc); c41 = TSimd.Load(c + 4 * ldc + lanes);
            c50 = TSimd.Load(c + 5 * ldc); c51 = TSimd.Load(c + 5 * ldc + lanes);
            c60 = TSimd.Load(c + 6 * ldc); c61 = TSimd.Load(c + 6 * ldc + lanes);
            c70 = TSimd.Load(c + 7 * ldc); c71 = TSimd.Load(c + 7 * ldc + lanes);
        }

        var a0 = rows[0];
        var a1 = rows[1];
        var a2 = rows[2];
        var a3 = rows[3];
        var a4 = rows[4];
        var a5 = rows[5];
        var a6 = rows[6];
        var a7 = rows[7];
        for (nint k = 0; k < depth; k += lanes)
        {
            var x0 = TSimd.Load(b0 + k);
            var x1 = TSimd.Load(b1 + k);
            var w = TSimd.Load(a0 + k);
            c00 = TSimd.MultiplyAdd(w, x0, c00);
            c01 = TSimd.MultiplyAdd(w, x1, c01);
            w = TSimd.Load(a1 + k);
            c10 = TSimd.MultiplyAdd(w, x0, c10);
            c11 = TSimd.MultiplyAdd(w, x1, c11);
            w = TSimd.Load(a2 + k);
            c20 = TSimd.MultiplyAdd(w, x0, c20);
            c21 = TSimd.MultiplyAdd(w, x1, c21);
            w = TSimd.Load(a3 + k);
            c30 = TSimd.MultiplyAdd(w, x0, c30);
            c31 = TSimd.MultiplyAdd(w, x1, c31);
            w = TSimd.Load(a4 + k);
            c40 = TSimd.MultiplyAdd(w, x0, c40);
            c41 = TSimd.MultiplyAdd(w, x1, c41);
            w = TSimd.Load(a5 + k);
            c50 = TSimd.MultiplyAdd(w, x0, c50);
            c51 = TSimd.MultiplyAdd(w, x1, c51);
            w = TSimd.Load(a6 + k);
            c60 = TSimd.MultiplyAdd(w, x0, c60);
            c61 = TSimd.MultiplyAdd(w, x1, c61);
            w = TSimd.Load(a7 + k);
            c70 = TSimd.MultiplyAdd(w, x0, c70);
            c71 = TSimd.MultiplyAdd(w, x1, c71);
        }

        TSimd.Store(c00, c); TSimd.Store(c01, c + lanes);
        TSimd.Store(c10, c + ldc); TSimd.Store(c11, c + ldc + lanes);
        TSimd.Store(c20, c + 2 * ldc); TSimd.Store(c21, c + 2 * ldc + lanes);
        TSimd.Store(c30, c + 3 * ldc); TSimd.Store(c31, c + 3 * ldc + lanes);
        TSimd.Store(c40, c + 4 * ldc); TSimd.Store(c41, c + 4 * ldc + lanes);
        TSimd.Store(c50, c + 5 * ldc); TSimd.Store(c51, c + 5 * ldc + lanes);
        TSimd.Store(c60, c + 6 * ldc); TSimd.Store(c61, c + 6 * ldc + lanes);
        TSimd.Store(c70, c + 7 * ldc); TSimd.Store(c71, c + 7 * ldc + lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x1(int depth, float** rows, float* b, float* c, nint ldc, bool accumulate)
    {
        TVector c0 = default, c1 = default, c2 = default, c3 = default;
        TVector c4 = default, c5 = default, c6 = default, c7 = default;
        var lanes = TSimd.Lanes;
        if (accumulate)
        {
            c0 = TSimd.Load(c);
            c1 = TSimd.Load(c + ldc);
            c2 = TSimd.Load(c + 2 * ldc);
            c3 = TSimd.Load(c + 3 * ldc);
            c4 = TSimd.Load(c + 4 * ldc);
            c5 = TSimd.Load(c + 5 * ldc);
            c6 = TSimd.Load(c + 6 * ldc);
            c7 = TSimd.Load(c + 7 * ldc);
        }

        var a0 = rows[0];
        var a1 = rows[1];
        var a2 = rows[2];
        var a3 = rows[3];
        var a4 = rows[4];
        var a5 = rows[5];
        var a6 = rows[6];
        var a7 = rows[7];
        for (nint k = 0; k < depth; k += lanes)
        {
            var x = TSimd.Load(b + k);
            c0 = TSimd.MultiplyAdd(TSimd.Load(a0 + k), x, c0);
            c1 = TSimd.MultiplyAdd(TSimd.Load(a1 + k), x, c1);
            c2 = TSimd.MultiplyAdd(TSimd.Load(a2 + k), x, c2);
            c3 = TSimd.MultiplyAdd(TSimd.Load(a3 + k), x, c3);
            c4 = TSimd.MultiplyAdd(TSimd.Load(a4 + k), x, c4);
            c5 = TSimd.MultiplyAdd(TSimd.Load(a5 + k), x, c5);
            c6 = TSimd.MultiplyAdd(TSimd.Load(a6 + k), x, c6);
            c7 = TSimd.MultiplyAdd(TSimd.Load(a7 + k), x, c7);
        }

        TSimd.Store(c0, c);
        TSimd.Store(c1, c + ldc);
        TSimd.Store(c2, c + 2 * ldc);
        TSimd.Store(c3, c + 3 * ldc);
        TSimd.Store(c4, c + 4 * ldc);
        TSimd.Store(c5, c + 5 * ldc);
        TSimd.Store(c6, c + 6 * ldc);
        TSimd.Store(c7, c + 7 * ldc);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x2(int depth, float** rows, float* b0, float* b1, float* c, nint ldc, bool accumulate)
    {
        TVector c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        var lanes = TSimd.Lanes;
        if (accumulate)
        {
            c00 = TSimd.Load(c); c01 = TSimd.Load(c + lanes);
            c10 = TSimd.Load(c + ldc); c11 = TSimd.Load(c + ldc + lanes);
            c20 = TSimd.Load(c + 2 * ldc); c21 = TSimd.Load(c + 2 * ldc + lanes);
            c30 = TSimd.Load(c + 3 * ldc); c31 = TSimd.Load(c + 3 * ldc + lanes);
        }

        var a0 = rows[0];
        var a1 = rows[1];
        var a2 = rows[2];
        var a3 = rows[3];
        for (nint k = 0; k < depth; k += lanes)
        {
            var x0 = TSimd.Load(b0 + k);
            var x1 = TSimd.Load(b1 + k);
            var w = TSimd.Load(a0 + k);
            c00 = TSimd.MultiplyAdd(w, x0, c00);
            c01 = TSimd.MultiplyAdd(w, x1, c01);
            w = TSimd.Load(a1 + k);
            c10 = TSimd.MultiplyAdd(w, x0, c10);
            c11 = TSimd.MultiplyAdd(w, x1, c11);
            w = TSimd.Load(a2 + k);
            c20 = TSimd.MultiplyAdd(w, x0, c20);
            c21 = TSimd.MultiplyAdd(w, x1, c21);
            w = TSimd.Load(a3 + k);
            c30 = TSimd.MultiplyAdd(w, x0, c30);
            c31 = TSimd.MultiplyAdd(w, x1, c31);
        }

        TSimd.Store(c00, c); TSimd.Store(c01, c + lanes);
        TSimd.Store(c10, c + ldc); TSimd.Store(c11, c + ldc + lanes);
        TSimd.Store(c20, c + 2 * ldc); TSimd.Store(c21, c + 2 * ldc + lanes);
        TSimd.Store(c30, c + 3 * ldc); TSimd.Store(c31, c + 3 * ldc + lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x1(int depth, float** rows, float* b, float* c, nint ldc, bool accumulate)
    {
        TVector c0 = default, c1 = default, c2 = default, c3 = default;
        var lanes = TSimd.Lanes;
        if (accumulate)
        {
            c0 = TSimd.Load(c);
            c1 = TSimd.Load(c + ldc);
            c2 = TSimd.Load(c + 2 * ldc);
            c3 = TSimd.Load(c + 3 * ldc);
        }

        var a0 = rows[0];
        var a1 = rows[1];
        var a2 = rows[2];
        var a3 = rows[3];
        for (nint k = 0; k < depth; k += lanes)
        {
            var x = TSimd.Load(b + k);
            c0 = TSimd.MultiplyAdd(TSimd.Load(a0 + k), x, c0);
            c1 = TSimd.MultiplyAdd(TSimd.Load(a1 + k), x, c1);
            c2 = TSimd.MultiplyAdd(TSimd.Load(a2 + k), x, c2);
            c3 = TSimd.MultiplyAdd(TSimd.Load(a3 + k), x, c3);
        }

        TSimd.Store(c0, c);
        TSimd.Store(c1, c + ldc);
        TSimd.Store(c2, c + 2 * ldc);
        TSimd.Store(c3, c + 3 * ldc);
    }
}
