using System.Runtime.CompilerServices;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Benchmarks.Rungs;

/// <summary>
/// The tile of rung 5 over packed factors, used by rungs 6 to 10: panels of a [depth][6] and strips of b [depth][2 vectors], so that the
/// loop reads both contiguously and from as few pages as possible.
/// </summary>
internal static unsafe class PackedTile<TVector, TSimd>
    where TVector : struct
    where TSimd : struct, ISimd<TVector>
{
    public const int Rows = 6;

    public static int Width => 2 * TSimd.Lanes;

    /// <summary>Packs rows of a into panel [depth][Rows], with zeros beyond <paramref name="used"/>.</summary>
    public static void PackLeft(float* a, nint pitch, int used, int depth, float* panel)
    {
        for (var r = 0; r < Rows; r++)
        {
            for (nint k = 0; k < depth; k++)
            {
                panel[k * Rows + r] = r < used ? a[r * pitch + k] : 0;
            }
        }
    }

    /// <summary>Packs columns of b into strip [depth][Width], with zeros beyond <paramref name="used"/>.</summary>
    public static void PackRight(float* b, nint pitch, int used, int depth, float* strip)
    {
        for (nint k = 0; k < depth; k++)
        {
            var to = new Span<float>(strip + k * Width, Width);
            new ReadOnlySpan<float>(b + k * pitch, used).CopyTo(to);
            to[used..].Clear();
        }
    }

    /// <summary>
    /// c [rows][columns] = (or +=) panel · strip. A partial tile at the border is computed as a whole tile in scratch memory.
    /// </summary>
    public static void Run(int depth, float* panel, float* strip, float* c, nint pitch, int rows, int columns, bool accumulate)
    {
        if (rows == Rows && columns == Width)
        {
            Whole(depth, panel, strip, c, pitch, accumulate);
            return;
        }

        var tile = stackalloc float[Rows * Width];
        Whole(depth, panel, strip, tile, Width, accumulate: false);
        for (var r = 0; r < rows; r++)
        {
            for (var j = 0; j < columns; j++)
            {
                c[r * pitch + j] = (accumulate ? c[r * pitch + j] : 0) + tile[r * Width + j];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Whole(nint depth, float* a, float* b, float* c, nint pitch, bool accumulate)
    {
        TVector c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        TVector c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        if (accumulate)
        {
            (c00, c01) = (TSimd.Load(c), TSimd.Load(c + TSimd.Lanes));
            (c10, c11) = (TSimd.Load(c + pitch), TSimd.Load(c + pitch + TSimd.Lanes));
            (c20, c21) = (TSimd.Load(c + 2 * pitch), TSimd.Load(c + 2 * pitch + TSimd.Lanes));
            (c30, c31) = (TSimd.Load(c + 3 * pitch), TSimd.Load(c + 3 * pitch + TSimd.Lanes));
            (c40, c41) = (TSimd.Load(c + 4 * pitch), TSimd.Load(c + 4 * pitch + TSimd.Lanes));
            (c50, c51) = (TSimd.Load(c + 5 * pitch), TSimd.Load(c + 5 * pitch + TSimd.Lanes));
        }

        for (nint k = 0; k < depth; k++)
        {
            var (b0, b1) = (TSimd.Load(b), TSimd.Load(b + TSimd.Lanes));
            var factor = TSimd.Broadcast(a[0]);
            (c00, c01) = (TSimd.MultiplyAdd(factor, b0, c00), TSimd.MultiplyAdd(factor, b1, c01));
            factor = TSimd.Broadcast(a[1]);
            (c10, c11) = (TSimd.MultiplyAdd(factor, b0, c10), TSimd.MultiplyAdd(factor, b1, c11));
            factor = TSimd.Broadcast(a[2]);
            (c20, c21) = (TSimd.MultiplyAdd(factor, b0, c20), TSimd.MultiplyAdd(factor, b1, c21));
            factor = TSimd.Broadcast(a[3]);
            (c30, c31) = (TSimd.MultiplyAdd(factor, b0, c30), TSimd.MultiplyAdd(factor, b1, c31));
            factor = TSimd.Broadcast(a[4]);
            (c40, c41) = (TSimd.MultiplyAdd(factor, b0, c40), TSimd.MultiplyAdd(factor, b1, c41));
            factor = TSimd.Broadcast(a[5]);
            (c50, c51) = (TSimd.MultiplyAdd(factor, b0, c50), TSimd.MultiplyAdd(factor, b1, c51));
            a += Rows;
            b += Width;
        }

        Store(c, c00, c01);
        Store(c + pitch, c10, c11);
        Store(c + 2 * pitch, c20, c21);
        Store(c + 3 * pitch, c30, c31);
        Store(c + 4 * pitch, c40, c41);
        Store(c + 5 * pitch, c50, c51);
    }

    private static void Store(float* c, TVector left, TVector right)
    {
        TSimd.Store(left, c);
        TSimd.Store(right, c + TSimd.Lanes);
    }
}
