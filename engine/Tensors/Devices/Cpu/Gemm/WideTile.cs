using System.Runtime.CompilerServices;

namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>
/// Tiles of 3 × 8 vectors, for products with three rows or few more: convolutions to RGB images, where a tall tile of AVX-512 would
/// compute five rows of padding. Tiles of 1 × 8 serve depthwise convolutions, in which each filter reads one plane.
/// </summary>
internal sealed unsafe class WideMicroKernel<TVector, TSimd, TRows> : SimdMicroKernel<TVector, TSimd>
    where TVector : struct
    where TSimd : struct, ISimd<TVector>
    where TRows : struct, ICount
{
    public override int Rows => TRows.Value;

    public override int Vectors => 8;

    public override int NextTile(int left) => left >= 8 ? 8 : left >= 4 ? 4 : 1;

    public override void Run(int vectors, int depth, float* a, in RightFactor b, in ResultTile c, in Prefetch prefetch)
    {
        switch (vectors)
        {
            case 8:
                WideTile<TVector, TSimd, TRows, Eight>.Run(depth, a, b, c);
                break;
            case 4:
                WideTile<TVector, TSimd, TRows, Four>.Run(depth, a, b, c);
                break;
            default:
                WideTile<TVector, TSimd, TRows, One>.Run(depth, a, b, c);
                break;
        }
    }
}

/// <summary>
/// The inner loop for 1 or 3 rows × 1, 4 or 8 vectors: in each step of the reduction the rows' factors stay in registers, and the vectors
/// of the right factor meet them in turn. Conditions on types are constants for the JIT, as in
/// <see cref="TallTile{TVector,TSimd,TLeft,TRows,TVectors}"/>.
/// </summary>
internal static unsafe class WideTile<TVector, TSimd, TRows, TVectors>
    where TVector : struct
    where TSimd : struct, ISimd<TVector>
    where TRows : struct, ICount
    where TVectors : struct, ICount
{
    /// <summary>As <see cref="MicroKernel.Run(int,int,float*,in RightFactor,in ResultTile)"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(int depth, float* a, in RightFactor right, in ResultTile result)
    {
        float* b0 = right.Vector<TVectors>(0), b1 = right.Vector<TVectors>(1), b2 = right.Vector<TVectors>(2);
        float* b3 = right.Vector<TVectors>(3), b4 = right.Vector<TVectors>(4), b5 = right.Vector<TVectors>(5);
        float* b6 = right.Vector<TVectors>(6), b7 = right.Vector<TVectors>(7), c = result.Start;
        var offsets = right.Offsets;
        var ldc = result.Pitch;
        TVector c00 = default, c10 = default, c20 = default, c01 = default, c11 = default, c21 = default;
        TVector c02 = default, c12 = default, c22 = default, c03 = default, c13 = default, c23 = default;
        TVector c04 = default, c14 = default, c24 = default, c05 = default, c15 = default, c25 = default;
        TVector c06 = default, c16 = default, c26 = default, c07 = default, c17 = default, c27 = default;
        if (result.Accumulates)
        {
            Load(c, ldc, ref c00, ref c10, ref c20);
            if (TVectors.Value > 1)
            {
                Load(c + TSimd.Lanes, ldc, ref c01, ref c11, ref c21);
                Load(c + 2 * TSimd.Lanes, ldc, ref c02, ref c12, ref c22);
                Load(c + 3 * TSimd.Lanes, ldc, ref c03, ref c13, ref c23);
            }

            if (TVectors.Value > 4)
            {
                Load(c + 4 * TSimd.Lanes, ldc, ref c04, ref c14, ref c24);
                Load(c + 5 * TSimd.Lanes, ldc, ref c05, ref c15, ref c25);
                Load(c + 6 * TSimd.Lanes, ldc, ref c06, ref c16, ref c26);
                Load(c + 7 * TSimd.Lanes, ldc, ref c07, ref c17, ref c27);
            }
        }

        for (nint k = 0; k < depth; k++)
        {
            nint offset = offsets[k];
            var w0 = TSimd.Broadcast(a[0]);
            var w1 = TRows.Value > 1 ? TSimd.Broadcast(a[1]) : default;
            var w2 = TRows.Value > 1 ? TSimd.Broadcast(a[2]) : default;
            Add(w0, w1, w2, TSimd.Load(b0 + offset), ref c00, ref c10, ref c20);
            if (TVectors.Value > 1)
            {
                Add(w0, w1, w2, TSimd.Load(b1 + offset), ref c01, ref c11, ref c21);
                Add(w0, w1, w2, TSimd.Load(b2 + offset), ref c02, ref c12, ref c22);
                Add(w0, w1, w2, TSimd.Load(b3 + offset), ref c03, ref c13, ref c23);
            }

            if (TVectors.Value > 4)
            {
                Add(w0, w1, w2, TSimd.Load(b4 + offset), ref c04, ref c14, ref c24);
                Add(w0, w1, w2, TSimd.Load(b5 + offset), ref c05, ref c15, ref c25);
                Add(w0, w1, w2, TSimd.Load(b6 + offset), ref c06, ref c16, ref c26);
                Add(w0, w1, w2, TSimd.Load(b7 + offset), ref c07, ref c17, ref c27);
            }

            a += TRows.Value;
        }

        Store(c, ldc, c00, c10, c20);
        if (TVectors.Value > 1)
        {
            Store(c + TSimd.Lanes, ldc, c01, c11, c21);
            Store(c + 2 * TSimd.Lanes, ldc, c02, c12, c22);
            Store(c + 3 * TSimd.Lanes, ldc, c03, c13, c23);
        }

        if (TVectors.Value > 4)
        {
            Store(c + 4 * TSimd.Lanes, ldc, c04, c14, c24);
            Store(c + 5 * TSimd.Lanes, ldc, c05, c15, c25);
            Store(c + 6 * TSimd.Lanes, ldc, c06, c16, c26);
            Store(c + 7 * TSimd.Lanes, ldc, c07, c17, c27);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(TVector w0, TVector w1, TVector w2, TVector x, ref TVector sum0, ref TVector sum1, ref TVector sum2)
    {
        sum0 = TSimd.MultiplyAdd(w0, x, sum0);
        if (TRows.Value > 1)
        {
            sum1 = TSimd.MultiplyAdd(w1, x, sum1);
            sum2 = TSimd.MultiplyAdd(w2, x, sum2);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(float* c, nint ldc, ref TVector sum0, ref TVector sum1, ref TVector sum2)
    {
        sum0 = TSimd.Load(c);
        if (TRows.Value > 1)
        {
            sum1 = TSimd.Load(c + ldc);
            sum2 = TSimd.Load(c + 2 * ldc);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, nint ldc, TVector sum0, TVector sum1, TVector sum2)
    {
        TSimd.Store(sum0, c);
        if (TRows.Value > 1)
        {
            TSimd.Store(sum1, c + ldc);
            TSimd.Store(sum2, c + 2 * ldc);
        }
    }
}
