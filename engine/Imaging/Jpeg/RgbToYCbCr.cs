using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IlgpuGan.Imaging.Jpeg;

/// <summary>Converts rows of interleaved RGB to planes of JFIF's YCbCr, in the IJG's 16-bit fixed point.</summary>
internal static unsafe class RgbToYCbCr
{
    // round(2^16 * 0.299), …
    private const int RedToY = 19595;
    private const int GreenToY = 38470;
    private const int BlueToY = 7471;
    private const int RedToCb = -11059;
    private const int GreenToCb = -21709;
    private const int GreenToCr = -27439;
    private const int BlueToCr = -5329;

    private const int LumaRound = 1 << 15;

    /// <summary>128, and just under one half: the IJG's rounding of chroma.</summary>
    private const int ChromaRound = (128 << 16) + (1 << 15) - 1;

    private const int Lanes = 16;

    public static void Convert(byte* rgb, byte* y, byte* cb, byte* cr, int width)
    {
        var x = 0;
        if (Avx2.IsSupported)
        {
            for (; x + Lanes <= width; x += Lanes)
            {
                ConvertAvx2(rgb + (3 * x), y + x, cb + x, cr + x);
            }
        }

        ConvertScalar(rgb + (3 * x), y + x, cb + x, cr + x, width - x);
    }

    internal static void ConvertScalar(byte* rgb, byte* y, byte* cb, byte* cr, int width)
    {
        for (var x = 0; x < width; x++, rgb += 3)
        {
            var (r, g, b) = (rgb[0], rgb[1], rgb[2]);
            y[x] = (byte)(((RedToY * r) + (GreenToY * g) + (BlueToY * b) + LumaRound) >> 16);
            cb[x] = (byte)(((RedToCb * r) + (GreenToCb * g) + (b << 15) + ChromaRound) >> 16);
            cr[x] = (byte)(((r << 15) + (GreenToCr * g) + (BlueToCr * b) + ChromaRound) >> 16);
        }
    }

    private static void ConvertAvx2(byte* rgb, byte* y, byte* cb, byte* cr)
    {
        var (first, second, third) = (Vector128.Load(rgb), Vector128.Load(rgb + 16), Vector128.Load(rgb + 32));
        const byte no = 0x80;
        var red = Widen(
            Ssse3.Shuffle(first, Vector128.Create(0, 3, 6, 9, 12, 15, no, no, no, no, no, no, no, no, no, no))
            | Ssse3.Shuffle(second, Vector128.Create(no, no, no, no, no, no, 2, 5, 8, 11, 14, no, no, no, no, no))
            | Ssse3.Shuffle(third, Vector128.Create(no, no, no, no, no, no, no, no, no, no, no, 1, 4, 7, 10, 13)));
        var green = Widen(
            Ssse3.Shuffle(first, Vector128.Create(1, 4, 7, 10, 13, no, no, no, no, no, no, no, no, no, no, no))
            | Ssse3.Shuffle(second, Vector128.Create(no, no, no, no, no, 0, 3, 6, 9, 12, 15, no, no, no, no, no))
            | Ssse3.Shuffle(third, Vector128.Create(no, no, no, no, no, no, no, no, no, no, no, 2, 5, 8, 11, 14)));
        var blue = Widen(
            Ssse3.Shuffle(first, Vector128.Create(2, 5, 8, 11, 14, no, no, no, no, no, no, no, no, no, no, no))
            | Ssse3.Shuffle(second, Vector128.Create(no, no, no, no, no, 1, 4, 7, 10, 13, no, no, no, no, no, no))
            | Ssse3.Shuffle(third, Vector128.Create(no, no, no, no, no, no, no, no, no, no, 0, 3, 6, 9, 12, 15)));

        // Green's factor for luma does not fit a signed 16-bit number and is split in two.
        const int greenPart = 1 << 14;
        Store(
            Luma(Avx2.UnpackLow(red, green), Avx2.UnpackLow(blue, green)),
            Luma(Avx2.UnpackHigh(red, green), Avx2.UnpackHigh(blue, green)),
            y);
        Store(
            Chroma(Avx2.UnpackLow(red, green), RedToCb, GreenToCb, Avx2.UnpackLow(Vector256<short>.Zero, blue)),
            Chroma(Avx2.UnpackHigh(red, green), RedToCb, GreenToCb, Avx2.UnpackHigh(Vector256<short>.Zero, blue)),
            cb);
        Store(
            Chroma(Avx2.UnpackLow(blue, green), BlueToCr, GreenToCr, Avx2.UnpackLow(Vector256<short>.Zero, red)),
            Chroma(Avx2.UnpackHigh(blue, green), BlueToCr, GreenToCr, Avx2.UnpackHigh(Vector256<short>.Zero, red)),
            cr);

        static Vector256<int> Luma(Vector256<short> redGreen, Vector256<short> blueGreen) =>
            (InverseDct.Product(redGreen, RedToY, GreenToY - greenPart)
                + InverseDct.Product(blueGreen, BlueToY, greenPart)
                + Vector256.Create(LumaRound)) >> 16;

        // "half" holds its samples in the upper 16 bits.
        static Vector256<int> Chroma(Vector256<short> pairs, int firstFactor, int secondFactor, Vector256<short> half) =>
            (InverseDct.Product(pairs, firstFactor, secondFactor) + (half.AsInt32() >> 1) + Vector256.Create(ChromaRound)) >> 16;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Widen(Vector128<byte> samples) => Avx2.ConvertToVector256Int16(samples);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<int> low, Vector256<int> high, byte* target)
    {
        var words = Avx2.PackSignedSaturate(low, high);
        Sse2.PackUnsignedSaturate(words.GetLower(), words.GetUpper()).Store(target);
    }
}
