using static System.MathF;

namespace ILGPU.Frontend.DeviceMath;

/// <summary>
/// Single-precision functions for devices whose instruction set has only approximations. Ordinary C#: the frontend compiles it into
/// kernels, and the tests hold it against <see cref="MathF"/>. Polynomials are those of Moshier's Cephes library; every a * b + c is an
/// explicit fused operation, so that no assembler can change a result.
/// </summary>
internal static class SingleMath
{
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;
    private const float HalfPi = 1.57079637f;
    private const float HalfPiLow = -4.37113883e-8f;
    private const float HalfPiLowest = -1.71512489e-15f;
    private const float LargestFloatReduction = 2000;

    /// <summary>e^x; error below 2 units in the last place.</summary>
    public static float Exp(float x)
    {
        float n = Round(x * 1.44269504f);
        float r = FusedMultiplyAdd(n, -Ln2Low, FusedMultiplyAdd(n, -Ln2High, x));
        float p = 1.9875691500e-4f;
        p = FusedMultiplyAdd(p, r, 1.3981999507e-3f);
        p = FusedMultiplyAdd(p, r, 8.3334519073e-3f);
        p = FusedMultiplyAdd(p, r, 4.1665795894e-2f);
        p = FusedMultiplyAdd(p, r, 1.6666665459e-1f);
        p = FusedMultiplyAdd(p, r, 5.0000001201e-1f);
        float y = FusedMultiplyAdd(p, r * r, r) + 1;

        // 2^n in two factors reaches denormals; out of range n would wrap, so those results are chosen apart.
        int whole = (int)n, half = whole >> 1;
        float result = y * PowerOfTwo(half) * PowerOfTwo(whole - half);
        result = x > 88.7228394f ? float.PositiveInfinity : result;
        result = x < -104 ? 0 : result;
        return float.IsNaN(x) ? x : result;
    }

    /// <summary>Natural logarithm; error below 2 units in the last place.</summary>
    public static float Log(float x)
    {
        float m = Mantissa(x, out float e);
        float z = m * m;
        float y = FusedMultiplyAdd(e, Ln2Low, LogPolynomial(m) * (m * z));
        y = FusedMultiplyAdd(-0.5f, z, y);
        return LogSpecial(x, FusedMultiplyAdd(Ln2High, e, m + y));
    }

    /// <summary>Logarithm to base 2, exact for powers of two.</summary>
    public static float Log2(float x)
    {
        float m = Mantissa(x, out float e);
        float z = m * m;
        float y = FusedMultiplyAdd(-0.5f, z, LogPolynomial(m) * (m * z));

        // log2(e) = 1 + 0.44269504: the 1 is added last and exactly.
        float small = FusedMultiplyAdd(y, 0.44269504f, m * 0.44269504f) + y;
        return LogSpecial(x, e + (small + m));
    }

    public static float Log10(float x)
    {
        float m = Mantissa(x, out float e);
        float z = m * m;
        float y = FusedMultiplyAdd(-0.5f, z, LogPolynomial(m) * (m * z));
        float low = FusedMultiplyAdd(e, 2.48745663981195213739e-4f, FusedMultiplyAdd(y, 0.43429448f, m * 0.43429448f));
        return LogSpecial(x, FusedMultiplyAdd(e, 3.00781250e-1f, low));
    }

    public static float Sin(float x)
    {
        float r = Reduce(x, out int quadrant);
        float y = (quadrant & 1) == 0 ? SinPolynomial(r) : CosPolynomial(r);
        return (quadrant & 2) == 0 ? y : -y;
    }

    public static float Cos(float x)
    {
        float r = Reduce(x, out int quadrant);
        float y = (quadrant & 1) == 0 ? CosPolynomial(r) : SinPolynomial(r);
        return ((quadrant + 1) & 2) == 0 ? y : -y;
    }

