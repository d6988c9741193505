using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>
/// Tiles of 8 × 3 vectors with AVX-512: 24 sums, 3 vectors of the right factor and a broadcast of the left use 28 of 32 registers, and 24
/// multiply-adds for 11 loads keep two FMA units busy. With the 16 registers of AVX2 and SSE 6 × 2, which use 15, or 4 × 3 for products
/// whose rows fill panels of four better: layers of 16 and 32 filters, and convolutions to RGB images.
/// </summary>
internal sealed unsafe class TallMicroKernel<TVector, TSimd, TRows> : SimdMicroKernel<TVector, TSimd>
    where TVector : struct
    where TSimd : struct, ISimd<TVector>
    where TRows : struct, ICount
{
    private static readonly WideMicroKernel<TVector, TSimd, Three> s_threeRows = new();
    private static readonly TallMicroKernel<TVector, TSimd, Four> s_fourRows = new();

    public override int Rows => TRows.Value;

    public override int Vectors => TRows.Value == 6 ? 2 : 3;

    public override MicroKernel For(int rows) => TRows.Value switch
    {
        8 when rows is <= 3 or 5 or 6 => s_threeRows,
        6 when (rows + 3) / 4 * 4 < (rows + 5) / 6 * 6 => s_fourRows, // As many multiply-adds per cycle, with fewer loads.
        _ => this,
    };

    public override void Run(int vectors, int depth, float* a, in RightFactor b, in ResultTile c, in Prefetch prefetch)
    {
        switch (vectors)
        {
            case 3:
                TallTile<TVector, TSimd, Packed, TRows, Three>.Run(depth, a, null, b, c, prefetch);
                break;
            case 2:
                TallTile<TVector, TSimd, Packed, TRows, Two>.Run(depth, a, null, b, c, prefetch);
                break;
            default:
                TallTile<TVector, TSimd, Packed, TRows, One>.Run(depth, a, null, b, c, prefetch);
                break;
        }
    }
}

