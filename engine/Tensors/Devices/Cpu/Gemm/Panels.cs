using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>Packs the left factor of a product into the panels that <see cref="MicroKernel"/> reads.</summary>
internal static unsafe class Panels
{
    /// <summary>
    /// panel [depth][rows] from contiguous rows: panel[k][r] = source[r · rowStride + k]; rows from <paramref name="used"/> on are zeros.
    /// </summary>
    public static void FromRows(float* source, nint rowStride, int used, int depth, int rows, float* panel) =>
        Transpose.Run(source, rowStride, used, rows, depth, panel, rows);

    /// <summary>
    /// panel [depth][rows] from contiguous columns: panel[k][r] = source[k · columnStride + r]; rows from <paramref name="used"/> on are
    /// zeros.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FromColumns(float* source, nint columnStride, int used, int depth, int rows, float* panel)
    {
        if (used == 8 && rows == 8)
        {
            for (var k = 0; k < depth; k++)
            {
                Vector256.Load(source + k * columnStride).Store(panel + k * 8);
            }

            return;
        }

        if (used == rows && (rows is 4 or 6))
        {
            for (var k = 0; k < depth; k++)
            {
                float* from = source + (k * columnStride), to = panel + (k * rows);
                Vector128.Load(from).Store(to);
                if (rows == 6)
                {
                    Vector64.Load(from + 4).Store(to + 4);
                }
            }

            return;
        }

        for (var k = 0; k < depth; k++)
        {
            for (var r = 0; r < rows; r++)
            {
                panel[k * rows + r] = r < used ? source[k * columnStride + r] : 0;
            }
        }
    }
}
