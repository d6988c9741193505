namespace ILGPU.Runtime.Cuda;

/// <content>
/// The gamma function. The relative error of Tgamma is at most 1e-14 in double precision (each factor of a factorial adds half a unit in
/// the last place), that of Gamma at positive numbers 4e-15; at negative ones Gamma passes through 0, and its error is at most 1e-14 of
/// the larger of it and of the logarithm at -x. Results of Tgamma below 1e-305 may be 0. In single precision they are those of double
/// precision, rounded.
/// </content>
public static partial class LibDevice
{
    private const double HalfLogOfTwoPiLessHalf = 0.4189385332046727;

    /// <summary>The gamma function, which is (x - 1)! at integers; NaN at negative ones.</summary>
    public static double Tgamma(double x)
    {
        if (x == 0)
        {
            return CopySign(double.PositiveInfinity, x);
        }

        if (x >= 0.5)
        {
            return GammaOfPositive(x);
        }

        if (x > -0.5)
        {
            return Math.Exp(LogGammaAtTwo(x)) / (x * (x + 1));
        }

        return x == Math.Floor(x) ? double.NaN : -Math.PI / (x * SinPi(x) * GammaOfPositive(-x));
    }

    /// <inheritdoc cref="Tgamma(double)"/>
    public static float Tgamma(float x) => (float)Tgamma((double)x);

    /// <summary>C's lgamma, which ILGPU calls so: the logarithm of the gamma function's absolute value, infinite at its poles.</summary>
    public static double Gamma(double x)
    {
        if (IsInfinity(x) == 1 || (x <= 0 && x == Math.Floor(x)))
        {
            return double.PositiveInfinity;
        }

        if (x >= 0.5)
        {
            return LogGammaOfPositive(x);
        }

        return x > -0.5
            ? LogGammaAtTwo(x) - Log1P(x) - Math.Log(Math.Abs(x))
            : Math.Log(Math.PI / Math.Abs(x * SinPi(x))) - LogGammaOfPositive(-x);
    }

    /// <inheritdoc cref="Gamma(double)"/>
    public static float Gamma(float x) => (float)Gamma((double)x);

    // For x from 0.5. Numbers less an integer are exact here.
    private static double GammaOfPositive(double x)
    {
        if (x > 172)
        {
            return double.PositiveInfinity;
        }

        return x < 1.5 ? Math.Exp(LogGammaAtTwo(x - 1)) / x : Factors(x, Math.Exp(LogGammaAtTwo(FromTwo(x))));
    }

    private static double LogGammaOfPositive(double x)
    {
        if (x < 1.5)
        {
            return LogGammaAtTwo(x - 1) - Log1P(x - 1);
        }

        if (x < 10)
        {
            return LogGammaAtTwo(FromTwo(x)) + Math.Log(Factors(x, 1));
        }

        // Stirling's series; the terms are Bernoulli's numbers B(2k) over 2k(2k - 1).
        double z = 1 / (x * x), p = 1.0 / 156;
        p = Math.FusedMultiplyAdd(p, z, -691.0 / 360360);
        p = Math.FusedMultiplyAdd(p, z, 1.0 / 1188);
        p = Math.FusedMultiplyAdd(p, z, -1.0 / 1680);
        p = Math.FusedMultiplyAdd(p, z, 1.0 / 1260);
        p = Math.FusedMultiplyAdd(p, z, -1.0 / 360);
        p = Math.FusedMultiplyAdd(p, z, 1.0 / 12);
        return ((x - 0.5) * (Math.Log(x) - 1)) + (HalfLogOfTwoPiLessHalf + (p / x));
    }

    // How far the number from 1.5 to 2.5 that differs from x by an integer is from 2; x is at least 1.5.
    private static double FromTwo(double x) => x - (Math.Floor(x - 0.5) + 1);

    // start · (x - 1)(x - 2)… down to that number.
    private static double Factors(double x, double start)
    {
        double product = start;
        for (double factor = x - 1; factor >= 1.5; factor -= 1)
        {
            product *= factor;
        }

        return product;
    }

    // ln Γ(2 + z) for |z| up to 0.5: (1 - γ) z + Σ (ζ(k) - 1) (-z)^k / k.
    private static double LogGammaAtTwo(double z)
    {
        double p = 6.4229645638381e-11;
        p = Math.FusedMultiplyAdd(p, -z, 1.330476437424449e-10);
        p = Math.FusedMultiplyAdd(p, -z, 2.7595228851242334e-10);
        p = Math.FusedMultiplyAdd(p, -z, 5.731367241678862e-10);
        p = Math.FusedMultiplyAdd(p, -z, 1.1921401405860912e-09);
        p = Math.FusedMultiplyAdd(p, -z, 2.4836745438024785e-09);
        p = Math.FusedMultiplyAdd(p, -z, 5.183475041970047e-09);
        p = Math.FusedMultiplyAdd(p, -z, 1.0838659214896955e-08);
        p = Math.FusedMultiplyAdd(p, -z, 2.2711094608943164e-08);
        p = Math.FusedMultiplyAdd(p, -z, 4.7698101693639804e-08);
        p = Math.FusedMultiplyAdd(p, -z, 1.0043224823968099e-07);
        p = Math.FusedMultiplyAdd(p, -z, 2.1207184805554665e-07);
        p = Math.FusedMultiplyAdd(p, -z, 4.492469198764566e-07);
        p = Math.FusedMultiplyAdd(p, -z, 9.55141213040742e-07);
        p = Math.FusedMultiplyAdd(p, -z, 2.039215753801366e-06);
        p = Math.FusedMultiplyAdd(p, -z, 4.374866789907488e-06);
        p = Math.FusedMultiplyAdd(p, -z, 9.439488275268397e-06);
        p = Math.FusedMultiplyAdd(p, -z, 2.050721277567069e-05);
        p = Math.FusedMultiplyAdd(p, -z, 4.492623673813314e-05);
        p = Math.FusedMultiplyAdd(p, -z, 9.945751278180853e-05);
        p = Math.FusedMultiplyAdd(p, -z, 0.00022315475845357939);
        p = Math.FusedMultiplyAdd(p, -z, 0.0005096695247430425);
        p = Math.FusedMultiplyAdd(p, -z, 0.001192753911703261);
        p = Math.FusedMultiplyAdd(p, -z, 0.0028905103307415234);
        p = Math.FusedMultiplyAdd(p, -z, 0.007385551028673986);
        p = Math.FusedMultiplyAdd(p, -z, 0.020580808427784546);
        p = Math.FusedMultiplyAdd(p, -z, 0.0673523010531981);
        p = Math.FusedMultiplyAdd(p, -z, 0.3224670334241132);
        return z * Math.FusedMultiplyAdd(p, z, 0.42278433509846713);
    }
}
