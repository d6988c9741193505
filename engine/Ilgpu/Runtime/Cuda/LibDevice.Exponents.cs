namespace ILGPU.Runtime.Cuda;

/// <content>Powers of two in numbers, taken out and put in; exact, as remainders are.</content>
public static partial class LibDevice
{
    private const long ExponentBits = 0x7FF0000000000000;
    private const double OutOfSubnormals = 18014398509481984d;

    /// <summary>C's frexp: the number over a power of two, from 0.5 to below 1 with its sign; itself where it is 0 or not finite.</summary>
    /// <param name="x">A number.</param>
    /// <param name="y">The power of two; 0 where the number is returned.</param>
    public static double Rexp(double x, out int y)
    {
        if (x == 0 || IsFinite(x) == 0)
        {
            y = 0;
            return x;
        }

        bool subnormal = (DoubleAsLong(x) & ExponentBits) == 0;
        long bits = DoubleAsLong(subnormal ? x * OutOfSubnormals : x);
        y = ((int)(bits >> 52) & 0x7FF) - (subnormal ? 1022 + 54 : 1022);
        return LongAsDouble((bits & ~ExponentBits) | (1022L << 52));
    }

    /// <inheritdoc cref="Rexp(double, out int)"/>
    public static float Rexp(float x, out int y) => (float)Rexp((double)x, out y);

    /// <summary>x · 2^y, rounded once.</summary>
    public static double Scalbn(double x, int y)
    {
        double mantissa = Rexp(x, out int exponent);
        if (x == 0 || IsFinite(x) == 0)
        {
            return x;
        }

        int power = exponent + Math.Clamp(y, -4000, 4000);
        if (power > 1024)
        {
            return CopySign(double.PositiveInfinity, x);
        }

        return power >= -1021
            ? 2 * mantissa * PowerOfTwo(power - 1)
            : mantissa * PowerOfTwo(Math.Max(power, -1100) + 1000) * PowerOfTwo(-1000);
    }

    /// <inheritdoc cref="Scalbn(double, int)"/>
    public static float Scalbn(float x, int y) => (float)Scalbn((double)x, y);

    /// <summary>C's ldexp, which ILGPU calls so: x · 2^y, rounded once.</summary>
    public static double Exp(double x, int y) => Scalbn(x, y);

    /// <inheritdoc cref="Exp(double, int)"/>
    public static float Exp(float x, int y) => Scalbn(x, y);

    /// <summary>The power of two that is in the number; the least integer for 0 and NaN, the largest for what is infinite.</summary>
    public static int ILogB(double x)
    {
        if (x == 0 || IsNaN(x) == 1)
        {
            return int.MinValue;
        }

        Rexp(x, out int exponent);
        return IsInfinity(x) == 1 ? int.MaxValue : exponent - 1;
    }

    /// <inheritdoc cref="ILogB(double)"/>
    public static int ILogB(float x) => ILogB((double)x);

    /// <summary>The power of two that is in the number; -∞ for 0, ∞ for what is infinite.</summary>
    public static double LogB(double x)
    {
        if (IsFinite(x) == 0)
        {
            return x * x;
        }

        return x == 0 ? double.NegativeInfinity : ILogB(x);
    }

    /// <inheritdoc cref="LogB(double)"/>
    public static float LogB(float x) => (float)LogB((double)x);

    /// <summary>The remainder of the quotient rounded to the nearest integer, in the middle of two to the even one; exact.</summary>
    /// <param name="x">The dividend.</param>
    /// <param name="y">The divisor.</param>
    /// <param name="quo">The quotient's low three bits, with its sign.</param>
    public static double RemQuo(double x, double y, out int quo)
    {
        quo = 0;
        double rest = Math.Abs(x), divisor = Math.Abs(y);
        if (IsFinite(x) == 0 || IsNaN(y) == 1 || divisor == 0)
        {
            return double.NaN;
        }

        if (IsInfinity(y) == 1)
        {
            return x;
        }

        // Turns of eight leave the low three bits as they are.
        double turn = 8 * divisor;
        rest = IsInfinity(turn) == 1 ? rest : Fmod(rest, turn);
        int quotient = 0;
        for (int bit = 4; bit > 0; bit >>= 1)
        {
            double part = bit * divisor;
            bool holds = rest >= part;
            rest = holds ? rest - part : rest;
            quotient += holds ? bit : 0;
        }

        double missing = divisor - rest;
        bool up = rest > missing || (rest == missing && (quotient & 1) == 1);
        rest = up ? rest - divisor : rest;
        quotient = (up ? quotient + 1 : quotient) & 7;
        quo = SignBit(x) == SignBit(y) ? quotient : -quotient;
        return SignBit(x) == 1 ? -rest : rest;
    }

    /// <inheritdoc cref="RemQuo(double, double, out int)"/>
    public static float RemQuo(float x, float y, out int quo) => (float)RemQuo((double)x, y, out quo);

    // From 2^-1022 to 2^1023.
    private static double PowerOfTwo(int n) => LongAsDouble((long)(n + 1023) << 52);
}
