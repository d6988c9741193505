using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>Transposition of tall and flat pieces, 8 × 8 in registers where the processor can.</summary>
internal static unsafe class Transpose
{
    /// <summary>
    /// to[j · toPitch + i] = from[i · fromPitch + j] for i &lt; rows and j &lt; columns, and zeros for rows ≤ i &lt; paddedRows.
    /// With eight rows, one j is written after the other: what reaches into the next is overwritten by that.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* from, nint fromPitch, int rows, int paddedRows, int columns, float* to, nint toPitch)
    {
        var i = 0;
        if (Avx.IsSupported)
        {
            for (; i <= rows - 8; i += 8)
            {
                var j = 0;
                for (; j <= columns - 8; j += 8)
                {
                    Block8x8(from + i * fromPitch + j, fromPitch, to + j * toPitch + i, toPitch);
                }

                Plain(from + i * fromPitch + j, fromPitch, 8, columns - j, to + j * toPitch + i, toPitch);
            }
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block8x8(float* from, nint pitch, float* to, nint toPitch)
    {
        var r0 = Vector256.Load(from);
        var r1 = Vector256.Load(from + pitch);
        var r2 = Vector256.Load(from + 2 * pitch);
        var r3 = Vector256.Load(from + 3 * pitch);
        var r4 = Vector256.Load(from + 4 * pitch);
        var r5 = Vector256.Load(from + 5 * pitch);
        var r6 = Vector256.Load(from + 6 * pitch);
        var r7 = Vector256.Load(from + 7 * pitch);

        // Pairs of rows, then fours, then the halves: each column's eight numbers meet in one register.
        var (a0, a1) = Unpack(r0, r1);
        var (a2, a3) = Unpack(r2, r3);
        var (a4, a5) = Unpack(r4, r5);
        var (a6, a7) = Unpack(r6, r7);
        var (b0, b1) = UnpackPairs(a0, a2);
        var (b2, b3) = UnpackPairs(a1, a3);
        var (b4, b5) = UnpackPairs(a4, a6);
        var (b6, b7) = UnpackPairs(a5, a7);
        Avx.Permute2x128(b0, b4, 0x20).Store(to);
        Avx.Permute2x128(b1, b5, 0x20).Store(to + toPitch);
        Avx.Permute2x128(b2, b6, 0x20).Store(to + 2 * toPitch);
        Avx.Permute2x128(b3, b7, 0x20).Store(to + 3 * toPitch);
        Avx.Permute2x128(b0, b4, 0x31).Store(to + 4 * toPitch);
        Avx.Permute2x128(b1, b5, 0x31).Store(to + 5 * toPitch);
        Avx.Permute2x128(b2, b6, 0x31).Store(to + 6 * toPitch);
        Avx.Permute2x128(b3, b7, 0x31).Store(to + 7 * toPitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Low, Vector256<float> High) Unpack(Vector256<float> a, Vector256<float> b) =>
        (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Low, Vector256<float> High) UnpackPairs(Vector256<float> a, Vector256<float> b) =>
        (Avx.UnpackLow(a.AsDouble(), b.AsDouble()).AsSingle(), Avx.UnpackHigh(a.AsDouble(), b.AsDouble()).AsSingle());
}