    public static float Tan(float x)
    {
        float r = Reduce(x, out int quadrant);
        float sin = SinPolynomial(r), cos = CosPolynomial(r);
        return (quadrant & 1) == 0 ? sin / cos : -cos / sin;
    }

    public static float Atan(float x)
    {
        float a = Abs(x);
        float start = a > 2.41421356f ? HalfPi : a > 0.414213562f ? HalfPi / 2 : 0;
        float t = a > 2.41421356f ? -1 / a : a > 0.414213562f ? (a - 1) / (a + 1) : a;
        float z = t * t;
        float p = 8.05374449538e-2f;
        p = FusedMultiplyAdd(p, z, -1.38776856032e-1f);
        p = FusedMultiplyAdd(p, z, 1.99777106478e-1f);
        p = FusedMultiplyAdd(p, z, -3.33329491539e-1f);
        return CopySign(start + FusedMultiplyAdd(p * z, t, t), x);
    }

    public static float Asin(float x)
    {
        float a = Abs(x);
        bool large = a > 0.5f;
        float z = large ? 0.5f * (1 - a) : a * a;
        float s = large ? Sqrt(z) : a;
        float y = FusedMultiplyAdd(AsinPolynomial(z) * z, s, s);
        return CopySign(large ? HalfPi - (2 * y) : y, x);
    }

    public static float Acos(float x)
    {
        float a = Abs(x);
        bool large = a > 0.5f;
        float z = large ? 0.5f * (1 - a) : a * a;
        float s = large ? Sqrt(z) : x;
        float y = FusedMultiplyAdd(AsinPolynomial(z) * z, s, s);
        return large ? (x > 0 ? 2 * y : (2 * HalfPi) - (2 * y)) : HalfPi - y;
    }

    public static float Atan2(float y, float x)
    {
        float a = Abs(x), b = Abs(y);
        float small = Min(a, b), large = Max(a, b);
        float ratio = large == 0 || small == large ? (large == 0 ? 0 : 1) : small / large;
        float angle = Atan(ratio);
        angle = b > a ? HalfPi - angle : angle;
        angle = CopySign(1, x) < 0 ? (2 * HalfPi) - angle : angle;
        return float.IsNaN(x) || float.IsNaN(y) ? float.NaN : CopySign(angle, y);
    }

    public static float Sinh(float x)
    {
        float a = Abs(x), z = x * x;
        float p = FusedMultiplyAdd(2.03721912945e-4f, z, 8.33028376239e-3f);
        p = FusedMultiplyAdd(p, z, 1.66667160211e-1f);
        float small = FusedMultiplyAdd(p * z, x, x);

        // Half the exponent first: e^x itself overflows before its half does.
        float e = Exp(0.5f * a);
        float large = FusedMultiplyAdd(0.5f * e, e, -0.5f / (e * e));
        return a < 1 ? small : CopySign(large, x);
    }

    public static float Cosh(float x)
    {
        float e = Exp(0.5f * Abs(x));
        return FusedMultiplyAdd(0.5f * e, e, 0.5f / (e * e));
    }

    public static float Tanh(float x)
    {
        float a = Abs(x), z = x * x;
        float p = -5.70498872745e-3f;
        p = FusedMultiplyAdd(p, z, 2.06390887954e-2f);
        p = FusedMultiplyAdd(p, z, -5.37397155531e-2f);
        p = FusedMultiplyAdd(p, z, 1.33314422036e-1f);
        p = FusedMultiplyAdd(p, z, -3.33332819422e-1f);
        float small = FusedMultiplyAdd(p * z, x, x);
        float large = 1 - (2 / (Exp(2 * a) + 1));
        return a < 0.625f ? small : float.IsNaN(x) ? x : CopySign(large, x);
    }

    /// <summary>Through double precision: the exponent multiplies every error of the logarithm.</summary>
    public static float Pow(float x, float y) => (float)DoubleMath.Pow(x, y);

