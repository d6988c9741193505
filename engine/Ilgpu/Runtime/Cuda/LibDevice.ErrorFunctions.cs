namespace ILGPU.Runtime.Cuda;

/// <content>
/// The error function and its relatives. Their relative errors are at most 4e-15 in double precision; results below 1e-300 lose digits. In
/// single precision they are those of double precision, rounded.
/// </content>
public static partial class LibDevice
{
    private const double RootOfHalf = 0.7071067811865476;
    private const double HalfRootOfPi = 0.886226925452758;

    /// <summary>2/√π · ∫ e^(-t²) dt from 0 to <paramref name="x"/>.</summary>
    public static double Erf(double x) => Math.Abs(x) < 1 ? ErfSeries(x) : CopySign(1 - ErfTail(Math.Abs(x)), x);

    /// <inheritdoc cref="Erf(double)"/>
    public static float Erf(float x) => (float)Erf((double)x);

    /// <summary>1 - erf <paramref name="x"/>, precise where that is near 0.</summary>
    public static double Erfc(double x) => x < -0.5 ? 2 - ErfTail(-x) : x < 0.5 ? 1 - ErfSeries(x) : ErfTail(x);

    /// <inheritdoc cref="Erfc(double)"/>
    public static float Erfc(float x) => (float)Erfc((double)x);

    /// <summary>e^(x²) · erfc <paramref name="x"/>; infinite from -26.6287 down.</summary>
    public static double Erfcx(double x)
    {
        if (x < -26.6287)
        {
            return double.PositiveInfinity;
        }

        return x >= 0.5 ? ScaledTail(x) : ExpOfSquare(x, 1) * Erfc(x);
    }

    /// <inheritdoc cref="Erfcx(double)"/>
    public static float Erfcx(float x) => (float)Erfcx((double)x);

    /// <summary>Of which number <paramref name="x"/> is the erf; NaN outside of -1 to 1.</summary>
    public static double ErfInv(double x)
    {
        double a = Math.Abs(x);
        if (a == 1)
        {
            return CopySign(double.PositiveInfinity, x);
        }

        return a <= 0.5 ? InverseCentre(x) : CopySign(InverseTail(1 - a), x);
    }

    /// <inheritdoc cref="ErfInv(double)"/>
    public static float ErfInv(float x) => (float)ErfInv((double)x);

    /// <summary>Of which number <paramref name="x"/> is the erfc; NaN outside of 0 to 2.</summary>
    public static double ErfcInv(double x)
    {
        if (x == 0 || x == 2)
        {
            return x == 0 ? double.PositiveInfinity : double.NegativeInfinity;
        }

        if (x >= 0.5 && x <= 1.5)
        {
            return InverseCentre(1 - x);
        }

        return x < 1 ? InverseTail(x) : -InverseTail(2 - x);
    }

    /// <inheritdoc cref="ErfcInv(double)"/>
    public static float ErfcInv(float x) => (float)ErfcInv((double)x);

    /// <summary>The share of a normal distribution (mean 0, variance 1) that is below <paramref name="x"/>.</summary>
    public static double Normcdf(double x)
    {
        if (x < -0.7)
        {
            return x < -39 ? 0 : 0.5 * ExpOfSquare(x, -0.5) * ScaledTail(-x * RootOfHalf);
        }

        return x < 0.7 ? 0.5 + (0.5 * ErfSeries(x * RootOfHalf)) : 1 - (0.5 * ErfTail(x * RootOfHalf));
    }

    /// <inheritdoc cref="Normcdf(double)"/>
    public static float Normcdf(float x) => (float)Normcdf((double)x);

    /// <summary>The number below which the share <paramref name="x"/> of a normal distribution is; NaN outside of 0 to 1.</summary>
    public static double NormcdfInv(double x) => -2 * RootOfHalf * ErfcInv(2 * x);

    /// <inheritdoc cref="NormcdfInv(double)"/>
    public static float NormcdfInv(float x) => (float)NormcdfInv((double)x);

    // Taylor's series, for |x| up to 1.
    private static double ErfSeries(double x)
    {
        double z = x * x, p = 1;
        for (int k = 18; k > 0; k--)
        {
            p = Math.FusedMultiplyAdd(p, z * (-((2.0 * k) - 1) / (k * ((2.0 * k) + 1))), 1);
        }

        return p * x / HalfRootOfPi;
    }

