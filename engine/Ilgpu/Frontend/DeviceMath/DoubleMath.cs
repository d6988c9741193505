using static System.Math;

namespace ILGPU.Frontend.DeviceMath;

/// <summary>
/// Double-precision functions, which PTX lacks altogether: argument reduction and Taylor series, errors of a few units in the last place.
/// </summary>
internal static class DoubleMath
{
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double Log2E = 1.4426950408889634;
    private const double HalfPiHigh = 1.5707963267948966;
    private const double HalfPiLow = 6.123233995736766e-17;
    private const double HalfPiLowest = -1.4973849048591833e-33;

    public static double Exp(double x)
    {
        double n = Round(x * Log2E);
        double r = FusedMultiplyAdd(n, -Ln2Low, FusedMultiplyAdd(n, -Ln2High, x));
        double p = 1;
        for (int k = 14; k > 0; k--)
        {
            p = FusedMultiplyAdd(p, r * (1.0 / k), 1);
        }

        int whole = (int)n, half = whole >> 1;
        double result = p * PowerOfTwo(half) * PowerOfTwo(whole - half);
        result = x > 709.782712893384 ? double.PositiveInfinity : result;
        result = x < -745.2 ? 0 : result;
        return double.IsNaN(x) ? x : result;
    }

    public static double Exp2(double x)
    {
        double n = Round(x);
        double result = Exp((x - n) * 0.69314718055994531);
        int whole = (int)Clamp(n, -2000, 2000), half = whole >> 1, quarter = half >> 1;
        result = result * PowerOfTwo(quarter) * PowerOfTwo(half - quarter) * PowerOfTwo((whole - half) >> 1) * PowerOfTwo(
            whole - half - ((whole - half) >> 1));
        return double.IsInfinity(x) ? (x > 0 ? x : 0) : result;
    }

    public static double Log(double x)
    {
        double m = LogMantissa(x, out double e);
        return LogSpecial(x, FusedMultiplyAdd(e, Ln2High, FusedMultiplyAdd(e, Ln2Low, m)));
    }

    /// <summary>Logarithm to base 2, exact for powers of two.</summary>
    public static double Log2(double x)
    {
        double m = LogMantissa(x, out double e);
        return LogSpecial(x, FusedMultiplyAdd(m, Log2E, e));
    }

    public static double Log10(double x)
    {
        double m = LogMantissa(x, out double e);
        return LogSpecial(x, FusedMultiplyAdd(e, 0.30102999566398120, m * 0.43429448190325182));
    }

    public static double Sin(double x)
    {
        double r = Reduce(x, out int quadrant);
        double y = (quadrant & 1) == 0 ? SinSeries(r) : CosSeries(r);
        return (quadrant & 2) == 0 ? y : -y;
    }

    public static double Cos(double x)
    {
        double r = Reduce(x, out int quadrant);
        double y = (quadrant & 1) == 0 ? CosSeries(r) : SinSeries(r);
        return ((quadrant + 1) & 2) == 0 ? y : -y;
    }

    public static double Tan(double x)
    {
        double r = Reduce(x, out int quadrant);
        double sin = SinSeries(r), cos = CosSeries(r);
        return (quadrant & 1) == 0 ? sin / cos : -cos / sin;
    }

    public static double Atan(double x)
    {
        double a = Abs(x);
        bool inverted = a > 1;
        double t = inverted ? 1 / a : a;
        bool shifted = t > 0.41421356237309503;
        t = shifted ? (t - 1) / (t + 1) : t;
        double z = t * t, p = 0;
        for (int k = 22; k > 0; k--)
        {
            p = FusedMultiplyAdd(-z, p, 1.0 / ((2 * k) + 1));
        }

        double y = FusedMultiplyAdd(-z * p, t, t);
        y = shifted ? y + (HalfPiHigh / 2) + (HalfPiLow / 2) : y;
        y = inverted ? HalfPiHigh - y + HalfPiLow : y;
        return CopySign(y, x);
    }

    public static double Asin(double x) => Atan2(x, Sqrt((1 - x) * (1 + x)));

    public static double Acos(double x) => Atan2(Sqrt((1 - x) * (1 + x)), x);

    public static double Atan2(double y, double x)
    {
        double a = Abs(x), b = Abs(y);
        double small = Min(a, b), large = Max(a, b);
        double ratio = large == 0 || small == large ? (large == 0 ? 0 : 1) : small / large;
        double angle = Atan(ratio);
        angle = b > a ? HalfPiHigh - angle : angle;
        angle = CopySign(1, x) < 0 ? (2 * HalfPiHigh) - angle : angle;
        return double.IsNaN(x) || double.IsNaN(y) ? double.NaN : CopySign(angle, y);
    }

    public static double Sinh(double x)
    {
        double a = Abs(x), z = x * x, p = 1;
        for (int k = 9; k > 0; k--)
        {
            p = FusedMultiplyAdd(p, z * (1.0 / (2 * k * ((2 * k) + 1))), 1);
        }

        double e = Exp(0.5 * a);
        double large = FusedMultiplyAdd(0.5 * e, e, -0.5 / (e * e));
        return a < 1 ? p * x : CopySign(large, x);
    }

