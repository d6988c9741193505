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

    /// <summary>sums [Rows][columns][Lanes] = or += rows [Rows][depth] · right [columns][depth].</summary>
    /// <param name="columns">1 … <see cref="Columns"/></param>
    /// <param name="depth">a multiple of <see cref="Lanes"/></param>
    /// <param name="rows">address of each row</param>
    public abstract void Run(int columns, int depth, float** rows, in RightFactor right, in ResultTile sums);

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

    public override void Run(int columns, int depth, float** rows, in RightFactor right, in ResultTile sums)
    {
        switch (TSimd.Lanes == 16, columns)
        {
            case (true, 3):
                TallTile<TVector, TSimd, InPlace, Eight, Three>.Run(depth, null, rows, right, sums, default);
                break;
            case (true, 2):
                TallTile<TVector, TSimd, InPlace, Eight, Two>.Run(depth, null, rows, right, sums, default);
                break;
            case (true, _):
                TallTile<TVector, TSimd, InPlace, Eight, One>.Run(depth, null, rows, right, sums, default);
                break;
            case (false, 2):
                TallTile<TVector, TSimd, InPlace, Four, Two>.Run(depth, null, rows, right, sums, default);
                break;
            default:
                TallTile<TVector, TSimd, InPlace, Four, One>.Run(depth, null, rows, right, sums, default);
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
}
