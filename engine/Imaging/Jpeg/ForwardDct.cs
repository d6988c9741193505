using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static IlgpuGan.Imaging.Jpeg.InverseDct;

namespace IlgpuGan.Imaging.Jpeg;

/// <summary>
/// The 8x8 forward DCT in 13-bit fixed point, the mirror image of <see cref="InverseDct"/>: rows first, two fractional bits between the
/// passes, rounded as the IJG's accurate integer method does. The result is 8 times the DCT of T.81.
/// </summary>
internal static unsafe class ForwardDct
{
    private const int FractionBits = 2;
    private const int RowShift = InverseDct.Bits - FractionBits;
    private const int ColumnShift = InverseDct.Bits + FractionBits;

    /// <summary>Transforms 8 rows of 8 samples, from which 128 is subtracted.</summary>
    /// <param name="samples">The first sample.</param>
    /// <param name="stride">Bytes from row to row.</param>
    /// <param name="block">Receives 64 coefficients in natural order.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transform(byte* samples, int stride, short* block)
    {
        if (Avx2.IsSupported)
        {
            TransformAvx2(samples, stride, block);
        }
        else
        {
            TransformScalar(samples, stride, block);
        }
    }

    internal static void TransformScalar(byte* samples, int stride, short* block)
    {
        var work = stackalloc int[64];
        for (var y = 0; y < 8; y++)
        {
            for (var x = 0; x < 8; x++)
            {
                work[(y * 8) + x] = samples[(y * stride) + x] - 128;
            }

            Pass(work + (y * 8), 1, columns: false);
        }

        for (var x = 0; x < 8; x++)
        {
            Pass(work + x, 8, columns: true);
        }

        for (var i = 0; i < 64; i++)
        {
            block[i] = (short)work[i];
        }
    }

    private static void Pass(int* v, int step, bool columns)
    {
        var shift = columns ? ColumnShift : RowShift;
        var round = 1 << (shift - 1);
        var (t0, t7) = (v[0] + v[7 * step], v[0] - v[7 * step]);
        var (t1, t6) = (v[step] + v[6 * step], v[step] - v[6 * step]);
        var (t2, t5) = (v[2 * step] + v[5 * step], v[2 * step] - v[5 * step]);
        var (t3, t4) = (v[3 * step] + v[4 * step], v[3 * step] - v[4 * step]);

        var (s0, s3, s1, s2) = (t0 + t3, t0 - t3, t1 + t2, t1 - t2);
        v[0] = columns ? (s0 + s1 + 2) >> FractionBits : (s0 + s1) << FractionBits;
        v[4 * step] = columns ? (s0 - s1 + 2) >> FractionBits : (s0 - s1) << FractionBits;
        var z = (s2 + s3) * C0541;
        v[2 * step] = (z + (s3 * C0765) + round) >> shift;
        v[6 * step] = (z - (s2 * C1847) + round) >> shift;

        var z5 = (t4 + t6 + t5 + t7) * C1175;
        var z3 = z5 - ((t4 + t6) * C1961);
        var z4 = z5 - ((t5 + t7) * C0390);
        var z1 = (t4 + t7) * -C0899;
        var z2 = (t5 + t6) * -C2562;
        v[7 * step] = ((t4 * C0298) + z1 + z3 + round) >> shift;
        v[5 * step] = ((t5 * C2053) + z2 + z4 + round) >> shift;
        v[3 * step] = ((t6 * C3072) + z2 + z3 + round) >> shift;
        v[step] = ((t7 * C1501) + z1 + z4 + round) >> shift;
    }

    internal static void TransformAvx2(byte* samples, int stride, short* block)
    {
        var r0 = Load(samples);
        var r1 = Load(samples + stride);
        var r2 = Load(samples + (2 * stride));
        var r3 = Load(samples + (3 * stride));
        var r4 = Load(samples + (4 * stride));
        var r5 = Load(samples + (5 * stride));
        var r6 = Load(samples + (6 * stride));
        var r7 = Load(samples + (7 * stride));
        Transposition.Transpose(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7);
        PassAvx2(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7, RowShift);
        r0 <<= FractionBits;
        r4 <<= FractionBits;
        Transposition.Transpose(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7);
        PassAvx2(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7, ColumnShift);
        var two = Vector128.Create((short)2);
        ((r0 + two) >> FractionBits).Store(block);
        r1.Store(block + 8);
        r2.Store(block + 16);
        r3.Store(block + 24);
        ((r4 + two) >> FractionBits).Store(block + 32);
        r5.Store(block + 40);
        r6.Store(block + 48);
        r7.Store(block + 56);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Load(byte* row) => Sse41.ConvertToVector128Int16(row) - Vector128.Create((short)128);

    /// <summary>One pass over eight vectors of eight. Results 0 and 4 stay unscaled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PassAvx2(
        ref Vector128<short> r0, ref Vector128<short> r1, ref Vector128<short> r2, ref Vector128<short> r3,
        ref Vector128<short> r4, ref Vector128<short> r5, ref Vector128<short> r6, ref Vector128<short> r7, int shift)
    {
        var round = Vector256.Create(1 << (shift - 1));
        var (t0, t7, t1, t6) = (r0 + r7, r0 - r7, r1 + r6, r1 - r6);
        var (t2, t5, t3, t4) = (r2 + r5, r2 - r5, r3 + r4, r3 - r4);
        var (s0, s3, s1, s2) = (t0 + t3, t0 - t3, t1 + t2, t1 - t2);
        r0 = s0 + s1;
        r4 = s0 - s1;
        var even32 = Transposition.Pair(s3, s2);
        r2 = Transposition.Narrow((Product(even32, C0541 + C0765, C0541) + round) >> shift);
        r6 = Transposition.Narrow((Product(even32, C0541, C0541 - C1847) + round) >> shift);

        var odd34 = Transposition.Pair(t4 + t6, t5 + t7);
        var z3 = Product(odd34, C1175 - C1961, C1175) + round;
        var z4 = Product(odd34, C1175, C1175 - C0390) + round;
        var odd47 = Transposition.Pair(t4, t7);
        var odd56 = Transposition.Pair(t5, t6);
        r7 = Transposition.Narrow((Product(odd47, C0298 - C0899, -C0899) + z3) >> shift);
        r1 = Transposition.Narrow((Product(odd47, -C0899, C1501 - C0899) + z4) >> shift);
        r5 = Transposition.Narrow((Product(odd56, C2053 - C2562, -C2562) + z4) >> shift);
        r3 = Transposition.Narrow((Product(odd56, -C2562, C3072 - C2562) + z3) >> shift);
    }
}
