using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>Conversion between rows of pixels and sixteen neighbouring tiles, one per lane.</summary>
internal static unsafe class TileRow
{
    /// <summary>Tiles, and floats in a vector.</summary>
    public const int Width = 16;

    /// <summary>Rows that <see cref="ToTiles"/> may write: at most six points, rounded up to a transposition of eight.</summary>
    public const int ElementRows = 8;

    /// <summary>Most outputs of a tile.</summary>
    private const int MaxOutputs = 5;

    /// <summary>Numbers of the four permutations that merge five vectors.</summary>
    private const int OfFive = 4 * Width;

    /// <summary>
    /// [outputs][element of a tile][vector − 1 of the row][lane]: permutation that merges that vector of a row with those before it.
    /// </summary>
    private static readonly int[][] s_toTiles = [.. Enumerable.Range(0, MaxOutputs + 1).Select(ToTilesPermutations)];

    /// <summary>
    /// [outputs][vector of the row][element − 1 of a tile][lane]: permutation that merges that element of sixteen tiles with those before
    /// it.
    /// </summary>
    private static readonly int[][] s_toRow = [.. Enumerable.Range(0, MaxOutputs + 1).Select(ToRowPermutations)];

    /// <summary>
    /// elements [line][j][tile] = lines [line][tile · outputs + j] for sixteen tiles from each place on, for n lines and n values of j, or
    /// up to <see cref="ElementRows"/>. Reads beyond the end of the last sixteen tiles.
    /// </summary>
    /// <param name="linePitch">distance between lines</param>
    /// <param name="starts">pairs: offset of the sixteen tiles in a line, and index of the first of them among the elements</param>
    /// <param name="pitch">distance between successive j</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToTiles(float* lines, nint linePitch, ReadOnlySpan<int> starts, int outputs, int points, float* elements, nint pitch)
    {
        for (var line = 0; line < points; line++, lines += linePitch, elements += ElementRows * pitch)
        {
            for (var i = 0; i < starts.Length; i += 2)
            {
                var row = lines + starts[i];
                var to = elements + starts[i + 1];
                if (!Avx512F.IsSupported)
                {
                    Transpose.Run(row, outputs, Width, Width, ElementRows, to, pitch);
                }
                else if (outputs == 3)
                {
                    ToTiles3(row, points, to, pitch);
                }
                else if (outputs == 4)
                {
                    ToTiles4(row, to, pitch);
                }
                else if (outputs == 5)
                {
                    ToTiles5(row, to, pitch);
                }
                else
                {
                    ToTilesMerged(row, outputs, points, to, pitch);
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
            if (!Avx512F.IsSupported && Avx.IsSupported && outputs == 4)
            {
                ToRow4Half(from, pitch, shift, row);
                ToRow4Half(from + (Width / 2), pitch, shift, row + (Width / 2 * 4));
            }
            else if (!Avx512F.IsSupported)
            {
                for (var i = 0; i < Width; i++)
                {
                    for (var j = 0; j < outputs; j++)
                    {
                        row[i * outputs + j] = from[j * pitch + i] + shift;
                    }
                }
            }
            else if (outputs == 4)
            {
                ToRow4(from, pitch, Vector512.Create(shift), row);
            }
            else if (outputs == 5)
            {
                ToRow5(from, pitch, shift, row);
            }
            else
            {
                ToRowMerged(from, pitch, outputs, Vector512.Create(shift), row);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ToRow4Half(float* from, nint pitch, float shift, float* row)
    {
        var (a, b, c, d) = FourOutputsOfEight(from, pitch, shift);
        Avx.Permute2x128(a, b, 0x20).Store(row);
        Avx.Permute2x128(c, d, 0x20).Store(row + 8);
        Avx.Permute2x128(a, b, 0x31).Store(row + 16);
        Avx.Permute2x128(c, d, 0x31).Store(row + 24);
    }

    // An index below Width takes a lane of what was merged before, one from Width on a lane of the new vector.
    private static int[] ToTilesPermutations(int outputs)
    {
        var permutations = GC.AllocateArray<int>(outputs * Math.Max(outputs - 1, 0) * Width, pinned: true);
        for (var i = 0; i < permutations.Length; i++)
        {
            var (element, vector, lane) = (i / Width / (outputs - 1), i / Width % (outputs - 1) + 1, i % Width);
            var place = (lane * outputs) + element;
            permutations[i] = place / Width == vector ? Width + (place % Width) : vector == 1 ? place % Width : lane;
        }

        return permutations;
    }

    private static int[] ToRowPermutations(int outputs)
    {
        var permutations = GC.AllocateArray<int>(outputs * Math.Max(outputs - 1, 0) * Width, pinned: true);
        for (var i = 0; i < permutations.Length; i++)
        {
            var (vector, element, lane) = (i / Width / (outputs - 1), i / Width % (outputs - 1) + 1, i % Width);
            var place = (vector * Width) + lane;
            permutations[i] = place % outputs == element ? Width + (place / outputs) : element == 1 ? place / outputs : lane;
        }

        return permutations;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ToTilesMerged(float* row, int outputs, int points, float* to, nint pitch)
    {
        fixed (int* permutations = s_toTiles[outputs])
        {
            for (var j = 0; j < points; j++, to += pitch)
            {
                // Elements shared with the next tile are the first elements of that tile.
                var from = j < outputs ? row : row + outputs;
                var permutation = permutations + (j < outputs ? j : j - outputs) * (outputs - 1) * Width;
                var x = Vector512.Load(from);
                for (var vector = 1; vector < outputs; vector++, permutation += Width)
                {
                    x = Avx512F.PermuteVar16x32x2(x, Vector512.Load(permutation), Vector512.Load(from + vector * Width));
                }

                x.Store(to);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ToRowMerged(float* from, nint pitch, int outputs, Vector512<float> shift, float* row)
    {
        fixed (int* permutations = s_toRow[outputs])
        {
            var permutation = permutations;
            for (var vector = 0; vector < outputs; vector++)
            {
                var y = Vector512.Load(from);
                for (var j = 1; j < outputs; j++, permutation += Width)
                {
                    y = Avx512F.PermuteVar16x32x2(y, Vector512.Load(permutation), Vector512.Load(from + j * pitch));
                }

                (y + shift).Store(row + vector * Width);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ToTiles5(float* row, float* to, nint pitch)
    {
        var a = Vector512.Load(row);
        var b = Vector512.Load(row + 16);
        var c = Vector512.Load(row + 32);
        var d = Vector512.Load(row + 48);
        var e = Vector512.Load(row + 64);
        fixed (int* permutations = s_toTiles[5])
        {
            Merge(a, b, c, d, e, permutations).Store(to);
            Merge(a, b, c, d, e, permutations + OfFive).Store(to + pitch);
            Merge(a, b, c, d, e, permutations + (2 * OfFive)).Store(to + 2 * pitch);
            Merge(a, b, c, d, e, permutations + (3 * OfFive)).Store(to + 3 * pitch);
            Merge(a, b, c, d, e, permutations + (4 * OfFive)).Store(to + 4 * pitch);

            // Element 5 is element 0 of the next tile.
            Merge(
                Vector512.Load(row + 5), Vector512.Load(row + 21), Vector512.Load(row + 37), Vector512.Load(row + 53),
                Vector512.Load(row + 69), permutations).Store(to + 5 * pitch);
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
        fixed (int* permutations = s_toRow[5])
        {
            (Merge(a, b, c, d, e, permutations) + shift).Store(row);
            (Merge(a, b, c, d, e, permutations + OfFive) + shift).Store(row + 16);
            (Merge(a, b, c, d, e, permutations + (2 * OfFive)) + shift).Store(row + 32);
            (Merge(a, b, c, d, e, permutations + (3 * OfFive)) + shift).Store(row + 48);
            (Merge(a, b, c, d, e, permutations + (4 * OfFive)) + shift).Store(row + 64);
        }
    }

    /// <summary>Merges five vectors by four permutations, sixteen <paramref name="lanes"/> each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Merge(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, Vector512<float> e, int* lanes) =>
        Merge(Merge(Merge(Merge(a, lanes, b), lanes + Width, c), lanes + (2 * Width), d), lanes + (3 * Width), e);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Merge(Vector512<float> a, int* lanes, Vector512<float> b) =>
        Avx512F.PermuteVar16x32x2(a, Vector512.Load(lanes), b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ToTiles4(float* row, float* to, nint pitch)
    {
        // From two vectors: every fourth element from 0 on in the low half, from 1 on in the high half; likewise 2 and 3.
        var first = Vector512.Create(0, 4, 8, 12, 16, 20, 24, 28, 1, 5, 9, 13, 17, 21, 25, 29);
        var second = first + Vector512.Create(2);
        var a = Vector512.Load(row);
        var b = Vector512.Load(row + 16);
        var c = Vector512.Load(row + 32);
        var d = Vector512.Load(row + 48);
        var low = Avx512F.PermuteVar16x32x2(a, first, b);
        var high = Avx512F.PermuteVar16x32x2(c, first, d);
        Avx512F.Shuffle4x128(low, high, 0b01_00_01_00).Store(to);
        Avx512F.Shuffle4x128(low, high, 0b11_10_11_10).Store(to + pitch);
        low = Avx512F.PermuteVar16x32x2(a, second, b);
        high = Avx512F.PermuteVar16x32x2(c, second, d);
        Avx512F.Shuffle4x128(low, high, 0b01_00_01_00).Store(to + 2 * pitch);
        Avx512F.Shuffle4x128(low, high, 0b11_10_11_10).Store(to + 3 * pitch);

        // Elements 4 and 5 are elements 0 and 1 of the next tile.
        low = Avx512F.PermuteVar16x32x2(Vector512.Load(row + 4), first, Vector512.Load(row + 20));
        high = Avx512F.PermuteVar16x32x2(Vector512.Load(row + 36), first, Vector512.Load(row + 52));
        Avx512F.Shuffle4x128(low, high, 0b01_00_01_00).Store(to + 4 * pitch);
        Avx512F.Shuffle4x128(low, high, 0b11_10_11_10).Store(to + 5 * pitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ToTiles3(float* row, int points, float* to, nint pitch)
    {
        // Every third of the first 32 fills lanes 0 … 10; the rest come from the next vector. Elements 3 … 5 are those of the next tile.
        var first = Vector512.Create(0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 0, 0, 0, 0, 0);
        var rest = Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 20, 23, 26, 29);
        var one = Vector512<int>.One;
        var a = Vector512.Load(row);
        var b = Vector512.Load(row + 16);
        var c = Vector512.Load(row + 32);
        Avx512F.PermuteVar16x32x2(Avx512F.PermuteVar16x32x2(a, first, b), rest, c).Store(to);
        var second = first + one;
        var restOfSecond = Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18, 21, 24, 27, 30);
        Avx512F.PermuteVar16x32x2(Avx512F.PermuteVar16x32x2(a, second, b), restOfSecond, c).Store(to + pitch);
        var third = Vector512.Create(2, 5, 8, 11, 14, 17, 20, 23, 26, 29, 0, 0, 0, 0, 0, 0);
        var restOfThird = Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 19, 22, 25, 28, 31);
        Avx512F.PermuteVar16x32x2(Avx512F.PermuteVar16x32x2(a, third, b), restOfThird, c).Store(to + 2 * pitch);
        for (var j = 3; j < points; j++)
        {
            var x = Avx512F.PermuteVar16x32x2(Vector512.Load(row + j), first, Vector512.Load(row + j + 16));
            Avx512F.PermuteVar16x32x2(x, rest, Vector512.Load(row + j + 32)).Store(to + j * pitch);
        }
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
        var low01 = Avx512F.Shuffle4x128(r0, r1, 0b10_00_10_00);
        var low23 = Avx512F.Shuffle4x128(r2, r3, 0b10_00_10_00);
        var high01 = Avx512F.Shuffle4x128(r0, r1, 0b11_01_11_01);
        var high23 = Avx512F.Shuffle4x128(r2, r3, 0b11_01_11_01);
        Avx512F.Shuffle4x128(low01, low23, 0b10_00_10_00).Store(row);
        Avx512F.Shuffle4x128(high01, high23, 0b10_00_10_00).Store(row + 16);
        Avx512F.Shuffle4x128(low01, low23, 0b11_01_11_01).Store(row + 32);
        Avx512F.Shuffle4x128(high01, high23, 0b11_01_11_01).Store(row + 48);
    }
}
