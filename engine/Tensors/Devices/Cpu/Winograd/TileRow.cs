using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// Conversion between rows of pixels and the elements of sixteen neighbouring tiles, one tile per lane. Tiles of m outputs begin m pixels
/// apart and read more than m pixels, so that the elements from m on are the first elements of the next tile. With m = 3:
/// <code>
/// row        p0 p1 p2 p3 p4 p5 p6 p7 …
/// element 0  p0 p3 p6 p9 …              lane t: pixel 3t
/// element 1  p1 p4 p7 p10 …             lane t: pixel 3t + 1
/// element 2  p2 p5 p8 p11 …
/// element 3  p3 p6 p9 p12 …             element 0 of tile t + 1
/// </code>
/// Each method has a plain way that is right for any m and on any processor, and faster ways to the same bits for the m of
/// <see cref="WinogradPlan"/>.
/// </summary>
internal static unsafe class TileRow
{
    /// <summary>Tiles, and floats in a vector.</summary>
    public const int Width = 16;

    /// <summary>Rows that <see cref="ToTiles"/> may write: at most six points, rounded up to a transposition of eight.</summary>
    public const int ElementRows = 8;

    /// <summary>
    /// Slack that a line needs behind the pixels of its last sixteen tiles (<see cref="WinogradPlan.LinePitch"/> has it): so many floats
    /// <see cref="ToTiles"/> may read there. The first are the last tile's own: it reads more than m, and the rest is where a next tile
    /// would begin. The others come with the vectors that hold these and belong to no tile: what they hold doesn't matter.
    /// </summary>
    public const int ReadBeyond = 2 * Width;

    /// <summary>Which quarters of two vectors <see cref="Avx512F.Shuffle4x128(Vector512{float}, Vector512{float}, byte)"/> takes.</summary>
    private const byte LowHalves = 0b01_00_01_00, HighHalves = 0b11_10_11_10, EvenQuarters = 0b10_00_10_00, OddQuarters = 0b11_01_11_01;

    /// <summary>As <see cref="LowHalves"/>, for <see cref="Avx.Permute2x128(Vector256{float}, Vector256{float}, byte)"/>.</summary>
    private const byte LowHalvesOfEight = 0x20, HighHalvesOfEight = 0x31;

    /// <summary>From five vectors of a row to element j of its tiles: lane t is pixel 5t + j.</summary>
    private static readonly int[] s_fiveToTiles = LaneMerges.Of(5, (j, t) => Math.DivRem((5 * t) + j, Width));

    /// <summary>From the m outputs of the tiles to vector v of a row: lane i is pixel 16v + i, output (16v + i) % m of a tile.</summary>
    private static readonly int[] s_threeToRow = LaneMerges.Of(3, (v, i) => (((v * Width) + i) % 3, ((v * Width) + i) / 3));
    private static readonly int[] s_fiveToRow = LaneMerges.Of(5, (v, i) => (((v * Width) + i) % 5, ((v * Width) + i) / 5));

