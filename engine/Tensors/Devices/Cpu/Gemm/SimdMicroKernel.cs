namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>What the micro-kernels of one vector width share.</summary>
internal abstract unsafe class SimdMicroKernel<TVector, TSimd> : MicroKernel
    where TVector : struct
    where TSimd : struct, ISimd<TVector>
{
    private static readonly WideMicroKernel<TVector, TSimd, One> s_singleRow = new();
    private static readonly InnerProductKernel<TVector, TSimd> s_innerProducts = new();

    public override int Lanes => TSimd.Lanes;

    public override InnerProductKernel InnerProducts => s_innerProducts;

    public override MicroKernel SingleRow => s_singleRow;
}

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

    public override void Run(
        int vectors, int depth, float* a, float* b, int* bases, int* offsets, float* c, int ldc, bool accumulate, in Prefetch prefetch)
    {
        var b0 = b + bases[0];
        switch (vectors)
        {
            case 3:
                TallTile<TVector, TSimd, Packed, TRows, Three>.Run(
                    depth, a, null, b0, b + bases[1], b + bases[2], offsets, c, ldc, accumulate, prefetch);
                break;
            case 2:
                TallTile<TVector, TSimd, Packed, TRows, Two>.Run(
                    depth, a, null, b0, b + bases[1], null, offsets, c, ldc, accumulate, prefetch);
                break;
            default:
                TallTile<TVector, TSimd, Packed, TRows, One>.Run(
                    depth, a, null, b0, null, null, offsets, c, ldc, accumulate, prefetch);
                break;
        }
    }
}

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

    public override void Run(
        int vectors, int depth, float* a, float* b, int* bases, int* offsets, float* c, int ldc, bool accumulate, in Prefetch prefetch)
    {
        switch (vectors)
        {
            case 8:
                WideTile<TVector, TSimd, TRows, Eight>.Run(depth, a, b, bases, offsets, c, ldc, accumulate);
                break;
            case 4:
                WideTile<TVector, TSimd, TRows, Four>.Run(depth, a, b, bases, offsets, c, ldc, accumulate);
                break;
            default:
                WideTile<TVector, TSimd, TRows, One>.Run(depth, a, b, bases, offsets, c, ldc, accumulate);
                break;
        }
    }
}
