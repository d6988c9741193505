using System.Runtime.CompilerServices;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Benchmarks.Rungs;

/// <summary>
/// Rung 5: the tile's columns become vectors. 6 rows × 2 vectors are 12 sums; with 2 vectors of b and one of a they take 15 of the 16
/// registers of AVX2. One instruction now multiplies and adds 4, 8 or 16 numbers.
/// </summary>
internal sealed unsafe class SimdTile<TVector, TSimd> : IRung
    where TVector : struct
    where TSimd : struct, ISimd<TVector>
{
    private const int Rows = 6;

    private readonly Im2Col _im2col = new();

    public string Name => "SIMD";

    public string Change => $"6 rows × 2 vectors of {TSimd.Lanes} sums: one instruction, {TSimd.Lanes} multiply-adds";

    public void Run(Convolution3x3 layer, float[] x, float[] w, float[] y, int threads)
    {
        var (rows, columns, depth, width) = (layer.Filters, layer.Pixels, layer.Depth, 2 * TSimd.Lanes);
        var b = _im2col.Of(layer, x);
        fixed (float* a = w, c = y)
        {
            for (var i = 0; i <= rows - Rows; i += Rows)
            {
                for (var j = 0; j <= columns - width; j += width)
                {
                    Tile(depth, a + i * depth, b + j, columns, c + i * columns + j);
                }
            }

            PlainProduct.Border(a, b, c, rows, columns, depth, rows / Rows * Rows, columns / width * width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(nint depth, float* a, float* b, nint columns, float* c)
    {
        TVector c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        TVector c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        for (nint k = 0; k < depth; k++)
        {
            var (b0, b1) = (TSimd.Load(b), TSimd.Load(b + TSimd.Lanes));
            var factor = TSimd.Broadcast(a[k]);
            (c00, c01) = (TSimd.MultiplyAdd(factor, b0, c00), TSimd.MultiplyAdd(factor, b1, c01));
            factor = TSimd.Broadcast(a[depth + k]);
            (c10, c11) = (TSimd.MultiplyAdd(factor, b0, c10), TSimd.MultiplyAdd(factor, b1, c11));
            factor = TSimd.Broadcast(a[2 * depth + k]);
            (c20, c21) = (TSimd.MultiplyAdd(factor, b0, c20), TSimd.MultiplyAdd(factor, b1, c21));
            factor = TSimd.Broadcast(a[3 * depth + k]);
            (c30, c31) = (TSimd.MultiplyAdd(factor, b0, c30), TSimd.MultiplyAdd(factor, b1, c31));
            factor = TSimd.Broadcast(a[4 * depth + k]);
            (c40, c41) = (TSimd.MultiplyAdd(factor, b0, c40), TSimd.MultiplyAdd(factor, b1, c41));
            factor = TSimd.Broadcast(a[5 * depth + k]);
            (c50, c51) = (TSimd.MultiplyAdd(factor, b0, c50), TSimd.MultiplyAdd(factor, b1, c51));
            b += columns;
        }

        Store(c, c00, c01);
        Store(c + columns, c10, c11);
        Store(c + 2 * columns, c20, c21);
        Store(c + 3 * columns, c30, c31);
        Store(c + 4 * columns, c40, c41);
        Store(c + 5 * columns, c50, c51);
    }

    private static void Store(float* c, TVector left, TVector right)
    {
        TSimd.Store(left, c);
        TSimd.Store(right, c + TSimd.Lanes);
    }
}