/// <summary>
/// The inner loop for 4, 6 or 8 rows × 1 to 3 vectors: in each step of the reduction the vectors of the right factor are loaded once, and
/// each row's factor meets them in turn. One source for every register width: conditions on types are constants for the JIT, and sums that
/// a tile lacks take no register.
/// </summary>
internal static unsafe class TallTile<TVector, TSimd, TLeft, TRows, TVectors>
    where TVector : struct
    where TSimd : struct, ISimd<TVector>
    where TLeft : struct, ILeftFactor
    where TRows : struct, ICount
    where TVectors : struct, ICount
{
    /// <summary>result [TRows][TVectors · lanes] = or += left · right.</summary>
    /// <param name="a">the packed left factor</param>
    /// <param name="rows">the left factor's rows, if they are read in place</param>
    /// <param name="right">without offsets if both factors are read in place</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(int depth, float* a, float** rows, in RightFactor right, in ResultTile result, in Prefetch prefetch)
    {
        // Copied before the loop, so that all of it stays in registers.
        float* b0 = right.Vector<TVectors>(0), b1 = right.Vector<TVectors>(1), b2 = right.Vector<TVectors>(2), c = result.Start;
        var offsets = right.Offsets;
        var ldc = result.Pitch;
        TVector c00 = default, c01 = default, c02 = default, c10 = default, c11 = default, c12 = default;
        TVector c20 = default, c21 = default, c22 = default, c30 = default, c31 = default, c32 = default;
        TVector c40 = default, c41 = default, c42 = default, c50 = default, c51 = default, c52 = default;
        TVector c60 = default, c61 = default, c62 = default, c70 = default, c71 = default, c72 = default;
        if (result.Accumulates)
        {
            Load(c, ref c00, ref c01, ref c02);
            Load(c + ldc, ref c10, ref c11, ref c12);
            Load(c + 2 * ldc, ref c20, ref c21, ref c22);
            Load(c + 3 * ldc, ref c30, ref c31, ref c32);
            if (TRows.Value > 4)
            {
                Load(c + 4 * ldc, ref c40, ref c41, ref c42);
                Load(c + 5 * ldc, ref c50, ref c51, ref c52);
            }

            if (TRows.Value > 6)
            {
                Load(c + 6 * ldc, ref c60, ref c61, ref c62);
                Load(c + 7 * ldc, ref c70, ref c71, ref c72);
            }
        }

        float* a0 = Row(rows, 0), a1 = Row(rows, 1), a2 = Row(rows, 2), a3 = Row(rows, 3);
        float* a4 = Row(rows, 4), a5 = Row(rows, 5), a6 = Row(rows, 6), a7 = Row(rows, 7);
        var near = prefetch.First;
        var far = prefetch.Second;
        var nearStep = prefetch.FirstStep;
        var farStep = prefetch.SecondStep;
        for (nint k = 0; k < depth; k += TLeft.IsPacked ? 1 : TSimd.Lanes)
        {
            if (TLeft.IsPacked && TRows.Value == 8 && TVectors.Value > 1)
            {
                Sse.Prefetch1(near);
                Sse.Prefetch1(far);
                near += nearStep;
                far += farStep;
            }

            var offset = TLeft.IsPacked ? offsets[k] : k;
            var x0 = TSimd.Load(b0 + offset);
            var x1 = TVectors.Value > 1 ? TSimd.Load(b1 + offset) : default;
            var x2 = TVectors.Value > 2 ? TSimd.Load(b2 + offset) : default;
            Add(Left(a, 0, a0, k), x0, x1, x2, ref c00, ref c01, ref c02);
            Add(Left(a, 1, a1, k), x0, x1, x2, ref c10, ref c11, ref c12);
            Add(Left(a, 2, a2, k), x0, x1, x2, ref c20, ref c21, ref c22);
            Add(Left(a, 3, a3, k), x0, x1, x2, ref c30, ref c31, ref c32);
            if (TRows.Value > 4)
            {
                Add(Left(a, 4, a4, k), x0, x1, x2, ref c40, ref c41, ref c42);
                Add(Left(a, 5, a5, k), x0, x1, x2, ref c50, ref c51, ref c52);
            }

            if (TRows.Value > 6)
            {
                Add(Left(a, 6, a6, k), x0, x1, x2, ref c60, ref c61, ref c62);
                Add(Left(a, 7, a7, k), x0, x1, x2, ref c70, ref c71, ref c72);
            }

            a += TRows.Value;
        }

        Store(c, c00, c01, c02);
        Store(c + ldc, c10, c11, c12);
        Store(c + 2 * ldc, c20, c21, c22);
        Store(c + 3 * ldc, c30, c31, c32);
        if (TRows.Value > 4)
        {
            Store(c + 4 * ldc, c40, c41, c42);
            Store(c + 5 * ldc, c50, c51, c52);
        }

        if (TRows.Value > 6)
        {
            Store(c + 6 * ldc, c60, c61, c62);
            Store(c + 7 * ldc, c70, c71, c72);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* Row(float** rows, int row) => TLeft.IsPacked || row >= TRows.Value ? null : rows[row];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Left(float* packed, int row, float* inPlace, nint k) =>
        TLeft.IsPacked ? TSimd.Broadcast(packed[row]) : TSimd.Load(inPlace + k);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(TVector w, TVector x0, TVector x1, TVector x2, ref TVector sum0, ref TVector sum1, ref TVector sum2)
    {
        sum0 = TSimd.MultiplyAdd(w, x0, sum0);
        if (TVectors.Value > 1)
        {
            sum1 = TSimd.MultiplyAdd(w, x1, sum1);
        }

        if (TVectors.Value > 2)
        {
            sum2 = TSimd.MultiplyAdd(w, x2, sum2);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(float* c, ref TVector sum0, ref TVector sum1, ref TVector sum2)
    {
        sum0 = TSimd.Load(c);
        if (TVectors.Value > 1)
        {
            sum1 = TSimd.Load(c + TSimd.Lanes);
        }

        if (TVectors.Value > 2)
        {
            sum2 = TSimd.Load(c + 2 * TSimd.Lanes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, TVector sum0, TVector sum1, TVector sum2)
    {
        TSimd.Store(sum0, c);
        if (TVectors.Value > 1)
        {
            TSimd.Store(sum1, c + TSimd.Lanes);
        }

        if (TVectors.Value > 2)
        {
            TSimd.Store(sum2, c + 2 * TSimd.Lanes);
        }
    }
}