    /// <summary>
    /// elements [line][j][tile] = lines [line][tile · outputs + j] for sixteen tiles from each place on, for n lines and n values of j, or
    /// up to <see cref="ElementRows"/>. Reads <see cref="ReadBeyond"/> the last sixteen tiles.
    /// </summary>
    /// <param name="linePitch">distance between lines</param>
    /// <param name="points">n</param>
    /// <param name="pitch">distance between successive j</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToTiles(
        float* lines, nint linePitch, ReadOnlySpan<TileVector> starts, int outputs, int points, float* elements, nint pitch)
    {
        for (var line = 0; line < points; line++, lines += linePitch, elements += ElementRows * pitch)
        {
            foreach (var start in starts)
            {
                var row = lines + start.Offset;
                var to = elements + start.Tile;
                switch (outputs)
                {
                    case 3 when Avx512F.IsSupported:
                        ToTiles3(row, points, to, pitch);
                        break;
                    case 4 when Avx512F.IsSupported:
                        ToTiles4(row, to, pitch);
                        break;
                    case 5 when Avx512F.IsSupported:
                        ToTiles5(row, to, pitch);
                        break;
                    default:
                        Transpose.Run(row, outputs, Width, Width, ElementRows, to, pitch);
                        break;
                }
            }
        }
    }

    /// <summary>row[t · outputs + j] = from[j · pitch + t] + shift for tiles t, rounded up to a multiple of sixteen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToRow(float* from, nint pitch, int tiles, int outputs, float shift, float* row)
    {
        for (var t = 0; t < tiles; t += Width, from += Width, row += Width * outputs)
        {
            switch (outputs)
            {
                case 3 when Avx512F.IsSupported:
                    ToRow3(from, pitch, Vector512.Create(shift), row);
                    break;
                case 4 when Avx512F.IsSupported:
                    ToRow4(from, pitch, Vector512.Create(shift), row);
                    break;
                case 4 when Avx.IsSupported:
                    ToRow4OfEight(from, pitch, shift, row);
                    ToRow4OfEight(from + (Width / 2), pitch, shift, row + (Width / 2 * 4));
                    break;
                case 5 when Avx512F.IsSupported:
                    ToRow5(from, pitch, shift, row);
                    break;
                default:
                    ToRowPlainly(from, pitch, outputs, shift, row);
                    break;
            }
        }
    }

    /// <summary>
    /// Four outputs of each of eight tiles, those of tiles t and t + 4 in one register. Needs <see cref="Avx"/>.
    /// </summary>
    /// <param name="from">the first tile's first output</param>
    /// <param name="pitch">distance between outputs</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<float> T0, Vector256<float> T1, Vector256<float> T2, Vector256<float> T3) FourOutputsOfEight(
        float* from, nint pitch, float shift)
    {
        var shifts = Vector256.Create(shift);
        return Transpose.Transpose4x8(
            Vector256.Load(from) + shifts, Vector256.Load(from + pitch) + shifts,
            Vector256.Load(from + 2 * pitch) + shifts, Vector256.Load(from + 3 * pitch) + shifts);
    }

    /// <summary>A way of <see cref="ToRow"/>, for eight tiles of four outputs. Needs <see cref="Avx"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void ToRow4OfEight(float* from, nint pitch, float shift, float* row)
    {
        var (a, b, c, d) = FourOutputsOfEight(from, pitch, shift);
        Avx.Permute2x128(a, b, LowHalvesOfEight).Store(row);
        Avx.Permute2x128(c, d, LowHalvesOfEight).Store(row + 8);
        Avx.Permute2x128(a, b, HighHalvesOfEight).Store(row + 16);
        Avx.Permute2x128(c, d, HighHalvesOfEight).Store(row + 24);
    }

    /// <summary>The plain way of <see cref="ToRow"/>, for sixteen tiles.</summary>
    internal static void ToRowPlainly(float* from, nint pitch, int outputs, float shift, float* row)
    {
        for (var t = 0; t < Width; t++)
        {
            for (var j = 0; j < outputs; j++)
            {
                row[t * outputs + j] = from[j * pitch + t] + shift;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ToTiles3(float* row, int points, float* to, nint pitch)
    {
        // The permutations of LaneMerges as constants, which stay in registers: loading them would take 1.7 times as long. The first 32
        // pixels have every third one for lanes 0 … 10, of element 2 for lanes 0 … 9; the rest come from the next vector.
        var first = Vector512.Create(0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 0, 0, 0, 0, 0);
        var second = first + Vector512<int>.One;
        var third = Vector512.Create(2, 5, 8, 11, 14, 17, 20, 23, 26, 29, 0, 0, 0, 0, 0, 0);
        var restOfFirst = Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 20, 23, 26, 29);
        var restOfSecond = Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18, 21, 24, 27, 30);
        var restOfThird = Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 19, 22, 25, 28, 31);
        var a = Vector512.Load(row);
        var b = Vector512.Load(row + Width);
        var c = Vector512.Load(row + 2 * Width);
        Avx512F.PermuteVar16x32x2(Avx512F.PermuteVar16x32x2(a, first, b), restOfFirst, c).Store(to);
        Avx512F.PermuteVar16x32x2(Avx512F.PermuteVar16x32x2(a, second, b), restOfSecond, c).Store(to + pitch);
        Avx512F.PermuteVar16x32x2(Avx512F.PermuteVar16x32x2(a, third, b), restOfThird, c).Store(to + 2 * pitch);
        for (var j = 3; j < points; j++)
        {
            // As element 0, but from pixel j on.
            var x = Avx512F.PermuteVar16x32x2(Vector512.Load(row + j), first, Vector512.Load(row + j + Width));
            Avx512F.PermuteVar16x32x2(x, restOfFirst, Vector512.Load(row + j + 2 * Width)).Store(to + j * pitch);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ToRow3(float* from, nint pitch, Vector512<float> shift, float* row)
    {
        var a = Vector512.Load(from);
        var b = Vector512.Load(from + pitch);
        var c = Vector512.Load(from + 2 * pitch);
        fixed (int* merges = s_threeToRow)
        {
            (LaneMerges.Merge(a, b, c, merges, 0) + shift).Store(row);
            (LaneMerges.Merge(a, b, c, merges, 1) + shift).Store(row + Width);
            (LaneMerges.Merge(a, b, c, merges, 2) + shift).Store(row + 2 * Width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ToTiles5(float* row, float* to, nint pitch)
    {
        var a = Vector512.Load(row);
        var b = Vector512.Load(row + Width);
        var c = Vector512.Load(row + 2 * Width);
        var d = Vector512.Load(row + 3 * Width);
        var e = Vector512.Load(row + 4 * Width);
        fixed (int* merges = s_fiveToTiles)
        {
            LaneMerges.Merge(a, b, c, d, e, merges, 0).Store(to);
            LaneMerges.Merge(a, b, c, d, e, merges, 1).Store(to + pitch);
            LaneMerges.Merge(a, b, c, d, e, merges, 2).Store(to + 2 * pitch);
            LaneMerges.Merge(a, b, c, d, e, merges, 3).Store(to + 3 * pitch);
            LaneMerges.Merge(a, b, c, d, e, merges, 4).Store(to + 4 * pitch);

            // Every fifth pixel, as for element 0, but from pixel 5 on.
            a = Vector512.Load(row + 5);
            b = Vector512.Load(row + 5 + Width);
            c = Vector512.Load(row + 5 + 2 * Width);
            d = Vector512.Load(row + 5 + 3 * Width);
            e = Vector512.Load(row + 5 + 4 * Width);
            LaneMerges.Merge(a, b, c, d, e, merges, 0).Store(to + 5 * pitch);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ToRow5(float* from, nint pitch, float added, float* row)
    {
        var shift = Vector512.Create(added);
        var a = Vector512.Load(from);
        var b = Vector512.Load(from + pitch);
        var c = Vector512.Load(from + 2 * pitch);
        var d = Vector512.Load(from + 3 * pitch);
        var e = Vector512.Load(from + 4 * pitch);
        fixed (int* merges = s_fiveToRow)
        {
            (LaneMerges.Merge(a, b, c, d, e, merges, 0) + shift).Store(row);
            (LaneMerges.Merge(a, b, c, d, e, merges, 1) + shift).Store(row + Width);
            (LaneMerges.Merge(a, b, c, d, e, merges, 2) + shift).Store(row + 2 * Width);
            (LaneMerges.Merge(a, b, c, d, e, merges, 3) + shift).Store(row + 3 * Width);
            (LaneMerges.Merge(a, b, c, d, e, merges, 4) + shift).Store(row + 4 * Width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ToTiles4(float* row, float* to, nint pitch)
    {
        // Every fourth pixel of two vectors, from 0 and from 1 on in a half each: low is 0 4 … 28 1 5 … 29, high the same of pixels
        // 32 to 63, so that their low halves are element 0, and their high halves element 1. Likewise from 2 and from 3 on.
        var first = Vector512.Create(0, 4, 8, 12, 16, 20, 24, 28, 1, 5, 9, 13, 17, 21, 25, 29);
        var second = first + Vector512.Create(2);
        var a = Vector512.Load(row);
        var b = Vector512.Load(row + Width);
        var c = Vector512.Load(row + 2 * Width);
        var d = Vector512.Load(row + 3 * Width);
        var low = Avx512F.PermuteVar16x32x2(a, first, b);
        var high = Avx512F.PermuteVar16x32x2(c, first, d);
        Avx512F.Shuffle4x128(low, high, LowHalves).Store(to);
        Avx512F.Shuffle4x128(low, high, HighHalves).Store(to + pitch);
        low = Avx512F.PermuteVar16x32x2(a, second, b);
        high = Avx512F.PermuteVar16x32x2(c, second, d);
        Avx512F.Shuffle4x128(low, high, LowHalves).Store(to + 2 * pitch);
        Avx512F.Shuffle4x128(low, high, HighHalves).Store(to + 3 * pitch);

        // As for elements 0 and 1, but from pixel 4 on.
        low = Avx512F.PermuteVar16x32x2(Vector512.Load(row + 4), first, Vector512.Load(row + 4 + Width));
        high = Avx512F.PermuteVar16x32x2(Vector512.Load(row + 4 + 2 * Width), first, Vector512.Load(row + 4 + 3 * Width));
        Avx512F.Shuffle4x128(low, high, LowHalves).Store(to + 4 * pitch);
        Avx512F.Shuffle4x128(low, high, HighHalves).Store(to + 5 * pitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ToRow4(float* from, nint pitch, Vector512<float> shift, float* row)
    {
        var y0 = Vector512.Load(from) + shift;
        var y1 = Vector512.Load(from + pitch) + shift;
        var y2 = Vector512.Load(from + 2 * pitch) + shift;
        var y3 = Vector512.Load(from + 3 * pitch) + shift;

        // Transpose 4 × 4 within each 128 bits: quarter q of r0 is tile 4q, of r1 tile 4q + 1, …
        var a = Avx512F.UnpackLow(y0, y1).AsDouble();
        var b = Avx512F.UnpackLow(y2, y3).AsDouble();
        var c = Avx512F.UnpackHigh(y0, y1).AsDouble();
        var d = Avx512F.UnpackHigh(y2, y3).AsDouble();
        var r0 = Avx512F.UnpackLow(a, b).AsSingle();
        var r1 = Avx512F.UnpackHigh(a, b).AsSingle();
        var r2 = Avx512F.UnpackLow(c, d).AsSingle();
        var r3 = Avx512F.UnpackHigh(c, d).AsSingle();

        // Transpose the quarters, 4 × 4.
        var low01 = Avx512F.Shuffle4x128(r0, r1, EvenQuarters);
        var low23 = Avx512F.Shuffle4x128(r2, r3, EvenQuarters);
        var high01 = Avx512F.Shuffle4x128(r0, r1, OddQuarters);
        var high23 = Avx512F.Shuffle4x128(r2, r3, OddQuarters);
        Avx512F.Shuffle4x128(low01, low23, EvenQuarters).Store(row);
        Avx512F.Shuffle4x128(high01, high23, EvenQuarters).Store(row + Width);
        Avx512F.Shuffle4x128(low01, low23, OddQuarters).Store(row + 2 * Width);
        Avx512F.Shuffle4x128(high01, high23, OddQuarters).Store(row + 3 * Width);
    }
}
