using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IlgpuGan.Imaging.Jpeg;

/// <summary>
/// Converts rows of planes to rows of interleaved RGB. YCbCr is JFIF's (ITU-R BT.601, full range), in the IJG's 16-bit fixed point.
/// </summary>
internal static unsafe class ColorConversion
{
    // round(2^16 * 1.402), …, as JFIF's inverse transform has them
    internal const int CrToRed = 91881;
    internal const int CbToGreen = -22554;
    internal const int CrToGreen = -46802;
    internal const int CbToBlue = 116130;
    private const int Half = 1 << 15;
    private const int Lanes = 16;

    public static void YCbCrToRgb(byte* y, byte* cb, byte* cr, byte* rgb, int width)
    {
        if (!Avx2.IsSupported || width < Lanes)
        {
            YCbCrToRgbScalar(y, cb, cr, rgb, width);
            return;
        }

        for (var x = 0; x < width; x += Lanes)
        {
            // The last step may overlap the one before; it writes the same values again.
            x = Math.Min(x, width - Lanes);
            var bias = Vector256.Create((short)128);
            var luma = Avx2.ConvertToVector256Int16(y + x);
            var blue = Avx2.ConvertToVector256Int16(cb + x) - bias;
            var red = Avx2.ConvertToVector256Int16(cr + x) - bias;

            // Integer multiples of 2^16 in the factors are added separately, so that the rest fits 16 bits.
            var r = luma + red + HalfProduct(red, CrToRed - (1 << 16));
            var b = luma + blue + blue + HalfProduct(blue, CbToBlue - (2 << 16));
            var g = luma - red + GreenProduct(blue, red);
            StoreRgb(Narrow(r), Narrow(g), Narrow(b), rgb + (3 * x));
        }
    }

    internal static void YCbCrToRgbScalar(byte* y, byte* cb, byte* cr, byte* rgb, int width)
    {
        for (var x = 0; x < width; x++, rgb += 3)
        {
            var (blue, red) = (cb[x] - 128, cr[x] - 128);
            rgb[0] = Saturate(y[x] + (((CrToRed * red) + Half) >> 16));
            rgb[1] = Saturate(y[x] + (((CbToGreen * blue) + (CrToGreen * red) + Half) >> 16));
            rgb[2] = Saturate(y[x] + (((CbToBlue * blue) + Half) >> 16));
        }
    }

    public static void PlanesToRgb(byte* red, byte* green, byte* blue, byte* rgb, int width)
    {
        var x = 0;
        if (Avx2.IsSupported)
        {
            for (; x + Lanes <= width; x += Lanes)
            {
                StoreRgb(Vector128.Load(red + x), Vector128.Load(green + x), Vector128.Load(blue + x), rgb + (3 * x));
            }
        }

        for (; x < width; x++)
        {
            rgb[3 * x] = red[x];
            rgb[(3 * x) + 1] = green[x];
            rgb[(3 * x) + 2] = blue[x];
        }
    }

    /// <summary>Multiplies RGB by a fourth plane: inverted CMYK to RGB, assuming ideal inks.</summary>
    public static void MultiplyByBlack(byte* rgb, byte* black, int width)
    {
        for (var x = 0; x < width; x++, rgb += 3)
        {
            rgb[0] = Product(rgb[0], black[x]);
            rgb[1] = Product(rgb[1], black[x]);
            rgb[2] = Product(rgb[2], black[x]);
        }
    }

    /// <summary>Replaces every sample by 255 minus itself.</summary>
    public static void Invert(byte* samples, int count)
    {
        for (var i = 0; i < count; i++)
        {
            samples[i] = (byte)~samples[i];
        }
    }

    /// <summary>a * b / 255, rounded to nearest.</summary>
    private static byte Product(int a, int b)
    {
        var t = (a * b) + 128;
        return (byte)((t + (t >> 8)) >> 8);
    }

    private static byte Saturate(int value) => (byte)Math.Clamp(value, 0, 255);

    /// <summary>(v * factor + 2^15) >> 16, exactly, from the upper halves of 16-bit products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> HalfProduct(Vector256<short> v, int factor) =>
        (Avx2.MultiplyHigh(v + v, Vector256.Create((short)factor)) + Vector256<short>.One) >> 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> GreenProduct(Vector256<short> blue, Vector256<short> red)
    {
        var factors = Vector256.Create(((CrToGreen + (1 << 16)) << 16) | (CbToGreen & 0xFFFF)).AsInt16();
        var round = Vector256.Create(Half);
        var low = (Avx2.MultiplyAddAdjacent(Avx2.UnpackLow(blue, red), factors) + round) >> 16;
        var high = (Avx2.MultiplyAddAdjacent(Avx2.UnpackHigh(blue, red), factors) + round) >> 16;
        return Avx2.PackSignedSaturate(low, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Narrow(Vector256<short> v) => Sse2.PackUnsignedSaturate(v.GetLower(), v.GetUpper());

    /// <summary>Interleaves 16 pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRgb(Vector128<byte> r, Vector128<byte> g, Vector128<byte> b, byte* rgb)
    {
        const byte no = 0x80;
        var first = Ssse3.Shuffle(r, Vector128.Create(0, no, no, 1, no, no, 2, no, no, 3, no, no, 4, no, no, 5))
            | Ssse3.Shuffle(g, Vector128.Create(no, 0, no, no, 1, no, no, 2, no, no, 3, no, no, 4, no, no))
            | Ssse3.Shuffle(b, Vector128.Create(no, no, 0, no, no, 1, no, no, 2, no, no, 3, no, no, 4, no));
        var second = Ssse3.Shuffle(r, Vector128.Create(no, no, 6, no, no, 7, no, no, 8, no, no, 9, no, no, 10, no))
            | Ssse3.Shuffle(g, Vector128.Create(5, no, no, 6, no, no, 7, no, no, 8, no, no, 9, no, no, 10))
            | Ssse3.Shuffle(b, Vector128.Create(no, 5, no, no, 6, no, no, 7, no, no, 8, no, no, 9, no, no));
        var third = Ssse3.Shuffle(r, Vector128.Create(no, 11, no, no, 12, no, no, 13, no, no, 14, no, no, 15, no, no))
            | Ssse3.Shuffle(g, Vector128.Create(no, no, 11, no, no, 12, no, no, 13, no, no, 14, no, no, 15, no))
            | Ssse3.Shuffle(b, Vector128.Create(10, no, no, 11, no, no, 12, no, no, 13, no, no, 14, no, no, 15));
        first.Store(rgb);
        second.Store(rgb + 16);
        third.Store(rgb + 32);
    }
}
