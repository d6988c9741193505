using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ILGPU.Runtime.CPU.Vectors;
using static System.Runtime.Intrinsics.Vector512;
using Doubles = System.Runtime.Intrinsics.Vector512<double>;

namespace ILGPU.Runtime.CPU.Functions;

/// <summary>
/// Functions of double precision for arguments that come from single precision: errors below 2^-40, so that one rounding to single
/// precision is nearly always the right one. Sums and products are rounded one by one, which every processor does alike.
/// </summary>
internal static class DoubleSeries
{
    private const double Log2E = 1.4426950408889634, Ln2 = 0.69314718055994531;

    private const double TwoByPi = 0.63661977236758134, HalfPi = 1.5707963267948966, QuarterPi = HalfPi / 2;

    // pi/2 in two parts: a multiple of the first, of 33 bits, is exact.
    private const double HalfPiHigh = 1.57079632673412561417, HalfPiLow = 6.07710050650619224932e-11;

    private const double TanEighth = 0.41421356237309503, TanThreeEighths = 2.41421356237309503;

    // 1.5 * 2^52: a number of up to 51 bits added to it is rounded to an integer and lies in the low bits.
    private const double Rounder = 6755399441055744;

    private const int MantissaBits = 52, ExponentBias = 1023, SignBit = 63, QuadrantSignShift = SignBit - 1;

    private const long HalfRootBits = 0x3FE6A09E667F3BCD;

    /// <summary>e^x for |x| up to 700.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static Doubles Exp(Doubles x)
    {
        Doubles shifted = (x * Create(Log2E)) + Create(Rounder);
        return ExpPolynomial(x - ((shifted - Create(Rounder)) * Create(Ln2))) * PowerOfTwo(shifted);
    }

    /// <summary>2^x for |x| up to 1000.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static Doubles Exp2(Doubles x)
    {
        Doubles shifted = x + Create(Rounder);
        return ExpPolynomial((x - (shifted - Create(Rounder))) * Create(Ln2)) * PowerOfTwo(shifted);
    }

    /// <summary>ln x = whole * ln 2 + fraction for normal numbers above 0.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static (Doubles Whole, Doubles Fraction) LogParts(Doubles x)
    {
        // The exponent of a mantissa from sqrt(1/2) to sqrt(2), moved above 0: only then the shift needs no sign.
        Vector512<long> bits = x.AsInt64();
        Vector512<long> exponent =
            (bits - Create(HalfRootBits) + Create((long)ExponentBias << MantissaBits)) >>> MantissaBits;
        Vector512<long> rounder = Create(BitConverter.DoubleToInt64Bits(Rounder) - ExponentBias);
        Doubles whole = (exponent + rounder).AsDouble() - Create(Rounder);
        Doubles m = (bits - ((exponent - Create((long)ExponentBias)) << MantissaBits)).AsDouble();

        // 2 artanh((m - 1) / (m + 1)), of which m - 1 is exact.
        Doubles f = m - Create(1.0), s = f / (m + Create(1.0)), z = s * s;
        Doubles p = Create(2.0 / 19);
        p = (p * z) + Create(2.0 / 17);
        p = (p * z) + Create(2.0 / 15);
        p = (p * z) + Create(2.0 / 13);
        p = (p * z) + Create(2.0 / 11);
        p = (p * z) + Create(2.0 / 9);
        p = (p * z) + Create(2.0 / 7);
        p = (p * z) + Create(2.0 / 5);
        p = (p * z) + Create(2.0 / 3);
        return (whole, s + s + (p * z * s));
    }

    /// <summary>ln x for normal numbers above 0.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static Doubles Log(Doubles x)
    {
        (Doubles whole, Doubles fraction) = LogParts(x);
        return (whole * Create(Ln2)) + fraction;
    }

    /// <summary>(e^2x - 1) / (e^2x + 1) for |x| up to 300, and the series near 0, where nothing would be left of the difference.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static Doubles Tanh(Doubles x)
    {
        Doubles power = Exp(x + x);
        Doubles near = x * (Create(1.0) - (x * x * Create(1.0 / 3)));
        return ConditionalSelect(
            LessThan(Abs(x), Create(1.0 / 512)), near, (power - Create(1.0)) / (power + Create(1.0)));
    }

    /// <summary>For |x| up to 700.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static Doubles Sinh(Doubles x)
    {
        Doubles power = Exp(x), z = x * x;
        Doubles p = Create(1.0 / 39916800);
        p = (p * z) + Create(1.0 / 362880);
        p = (p * z) + Create(1.0 / 5040);
        p = (p * z) + Create(1.0 / 120);
        p = (p * z) + Create(1.0 / 6);
        return ConditionalSelect(
            LessThan(z, Create(0.25)), x * ((p * z) + Create(1.0)), Create(0.5) * (power - (Create(1.0) / power)));
    }

    /// <summary>For |x| up to 700.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static Doubles Cosh(Doubles x)
    {
        Doubles power = Exp(x);
        return Create(0.5) * (power + (Create(1.0) / power));
    }

    /// <summary>Of radians, up to 2^20 quarters of a turn.</summary>
    /// <param name="x">What is single-precision: its distance from a multiple of pi/2 is never small enough to need a third part.</param>
    /// <param name="quadrants">Quarters of a turn to go ahead: 1 makes it the cosine.</param>
    [MethodImpl(LaneCode.Hot)]
    public static Doubles Sin(Doubles x, long quadrants)
    {
        Doubles r = Reduce(x, out Vector512<long> quadrant);
        quadrant += Create(quadrants);
        Doubles y = ConditionalSelect(IsOdd(quadrant), CosSeries(r), SinSeries(r));
        return y ^ ((quadrant & Create(2L)) << QuadrantSignShift).AsDouble();
    }