    public static double Cosh(double x)
    {
        double e = Exp(0.5 * Abs(x));
        return FusedMultiplyAdd(0.5 * e, e, 0.5 / (e * e));
    }

    public static double Tanh(double x)
    {
        double a = Abs(x);
        double small = Sinh(Clamp(x, -1, 1));
        double cosh = Sqrt(FusedMultiplyAdd(small, small, 1));
        double large = 1 - (2 / (Exp(2 * a) + 1));
        return a < 0.5 ? small / cosh : double.IsNaN(x) ? x : CopySign(large, x);
    }

    /// <summary>x^y as exp(y * log x); the relative error grows with |y * log x|, to about 1e-13 near overflow.</summary>
    public static double Pow(double x, double y)
    {
        double a = Abs(x);
        double result = Exp(y * Log(a));
        bool whole = Floor(y) == y, odd = whole && Abs(y) < 9007199254740992 && Floor(y * 0.5) != y * 0.5;
        result = x < 0 && double.IsFinite(x) && !whole && double.IsFinite(y) ? double.NaN : result;
        result = odd ? CopySign(result, x) : result;
        result = a == 1 && double.IsInfinity(y) ? 1 : result;
        return y == 0 || x == 1 ? 1 : double.IsNaN(x) || double.IsNaN(y) ? double.NaN : result;
    }

    public static double IEEERemainder(double x, double y) => FusedMultiplyAdd(-Round(x / y), y, x);

    /// <summary>Halves away from zero.</summary>
    public static double RoundAway(double x)
    {
        double whole = Truncate(x);
        return Abs(x - whole) >= 0.5 ? whole + CopySign(1, x) : whole;
    }

    /// <summary>C#'s x % y, exact: long division of the mantissas, eleven bits a turn.</summary>
    public static double Remainder(double x, double y)
    {
        if (!double.IsFinite(x) || double.IsNaN(y) || y == 0)
        {
            return double.NaN;
        }

        if (Abs(x) < Abs(y))
        {
            return x;
        }

        ulong rest = IntegerMantissa(x, out int exponent), divisor = IntegerMantissa(y, out int last);
        rest %= divisor;
        for (int left = exponent - last; left > 0 && rest != 0; left -= 11)
        {
            rest = (rest << Min(left, 11)) % divisor;
        }

        int scale = last - 1075, half = scale >> 1;
        return CopySign(rest * PowerOfTwo(half) * PowerOfTwo(scale - half), x);
    }

    /// <summary>x minus the nearest multiple of pi/2, and which multiple; accurate up to |x| of about 1e9.</summary>
    public static double Reduce(double x, out int quadrant)
    {
        double n = Round(x * 0.63661977236758134);
        quadrant = (int)(long)n;
        double r = FusedMultiplyAdd(n, -HalfPiHigh, x);
        r = FusedMultiplyAdd(n, -HalfPiLow, r);
        return FusedMultiplyAdd(n, -HalfPiLowest, r);
    }

    private static double PowerOfTwo(int n) => BitConverter.Int64BitsToDouble((long)(n + 1023) << 52);

    // |x| = mantissa * 2^(exponent - 1075).
    private static ulong IntegerMantissa(double x, out int exponent)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(x);
        int field = (int)(bits >> 52) & 0x7FF;
        exponent = Max(field, 1);
        return (bits & 0x000FFFFFFFFFFFFF) | (field == 0 ? 0UL : 1UL << 52);
    }

    // log(x) = e * ln 2 + result.
    private static double LogMantissa(double x, out double e)
    {
        bool denormal = x < 2.2250738585072014e-308;
        long bits = BitConverter.DoubleToInt64Bits(denormal ? x * 18014398509481984 : x);
        int exponent = (int)(bits >> 52) - (denormal ? 1023 + 54 : 1023);
        double m = BitConverter.Int64BitsToDouble((bits & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000);
        bool high = m > 1.4142135623730951;
        e = high ? exponent + 1 : exponent;
        m = high ? 0.5 * m : m;

        // log m = 2 artanh((m - 1) / (m + 1)), written so that the leading term m - 1 stays exact.
        double f = m - 1, s = f / (2 + f), z = s * s, p = 0;
        for (int k = 11; k > 0; k--)
        {
            p = FusedMultiplyAdd(z, p, 2.0 / ((2 * k) + 1));
        }

        double h = 0.5 * f * f;
        return f - (h - (s * FusedMultiplyAdd(z, p, h)));
    }

    private static double LogSpecial(double x, double result)
    {
        result = x == 0 ? double.NegativeInfinity : result;
        result = x < 0 ? double.NaN : result;
        return double.IsFinite(x) || x < 0 ? result : x;
    }

    private static double SinSeries(double r)
    {
        double z = r * r, p = 1;
        for (int k = 9; k > 0; k--)
        {
            p = FusedMultiplyAdd(p, z * (-1.0 / (2 * k * ((2 * k) + 1))), 1);
        }

        return p * r;
    }

    private static double CosSeries(double r)
    {
        double z = r * r, p = 1;
        for (int k = 9; k > 0; k--)
        {
            p = FusedMultiplyAdd(p, z * (-1.0 / (2 * k * ((2 * k) - 1))), 1);
        }

        return p;
    }
}
