using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>
/// Transposition of tall and wide blocks in registers: sixteen or eight rows at a time where the processor can, then four and two.
/// </summary>
internal static unsafe class Transpose
{
    /// <summary>Columns of <see cref="FourColumns"/>.</summary>
    public const int Columns = 4;

    /// <summary>
    /// to[j · toPitch + i] = from[i · fromPitch + j] for i &lt; rows and j &lt; columns, and zeros for rows ≤ i &lt; paddedRows.
    /// With eight rows, columns j are written in order, so that a store that overruns into the next is overwritten by it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* from, nint fromPitch, int rows, int paddedRows, int columns, float* to, nint toPitch)
    {
        var i = 0;
        if (Avx512F.IsSupported)
        {
            for (; i <= rows - 16; i += 16)
            {
                var j = 0;
                for (; j <= columns - 4; j += 4)
                {
                    Block16x4(from + i * fromPitch + j, fromPitch, to + j * toPitch + i, toPitch);
                }

                Plain(from + i * fromPitch + j, fromPitch, 16, columns - j, to + j * toPitch + i, toPitch);
            }
        }

        if (Avx.IsSupported)
        {
            for (; i <= rows - 8; i += 8)
            {
                var j = 0;
                for (; j <= columns - 8; j += 8)
                {
                    var block = from + i * fromPitch + j;
                    Block8x8(FourRows.Of(block, fromPitch), FourRows.Of(block + 4 * fromPitch, fromPitch), to + j * toPitch + i, toPitch);
                }

                Plain(from + i * fromPitch + j, fromPitch, 8, columns - j, to + j * toPitch + i, toPitch);
            }
        }

        else
        {
            for (; i <= rows - 8; i += 8)
            {
                var j = 0;
                for (; j <= columns - 4; j += 4)
                {
                    Block8x4(from + i * fromPitch + j, fromPitch, to + j * toPitch + i, toPitch);
                }

                Plain(from + i * fromPitch + j, fromPitch, 8, columns - j, to + j * toPitch + i, toPitch);
            }
        }

        for (; i <= rows - 4; i += 4)
        {
            var j = 0;
            for (; j <= columns - 4; j += 4)
            {
                Block4x4(from + i * fromPitch + j, fromPitch, to + j * toPitch + i, toPitch);
            }

            Plain(from + i * fromPitch + j, fromPitch, 4, columns - j, to + j * toPitch + i, toPitch);
        }

        for (; i <= rows - 2; i += 2)
        {
            var j = 0;
            for (; j <= columns - 4; j += 4)
            {
                Block2x4(from + i * fromPitch + j, fromPitch, to + j * toPitch + i, toPitch);
            }

            Plain(from + i * fromPitch + j, fromPitch, 2, columns - j, to + j * toPitch + i, toPitch);
        }

        Plain(from + i * fromPitch, fromPitch, rows - i, columns, to + i, toPitch);
        if (rows < paddedRows)
        {
            for (var j = 0; j < columns; j++)
            {
                new Span<float>(to + j * toPitch + rows, paddedRows - rows).Clear();
            }
        }
    }

    private static void Plain(float* from, nint fromPitch, int rows, int columns, float* to, nint toPitch)
    {
        for (var j = 0; j < columns; j++)
        {
            for (var i = 0; i < rows; i++)
            {
                to[j * toPitch + i] = from[i * fromPitch + j];
            }
        }
    }

    /// <summary>The first four columns of sixteen rows. Needs <see cref="Avx"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> C0, Vector512<float> C1, Vector512<float> C2, Vector512<float> C3) FourColumns(float* from, nint pitch)
    {
        if (!Avx512F.IsSupported)
        {
            var (l0, l1, l2, l3) = FourHalfColumns(from, pitch);
            var (u0, u1, u2, u3) = FourHalfColumns(from + 8 * pitch, pitch);
            return (Vector512.Create(l0, u0), Vector512.Create(l1, u1), Vector512.Create(l2, u2), Vector512.Create(l3, u3));
        }

        // The loads place rows in the quarters of a register so that only transpositions within quarters remain.
        var r0 = LoadEveryFourthRow(from, pitch);
        var r1 = LoadEveryFourthRow(from + pitch, pitch);
        var r2 = LoadEveryFourthRow(from + 2 * pitch, pitch);
        var r3 = LoadEveryFourthRow(from + 3 * pitch, pitch);
        var a0 = Avx512F.UnpackLow(r0, r1).AsDouble();
        var a1 = Avx512F.UnpackHigh(r0, r1).AsDouble();
        var a2 = Avx512F.UnpackLow(r2, r3).AsDouble();
        var a3 = Avx512F.UnpackHigh(r2, r3).AsDouble();
        return (
            Avx512F.UnpackLow(a0, a2).AsSingle(), Avx512F.UnpackHigh(a0, a2).AsSingle(),
            Avx512F.UnpackLow(a1, a3).AsSingle(), Avx512F.UnpackHigh(a1, a3).AsSingle());
    }

