using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IlgpuGan.Imaging.Jpeg;

/// <summary>
/// The 8x8 inverse DCT in 13-bit fixed point: the algorithm of Loeffler, Ligtenberg and Moschytz with 12 multiplications per row, columns
/// first, with two fractional bits between the passes. Rounding follows the IJG's accurate integer method, so that results are identical.
/// </summary>
internal static unsafe class InverseDct
{
    internal const int Bits = 13;
    internal const int FirstPassShift = Bits - 2;
    internal const int SecondPassShift = Bits + 2 + 3;

    // sums of cosines times 2^13, named by their value
    internal const int C0298 = 2446;
    internal const int C0390 = 3196;
    internal const int C0541 = 4433;
    internal const int C0765 = 6270;
    internal const int C0899 = 7373;
    internal const int C1175 = 9633;
    internal const int C1501 = 12299;
    internal const int C1847 = 15137;
    internal const int C1961 = 16069;
    internal const int C2053 = 16819;
    internal const int C2562 = 20995;
    internal const int C3072 = 25172;

    /// <summary>Dequantises and transforms a block, adds 128 and writes 8 rows of 8 samples.</summary>
    /// <param name="block">64 coefficients in natural order.</param>
    /// <param name="quantization">64 factors in natural order.</param>
    /// <param name="target">The first sample.</param>
    /// <param name="stride">Bytes from row to row.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transform(short* block, short* quantization, byte* target, int stride)
    {
        if (Avx2.IsSupported)
        {
            TransformAvx2(block, quantization, target, stride);
        }
        else
        {
            TransformScalar(block, quantization, target, stride);
        }
    }

    /// <summary>The same for a block whose only nonzero coefficient is DC.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransformDc(short dc, short quantization, byte* target, int stride)
    {
        var firstPass = (short)((short)(dc * quantization) << 2);
        var sample = (ulong)Math.Clamp(((firstPass + 16) >> 5) + 128, 0, 255) * 0x0101010101010101;
        for (var y = 0; y < 8; y++)
        {
            Unsafe.WriteUnaligned(target + (y * stride), sample);
        }
    }

    internal static void TransformScalar(short* block, short* quantization, byte* target, int stride)
    {
        var work = stackalloc int[64];
        for (var x = 0; x < 8; x++)
        {
            for (var y = 0; y < 8; y++)
            {
                work[(y * 8) + x] = (short)(block[(y * 8) + x] * quantization[(y * 8) + x]);
            }

            Pass(work + x, 8, FirstPassShift);
        }

        for (var y = 0; y < 8; y++)
        {
            Pass(work + (y * 8), 1, SecondPassShift);
            for (var x = 0; x < 8; x++)
            {
                target[(y * stride) + x] = (byte)Math.Clamp(work[(y * 8) + x] + 128, 0, 255);
            }
        }
    }

    /// <summary>
    /// One pass over eight values. Sums of two and results are limited to 16 bits as in the vector version. This affects only corrupt
    /// files, which then decode identically on every processor.
    /// </summary>
    private static void Pass(int* v, int step, int shift)
    {
        var round = 1 << (shift - 1);
        var z = (v[2 * step] + v[6 * step]) * C0541;
        var even2 = z - (v[6 * step] * C1847);
        var even3 = z + (v[2 * step] * C0765);
        var even0 = (short)(v[0] + v[4 * step]) << Bits;
        var even1 = (short)(v[0] - v[4 * step]) << Bits;
        var (s0, s3, s1, s2) = (even0 + even3, even0 - even3, even1 + even2, even1 - even2);

        var (r7, r5, r3, r1) = (v[7 * step], v[5 * step], v[3 * step], v[step]);
        var (r73, r51) = ((short)(r7 + r3), (short)(r5 + r1));
        var z5 = (r73 + r51) * C1175;
        var z3 = z5 - (r73 * C1961);
        var z4 = z5 - (r51 * C0390);
        var z1 = (r7 + r1) * -C0899;
        var z2 = (r5 + r3) * -C2562;
        var o0 = (r7 * C0298) + z1 + z3;
        var o1 = (r5 * C2053) + z2 + z4;
        var o2 = (r3 * C3072) + z2 + z3;
        var o3 = (r1 * C1501) + z1 + z4;

        v[0] = Narrow((s0 + o3 + round) >> shift);
        v[7 * step] = Narrow((s0 - o3 + round) >> shift);
        v[step] = Narrow((s1 + o2 + round) >> shift);
        v[6 * step] = Narrow((s1 - o2 + round) >> shift);
        v[2 * step] = Narrow((s2 + o1 + round) >> shift);
        v[5 * step] = Narrow((s2 - o1 + round) >> shift);
        v[3 * step] = Narrow((s3 + o0 + round) >> shift);
        v[4 * step] = Narrow((s3 - o0 + round) >> shift);
    }

    private static int Narrow(int value) => Math.Clamp(value, short.MinValue, short.MaxValue);