    public static float IEEERemainder(float x, float y) => FusedMultiplyAdd(-Round(x / y), y, x);

    /// <summary>Halves away from zero.</summary>
    public static float RoundAway(float x)
    {
        float whole = Truncate(x);
        return Abs(x - whole) >= 0.5f ? whole + CopySign(1, x) : whole;
    }

    /// <summary>C#'s x % y, exact.</summary>
    public static float Remainder(float x, float y) => (float)DoubleMath.Remainder(x, y);

    private static float PowerOfTwo(int n) => BitConverter.Int32BitsToSingle((n + 127) << 23);

    // x = (1 + m) * 2^e with 1 + m in [sqrt(1/2), sqrt(2)).
    private static float Mantissa(float x, out float e)
    {
        bool denormal = x < 1.17549435e-38f;
        int bits = BitConverter.SingleToInt32Bits(denormal ? x * 8388608 : x);
        int exponent = (bits >> 23) - (denormal ? 127 + 23 : 127);
        float m = BitConverter.Int32BitsToSingle((bits & 0x007FFFFF) | 0x3F800000);
        bool high = m > 1.41421354f;
        e = high ? exponent + 1 : exponent;
        return (high ? 0.5f * m : m) - 1;
    }

    private static float LogPolynomial(float m)
    {
        float p = 7.0376836292e-2f;
        p = FusedMultiplyAdd(p, m, -1.1514610310e-1f);
        p = FusedMultiplyAdd(p, m, 1.1676998740e-1f);
        p = FusedMultiplyAdd(p, m, -1.2420140846e-1f);
        p = FusedMultiplyAdd(p, m, 1.4249322787e-1f);
        p = FusedMultiplyAdd(p, m, -1.6668057665e-1f);
        p = FusedMultiplyAdd(p, m, 2.0000714765e-1f);
        p = FusedMultiplyAdd(p, m, -2.4999993993e-1f);
        return FusedMultiplyAdd(p, m, 3.3333331174e-1f);
    }

    private static float LogSpecial(float x, float result)
    {
        result = x == 0 ? float.NegativeInfinity : result;
        result = x < 0 ? float.NaN : result;
        return float.IsFinite(x) || x < 0 ? result : x;
    }

    // x minus the nearest multiple of pi/2, and which multiple.
    private static float Reduce(float x, out int quadrant)
    {
        if (Abs(x) > LargestFloatReduction)
        {
            return (float)DoubleMath.Reduce(x, out quadrant);
        }

        float n = Round(x * 0.636619772f);
        quadrant = (int)n;
        float r = FusedMultiplyAdd(n, -HalfPi, x);
        r = FusedMultiplyAdd(n, -HalfPiLow, r);
        return FusedMultiplyAdd(n, -HalfPiLowest, r);
    }

    private static float SinPolynomial(float r)
    {
        float z = r * r;
        float p = FusedMultiplyAdd(-1.9515295891e-4f, z, 8.3321608736e-3f);
        p = FusedMultiplyAdd(p, z, -1.6666654611e-1f);
        return FusedMultiplyAdd(p * z, r, r);
    }

    private static float CosPolynomial(float r)
    {
        float z = r * r;
        float p = FusedMultiplyAdd(2.443315711809948e-5f, z, -1.388731625493765e-3f);
        p = FusedMultiplyAdd(p, z, 4.166664568298827e-2f);
        return FusedMultiplyAdd(p * z, z, FusedMultiplyAdd(-0.5f, z, 1));
    }

    private static float AsinPolynomial(float z)
    {
        float p = 4.2163199048e-2f;
        p = FusedMultiplyAdd(p, z, 2.4181311049e-2f);
        p = FusedMultiplyAdd(p, z, 4.5470025998e-2f);
        p = FusedMultiplyAdd(p, z, 7.4953002686e-2f);
        return FusedMultiplyAdd(p, z, 1.6666752422e-1f);
    }
}