    /// <summary>The first four columns of eight rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> C0, Vector256<float> C1, Vector256<float> C2, Vector256<float> C3) FourHalfColumns(
        float* from, nint pitch)
    {
        var (a0, a1) = Unpack(LoadRows0And4(from, pitch), LoadRows0And4(from + pitch, pitch));
        var (a2, a3) = Unpack(LoadRows0And4(from + 2 * pitch, pitch), LoadRows0And4(from + 3 * pitch, pitch));
        var (c0, c1) = UnpackPairs(a0, a2);
        var (c2, c3) = UnpackPairs(a1, a3);
        return (c0, c1, c2, c3);
    }

    /// <summary>Four numbers each of rows 0 and 4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> LoadRows0And4(float* from, nint pitch) =>
        Vector256.Create(Vector128.Load(from), Vector128.Load(from + 4 * pitch));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block16x4(float* from, nint pitch, float* to, nint toPitch)
    {
        var (c0, c1, c2, c3) = FourColumns(from, pitch);
        c0.Store(to);
        c1.Store(to + toPitch);
        c2.Store(to + 2 * toPitch);
        c3.Store(to + 3 * toPitch);
    }

    /// <summary>Four numbers each of rows 0, 4, 8 and 12.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> LoadEveryFourthRow(float* from, nint pitch)
    {
        var rows =
            Avx512F.InsertVector128(Vector128.Load(from).ToVector256Unsafe().ToVector512Unsafe(), Vector128.Load(from + 4 * pitch), 1);
        rows = Avx512F.InsertVector128(rows, Vector128.Load(from + 8 * pitch), 2);
        return Avx512F.InsertVector128(rows, Vector128.Load(from + 12 * pitch), 3);
    }

    /// <summary>
    /// to[j · toPitch + i] = from[offsets[i] + j] for eight i and eight j, of which the first <paramref name="columns"/> are valid. Reads
    /// eight numbers at each offset.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Gather(float* from, int* offsets, int columns, float* to, nint toPitch)
    {
        if (Avx.IsSupported)
        {
            Block8x8(FourRows.At(from, offsets), FourRows.At(from, offsets + 4), to, toPitch);
            return;
        }

        for (var i = 0; i < 8; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                to[(j * toPitch) + i] = from[offsets[i] + j];
            }
        }
    }

    /// <summary>
    /// Transposes four rows of eight numbers: register i holds columns i and i + 4, of four numbers each. Needs <see cref="Avx"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<float> C0, Vector256<float> C1, Vector256<float> C2, Vector256<float> C3) Transpose4x8(
        Vector256<float> r0, Vector256<float> r1, Vector256<float> r2, Vector256<float> r3)
    {
        var (a0, a1) = Unpack(r0, r1);
        var (a2, a3) = Unpack(r2, r3);
        var (b0, b1) = UnpackPairs(a0, a2);
        var (b2, b3) = UnpackPairs(a1, a3);
        return (b0, b1, b2, b3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block8x8(FourRows upper, FourRows lower, float* to, nint toPitch)
    {
        // Combine pairs of rows, then fours, then the halves, until each register holds one column.
        var (b0, b1, b2, b3) = Transpose4x8(upper.R0, upper.R1, upper.R2, upper.R3);
        var (b4, b5, b6, b7) = Transpose4x8(lower.R0, lower.R1, lower.R2, lower.R3);
        Avx.Permute2x128(b0, b4, 0x20).Store(to);
        Avx.Permute2x128(b1, b5, 0x20).Store(to + toPitch);
        Avx.Permute2x128(b2, b6, 0x20).Store(to + 2 * toPitch);
        Avx.Permute2x128(b3, b7, 0x20).Store(to + 3 * toPitch);
        Avx.Permute2x128(b0, b4, 0x31).Store(to + 4 * toPitch);
        Avx.Permute2x128(b1, b5, 0x31).Store(to + 5 * toPitch);
        Avx.Permute2x128(b2, b6, 0x31).Store(to + 6 * toPitch);
        Avx.Permute2x128(b3, b7, 0x31).Store(to + 7 * toPitch);
    }

    /// <summary>Stores both halves of a column before the next column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block8x4(float* from, nint pitch, float* to, nint toPitch)
    {
        var (l0, l1, l2, l3) = Transpose4x4(from, pitch);
        var (u0, u1, u2, u3) = Transpose4x4(from + 4 * pitch, pitch);
        l0.Store(to); u0.Store(to + 4);
        l1.Store(to + toPitch); u1.Store(to + toPitch + 4);
        l2.Store(to + 2 * toPitch); u2.Store(to + 2 * toPitch + 4);
        l3.Store(to + 3 * toPitch); u3.Store(to + 3 * toPitch + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block4x4(float* from, nint pitch, float* to, nint toPitch)
    {
        var (c0, c1, c2, c3) = Transpose4x4(from, pitch);
        c0.Store(to);
        c1.Store(to + toPitch);
        c2.Store(to + 2 * toPitch);
        c3.Store(to + 3 * toPitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<float> C0, Vector128<float> C1, Vector128<float> C2, Vector128<float> C3) Transpose4x4(
        float* from, nint pitch)
    {
        // First rows 0 and 2, and rows 1 and 3: a second unpack then gives each column in order.
        var (a0, a1) = Unpack(Vector128.Load(from), Vector128.Load(from + 2 * pitch));
        var (b0, b1) = Unpack(Vector128.Load(from + pitch), Vector128.Load(from + 3 * pitch));
        var (c0, c1) = Unpack(a0, b0);
        var (c2, c3) = Unpack(a1, b1);
        return (c0, c1, c2, c3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block2x4(float* from, nint pitch, float* to, nint toPitch)
    {
        var (low, high) = Unpack(Vector128.Load(from), Vector128.Load(from + pitch));
        low.GetLower().Store(to);
        low.GetUpper().Store(to + toPitch);
        high.GetLower().Store(to + 2 * toPitch);
        high.GetUpper().Store(to + 3 * toPitch);
    }

    /// <summary>Interleaves the numbers of two registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<float> Low, Vector128<float> High) Unpack(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? (Sse.UnpackLow(a, b), Sse.UnpackHigh(a, b))
        : AdvSimd.Arm64.IsSupported ? (AdvSimd.Arm64.ZipLow(a, b), AdvSimd.Arm64.ZipHigh(a, b))
        : (Vector128.Create(a[0], b[0], a[1], b[1]), Vector128.Create(a[2], b[2], a[3], b[3]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Low, Vector256<float> High) Unpack(Vector256<float> a, Vector256<float> b) =>
        (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Low, Vector256<float> High) UnpackPairs(Vector256<float> a, Vector256<float> b) =>
        (Avx.UnpackLow(a.AsDouble(), b.AsDouble()).AsSingle(), Avx.UnpackHigh(a.AsDouble(), b.AsDouble()).AsSingle());

    /// <summary>Half of a block: eight numbers each of four rows.</summary>
    private readonly record struct FourRows(Vector256<float> R0, Vector256<float> R1, Vector256<float> R2, Vector256<float> R3)
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static FourRows Of(float* from, nint pitch) =>
            new(Vector256.Load(from), Vector256.Load(from + pitch), Vector256.Load(from + 2 * pitch), Vector256.Load(from + 3 * pitch));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static FourRows At(float* from, int* offsets) => new(
            Vector256.Load(from + offsets[0]), Vector256.Load(from + offsets[1]), Vector256.Load(from + offsets[2]),
            Vector256.Load(from + offsets[3]));
    }
}