    // erfc for x from 0.5.
    private static double ErfTail(double x) => x > 28 ? 0 : ExpOfSquare(x, -1) * ScaledTail(x);

    // e^(factor · x²) for a factor that is a power of two, with the error of the square made good.
    private static double ExpOfSquare(double x, double factor)
    {
        double square = x * x;
        double e = Math.Exp(factor * square);
        return Math.FusedMultiplyAdd(e, factor * Math.FusedMultiplyAdd(x, x, -square), e);
    }

    // e^(x²) · erfc x for x from 0.4: (1 + 2x) of it is smooth in t = (x - 4)/(x + 4) from -1 to 1 up to infinity. Chebyshev's series of
    // degree 24, computed with 40 digits and written in powers of t; what is left out is below 1e-17.
    private static double ScaledTail(double x)
    {
        double t = 1 - (8 / (x + 4));
        double p = -2.659599690242689e-10;
        p = Math.FusedMultiplyAdd(p, t, 9.311744978232572e-10);
        p = Math.FusedMultiplyAdd(p, t, 3.1695881915648173e-09);
        p = Math.FusedMultiplyAdd(p, t, -1.234686604382353e-08);
        p = Math.FusedMultiplyAdd(p, t, -2.05606492756992e-08);
        p = Math.FusedMultiplyAdd(p, t, 1.0633855618594884e-07);
        p = Math.FusedMultiplyAdd(p, t, 7.746992727017941e-08);
        p = Math.FusedMultiplyAdd(p, t, -8.210939042560568e-07);
        p = Math.FusedMultiplyAdd(p, t, 2.919733377963012e-07);
        p = Math.FusedMultiplyAdd(p, t, 5.706604414895734e-06);
        p = Math.FusedMultiplyAdd(p, t, -1.1221287012353486e-05);
        p = Math.FusedMultiplyAdd(p, t, -2.4397746422436416e-05);
        p = Math.FusedMultiplyAdd(p, t, 0.0001506214900124047);
        p = Math.FusedMultiplyAdd(p, t, -0.00019925714661091188);
        p = Math.FusedMultiplyAdd(p, t, -0.0007577732613730956);
        p = Math.FusedMultiplyAdd(p, t, 0.005031970067657489);
        p = Math.FusedMultiplyAdd(p, t, -0.016197734059799265);
        p = Math.FusedMultiplyAdd(p, t, 0.03716751552655567);
        p = Math.FusedMultiplyAdd(p, t, -0.06633036581218697);
        p = Math.FusedMultiplyAdd(p, t, 0.0937328349990944);
        p = Math.FusedMultiplyAdd(p, t, -0.10103906603630056);
        p = Math.FusedMultiplyAdd(p, t, 0.06809705425466908);
        p = Math.FusedMultiplyAdd(p, t, 0.015379652102619604);
        p = Math.FusedMultiplyAdd(p, t, -0.1396211168405623);
        p = Math.FusedMultiplyAdd(p, t, 1.2329951186255526);
        return p / (1 + (2 * x));
    }

    // erf's inverse for |y| up to 0.5: its series, then Halley's steps, each of which triples the digits.
    private static double InverseCentre(double y)
    {
        double s = y * y;
        double x = 0.0733 * s;
        x = HalfRootOfPi * y * (1 + (s * (0.26179938779914943 + (s * (0.1439317308492189 + (s * (0.09766361950392055 + x)))))));
        for (int step = 0; step < 2; step++)
        {
            double miss = (ErfSeries(x) - y) * HalfRootOfPi * Math.Exp(x * x);
            x -= miss / Math.FusedMultiplyAdd(x, miss, 1);
        }

        return x;
    }

    // erfc's inverse for y below 0.5: Abramowitz and Stegun 26.2.23, with an error below 5e-4, then Halley's steps. e^(x²) is multiplied in
    // two halves, which do not overflow.
    private static double InverseTail(double y)
    {
        double t = Math.Sqrt(-2 * Math.Log(0.5 * y));
        double above = 2.515517 + (t * (0.802853 + (t * 0.010328)));
        double below = 1 + (t * (1.432788 + (t * (0.189269 + (t * 0.001308)))));
        double x = (t - (above / below)) * RootOfHalf;
        for (int step = 0; step < 2; step++)
        {
            double half = Math.Exp(0.5 * x * x);
            double miss = ((y * half * half) - ScaledTail(x)) * HalfRootOfPi;
            x -= miss / Math.FusedMultiplyAdd(x, miss, 1);
        }

        return x;
    }
}