    internal static void TransformAvx2(short* block, short* quantization, byte* target, int stride)
    {
        var r0 = Load(block, quantization, 0);
        var r1 = Load(block, quantization, 1);
        var r2 = Load(block, quantization, 2);
        var r3 = Load(block, quantization, 3);
        var r4 = Load(block, quantization, 4);
        var r5 = Load(block, quantization, 5);
        var r6 = Load(block, quantization, 6);
        var r7 = Load(block, quantization, 7);
        PassAvx2(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7, FirstPassShift);
        Transposition.Transpose(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7);
        PassAvx2(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7, SecondPassShift);

        // Each vector is a column. Narrow to bytes, then transpose by interleaving bytes, words and double words.
        var c02 = Sse2.PackSignedSaturate(r0, r2).AsByte();
        var c13 = Sse2.PackSignedSaturate(r1, r3).AsByte();
        var c46 = Sse2.PackSignedSaturate(r4, r6).AsByte();
        var c57 = Sse2.PackSignedSaturate(r5, r7).AsByte();
        var c01 = Sse2.UnpackLow(c02, c13).AsInt16();
        var c23 = Sse2.UnpackHigh(c02, c13).AsInt16();
        var c45 = Sse2.UnpackLow(c46, c57).AsInt16();
        var c67 = Sse2.UnpackHigh(c46, c57).AsInt16();
        var top03 = Sse2.UnpackLow(c01, c23).AsInt32();
        var bottom03 = Sse2.UnpackHigh(c01, c23).AsInt32();
        var top47 = Sse2.UnpackLow(c45, c67).AsInt32();
        var bottom47 = Sse2.UnpackHigh(c45, c67).AsInt32();
        Store(Sse2.UnpackLow(top03, top47), target, stride);
        Store(Sse2.UnpackHigh(top03, top47), target + (2 * stride), stride);
        Store(Sse2.UnpackLow(bottom03, bottom47), target + (4 * stride), stride);
        Store(Sse2.UnpackHigh(bottom03, bottom47), target + (6 * stride), stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Load(short* block, short* quantization, int row) =>
        Vector128.Load(block + (row * 8)) * Vector128.Load(quantization + (row * 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<int> rows, byte* target, int stride)
    {
        var samples = (rows.AsByte() ^ Vector128.Create((byte)0x80)).AsUInt64();
        Unsafe.WriteUnaligned(target, samples.ToScalar());
        Unsafe.WriteUnaligned(target + stride, samples.GetElement(1));
    }

    /// <summary>One pass over eight vectors of eight; products and sums are 32 bits wide, results are narrowed with saturation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PassAvx2(
        ref Vector128<short> r0, ref Vector128<short> r1, ref Vector128<short> r2, ref Vector128<short> r3,
        ref Vector128<short> r4, ref Vector128<short> r5, ref Vector128<short> r6, ref Vector128<short> r7, int shift)
    {
        var round = Vector256.Create(1 << (shift - 1));
        var even26 = Transposition.Pair(r2, r6);
        var even2 = Product(even26, C0541, C0541 - C1847);
        var even3 = Product(even26, C0541 + C0765, C0541);
        var even0 = (Avx2.ConvertToVector256Int32(r0 + r4) << Bits) + round;
        var even1 = (Avx2.ConvertToVector256Int32(r0 - r4) << Bits) + round;
        var (s0, s3, s1, s2) = (even0 + even3, even0 - even3, even1 + even2, even1 - even2);

        var odd34 = Transposition.Pair(r7 + r3, r5 + r1);
        var z3 = Product(odd34, C1175 - C1961, C1175);
        var z4 = Product(odd34, C1175, C1175 - C0390);
        var odd71 = Transposition.Pair(r7, r1);
        var odd53 = Transposition.Pair(r5, r3);
        var o0 = Product(odd71, C0298 - C0899, -C0899) + z3;
        var o3 = Product(odd71, -C0899, C1501 - C0899) + z4;
        var o1 = Product(odd53, C2053 - C2562, -C2562) + z4;
        var o2 = Product(odd53, -C2562, C3072 - C2562) + z3;

        r0 = Transposition.Narrow((s0 + o3) >> shift);
        r7 = Transposition.Narrow((s0 - o3) >> shift);
        r1 = Transposition.Narrow((s1 + o2) >> shift);
        r6 = Transposition.Narrow((s1 - o2) >> shift);
        r2 = Transposition.Narrow((s2 + o1) >> shift);
        r5 = Transposition.Narrow((s2 - o1) >> shift);
        r3 = Transposition.Narrow((s3 + o0) >> shift);
        r4 = Transposition.Narrow((s3 - o0) >> shift);
    }

    /// <summary>a * first + b * second for every pair (a, b).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> Product(Vector256<short> pairs, int first, int second) =>
        Avx2.MultiplyAddAdjacent(pairs, Vector256.Create((second << 16) | (first & 0xFFFF)).AsInt16());
}