    /// <summary>Of radians, as <see cref="Sin"/>.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static Doubles Tan(Doubles x)
    {
        Doubles r = Reduce(x, out Vector512<long> quadrant);
        Doubles sin = SinSeries(r), cos = CosSeries(r), isOdd = IsOdd(quadrant);
        return ConditionalSelect(isOdd, -cos, sin) / ConditionalSelect(isOdd, sin, cos);
    }

    [MethodImpl(LaneCode.Hot)]
    public static Doubles Atan(Doubles x)
    {
        // atan a = start + atan t with |t| <= tan(pi/8), by one division.
        Doubles a = Abs(x), one = Create(1.0);
        Doubles isLarge = GreaterThan(a, Create(TanThreeEighths)), isMedium = GreaterThan(a, Create(TanEighth));
        Doubles start = ConditionalSelect(isLarge, Create(HalfPi), isMedium & Create(QuarterPi));
        Doubles over = ConditionalSelect(isLarge, -one, ConditionalSelect(isMedium, a - one, a));
        Doubles t = over / ConditionalSelect(isLarge, a, ConditionalSelect(isMedium, a + one, one)), z = t * t;
        Doubles p = Create(-1.0 / 31);
        p = (p * z) + Create(1.0 / 29);
        p = (p * z) - Create(1.0 / 27);
        p = (p * z) + Create(1.0 / 25);
        p = (p * z) - Create(1.0 / 23);
        p = (p * z) + Create(1.0 / 21);
        p = (p * z) - Create(1.0 / 19);
        p = (p * z) + Create(1.0 / 17);
        p = (p * z) - Create(1.0 / 15);
        p = (p * z) + Create(1.0 / 13);
        p = (p * z) - Create(1.0 / 11);
        p = (p * z) + Create(1.0 / 9);
        p = (p * z) - Create(1.0 / 7);
        p = (p * z) + Create(1.0 / 5);
        p = (p * z) - Create(1.0 / 3);
        return (start + (t + (p * z * t))) ^ (x & Create(-0.0));
    }

    [MethodImpl(LaneCode.Hot)]
    public static Doubles Asin(Doubles x) => Atan(x / Sqrt((Create(1.0) - x) * (Create(1.0) + x)));

    [MethodImpl(LaneCode.Hot)]
    public static Doubles Acos(Doubles x) => Create(HalfPi) - Asin(x);

    /// <summary>e^r for |r| up to ln(2) / 2.</summary>
    [MethodImpl(LaneCode.Hot)]
    private static Doubles ExpPolynomial(Doubles r)
    {
        Doubles p = Create(1.0 / 39916800);
        p = (p * r) + Create(1.0 / 3628800);
        p = (p * r) + Create(1.0 / 362880);
        p = (p * r) + Create(1.0 / 40320);
        p = (p * r) + Create(1.0 / 5040);
        p = (p * r) + Create(1.0 / 720);
        p = (p * r) + Create(1.0 / 120);
        p = (p * r) + Create(1.0 / 24);
        p = (p * r) + Create(1.0 / 6);
        p = (p * r) + Create(0.5);
        p = (p * r) + Create(1.0);
        return (p * r) + Create(1.0);
    }

    /// <summary>2^n, where n lies in the low bits of a number with <see cref="Rounder"/> added.</summary>
    [MethodImpl(LaneCode.Hot)]
    private static Doubles PowerOfTwo(Doubles shifted) => ((shifted.AsInt64() + Create((long)ExponentBias)) << MantissaBits).AsDouble();

    /// <summary>What is left of x by quarters of a turn.</summary>
    [MethodImpl(LaneCode.Hot)]
    private static Doubles Reduce(Doubles x, out Vector512<long> quadrant)
    {
        Doubles shifted = (x * Create(TwoByPi)) + Create(Rounder), n = shifted - Create(Rounder);
        quadrant = shifted.AsInt64();
        return x - (n * Create(HalfPiHigh)) - (n * Create(HalfPiLow));
    }

    [MethodImpl(LaneCode.Hot)]
    private static Doubles IsOdd(Vector512<long> quadrant) => Vector512.Equals(quadrant & Create(1L), Create(1L)).AsDouble();

    /// <summary>sin r for |r| up to pi/4.</summary>
    [MethodImpl(LaneCode.Hot)]
    private static Doubles SinSeries(Doubles r)
    {
        Doubles z = r * r;
        Doubles p = Create(1.0 / 6227020800);
        p = (p * z) - Create(1.0 / 39916800);
        p = (p * z) + Create(1.0 / 362880);
        p = (p * z) - Create(1.0 / 5040);
        p = (p * z) + Create(1.0 / 120);
        p = (p * z) - Create(1.0 / 6);
        return r * ((p * z) + Create(1.0));
    }

    /// <summary>cos r for |r| up to pi/4.</summary>
    [MethodImpl(LaneCode.Hot)]
    private static Doubles CosSeries(Doubles r)
    {
        Doubles z = r * r;
        Doubles p = Create(-1.0 / 87178291200);
        p = (p * z) + Create(1.0 / 479001600);
        p = (p * z) - Create(1.0 / 3628800);
        p = (p * z) + Create(1.0 / 40320);
        p = (p * z) - Create(1.0 / 720);
        p = (p * z) + Create(1.0 / 24);
        p = (p * z) - Create(0.5);
        return (p * z) + Create(1.0);
    }
}
