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
                Tile<Eight, Three>();
                break;
            case (true, 2):
                Tile<Eight, Two>();
                break;
            case (true, _):
                Tile<Eight, One>();
                break;
            case (false, 2):
                Tile<Four, Two>();
                break;
            default:
                Tile<Four, One>();
                break;
        }

        void Tile<TRows, TColumns>()
            where TRows : struct, ICount
            where TColumns : struct, ICount =>
            TallTile<TVector, TSimd, InPlace, TRows, TColumns>.Run(
                depth, null, rows, column, column + columnPitch, column + 2 * columnPitch, null, sums, sumsPitch, accumulate, default);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Finish(float* sums, int count, float shift, float* y)
    {
        for (var i = 0; i < count; i++)
        {
            y[i] = TSimd.Sum(TSimd.Load(sums + (nint)i * TSimd.Lanes)) + shift;
        }
    }
}
