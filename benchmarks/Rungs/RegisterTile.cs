using System.Runtime.CompilerServices;

namespace IlgpuGan.Benchmarks.Rungs;

/// <summary>
/// Rung 4: 4 × 4 outputs at a time, whose sums stay in registers during the loop over k. There are 8 loads for 16 multiply-adds; rung 3 has
/// two loads and a store for each one.
/// </summary>
internal sealed unsafe class RegisterTile : IRung
{
    private const int Side = 4;

    private readonly Im2Col _im2col = new();

    public string Name => "register tile";

    public string Change => "4 × 4 sums held in registers: each number loaded is used four times";

    public void Run(Convolution3x3 layer, float[] x, float[] w, float[] y, int threads)
    {
        var (rows, columns, depth) = (layer.Filters, layer.Pixels, layer.Depth);
        var b = _im2col.Of(layer, x);
        fixed (float* a = w, c = y)
        {
            for (var i = 0; i <= rows - Side; i += Side)
            {
                for (var j = 0; j <= columns - Side; j += Side)
                {
                    Tile(depth, a + i * depth, b + j, columns, c + i * columns + j);
                }
            }

            PlainProduct.Border(a, b, c, rows, columns, depth, rows / Side * Side, columns / Side * Side);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(int depth, float* a, float* b, int columns, float* c)
    {
        float c00 = 0, c01 = 0, c02 = 0, c03 = 0;
        float c10 = 0, c11 = 0, c12 = 0, c13 = 0;
        float c20 = 0, c21 = 0, c22 = 0, c23 = 0;
        float c30 = 0, c31 = 0, c32 = 0, c33 = 0;
        for (nint k = 0; k < depth; k++)
        {
            float b0 = b[0], b1 = b[1], b2 = b[2], b3 = b[3];
            var a0 = a[k];
            c00 = MathF.FusedMultiplyAdd(a0, b0, c00);
            c01 = MathF.FusedMultiplyAdd(a0, b1, c01);
            c02 = MathF.FusedMultiplyAdd(a0, b2, c02);
            c03 = MathF.FusedMultiplyAdd(a0, b3, c03);
            var a1 = a[depth + k];
            c10 = MathF.FusedMultiplyAdd(a1, b0, c10);
            c11 = MathF.FusedMultiplyAdd(a1, b1, c11);
            c12 = MathF.FusedMultiplyAdd(a1, b2, c12);
            c13 = MathF.FusedMultiplyAdd(a1, b3, c13);
            var a2 = a[2 * depth + k];
            c20 = MathF.FusedMultiplyAdd(a2, b0, c20);
            c21 = MathF.FusedMultiplyAdd(a2, b1, c21);
            c22 = MathF.FusedMultiplyAdd(a2, b2, c22);
            c23 = MathF.FusedMultiplyAdd(a2, b3, c23);
            var a3 = a[3 * depth + k];
            c30 = MathF.FusedMultiplyAdd(a3, b0, c30);
            c31 = MathF.FusedMultiplyAdd(a3, b1, c31);
            c32 = MathF.FusedMultiplyAdd(a3, b2, c32);
            c33 = MathF.FusedMultiplyAdd(a3, b3, c33);
            b += columns;
        }

        (c[0], c[1], c[2], c[3]) = (c00, c01, c02, c03);
        c += columns;
        (c[0], c[1], c[2], c[3]) = (c10, c11, c12, c13);
        c += columns;
        (c[0], c[1], c[2], c[3]) = (c20, c21, c22, c23);
        c += columns;
        (c[0], c[1], c[2], c[3]) = (c30, c31, c32, c33);
    }
}

/// <summary>Computes the borders on the right and below, if the sizes are not multiples of the tile.</summary>
internal static unsafe class PlainProduct
{
    /// <summary>
    /// c = a · b, all row-major, where the row is at least <paramref name="firstRow"/> or the column at least
    /// <paramref name="firstColumn"/>.
    /// </summary>
    public static void Border(float* a, float* b, float* c, int rows, int columns, int depth, int firstRow, int firstColumn)
    {
        for (var i = 0; i < rows; i++)
        {
            for (var j = i < firstRow ? firstColumn : 0; j < columns; j++)
            {
                float sum = 0;
                for (nint k = 0; k < depth; k++)
                {
                    sum += a[i * depth + k] * b[k * columns + j];
                }

                c[i * columns + j] = sum;
            }
        }
    }
}
