using System.Numerics;
using ILGPU.Runtime.Cuda;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Api;

/// <summary>
/// LibDevice's special functions on the host against the integrals that define them, and its elementary ones against the framework's,
/// within the errors that they promise. What the definitions lose themselves is allowed beside that: <see cref="OfDefinition"/>.
/// </summary>
public sealed class LibDeviceFunctionTests
{
    private const double OfDefinition = 2e-15;

    [Test]
    public void ErrorFunctions()
    {
        double[] numbers = [.. Steps(-6, 6, 160), 1e-10, -1e-300, 0.5, -0.5, 1];
        double[] tails = [.. Steps(0.5, 26, 120)];
        Close(LibDevice.Erf, LibDevice.Erf, Erf, numbers, 4e-15);
        Close(LibDevice.Erfc, LibDevice.Erfc, Erfc, [.. numbers, .. tails.Where(x => x < 8)], 4e-15);
        Close(LibDevice.Erfcx, LibDevice.Erfcx, x => x < 0.5 ? Erfc(x) / Gauss(x, 1) : ScaledErfc(x), [.. numbers, 20, 1e5, 1e12], 4e-15);
        Close(LibDevice.Normcdf, LibDevice.Normcdf, Normcdf, [.. Steps(-12, 12, 200), 0], 4e-15);
        foreach (double x in tails)
        {
            Near(LibDevice.Erfc(x), Erfc(x), 4e-15, $"erfc({x:R})");
            Near(LibDevice.Normcdf(-1.4 * x), Normcdf(-1.4 * x), 4e-15, $"normcdf({-1.4 * x:R})");
        }
    }

    /// <summary>By how far the inverse is off its argument, from what the function makes of it.</summary>
    [Test]
    public void InversesOfErrorFunctions()
    {
        double[] shares = [1e-300, 1e-100, 1e-20, 1e-5, 0.01, 0.2, 0.4999, 0.5, 0.51, 0.75, 0.999, 1, 1.25, 1.5, 1.9, 2 - 1e-10];
        foreach (double share in shares)
        {
            double x = LibDevice.ErfcInv(share);
            double off = ((Erfc(x) / share) - 1) * Erfc(x) / Gauss(x, 1) * Math.Sqrt(Math.PI) / 2;
            double reach = share > 1 ? Math.Max(Math.Abs(x), 1 / Gauss(x, 1)) : Math.Abs(x);
            Assert.That(Math.Abs(off), Is.LessThanOrEqualTo((6e-15 * reach) + 1e-17), $"{share:R}");
            Near(LibDevice.NormcdfInv(share / 2), -Math.Sqrt(2) * x, 1e-15, $"normcdfinv({share / 2:R})");
            Near(LibDevice.ErfcInv((float)share), (float)LibDevice.ErfcInv((double)(float)share), 0, $"{share:R}");
            Near(LibDevice.NormcdfInv((float)share), (float)LibDevice.NormcdfInv((double)(float)share), 0, $"{share:R}");
        }

        foreach (double y in Steps(-0.99, 0.99, 60))
        {
            double x = LibDevice.ErfInv(y);
            double off = (Erf(x) - y) * Math.Sqrt(Math.PI) / 2 / Gauss(x, 1);
            Assert.That(Math.Abs(off), Is.LessThanOrEqualTo(6e-15 * Math.Max(Math.Abs(x), 1 / Gauss(x, 1))), $"{y:R}");
            Near(LibDevice.ErfInv((float)y), (float)LibDevice.ErfInv((double)(float)y), 0, $"{y:R}");
        }

        Near(LibDevice.ErfInv(1e-200), 1e-200 * Math.Sqrt(Math.PI) / 2, 1e-15, "erfinv(1e-200)");
    }

    [Test]
    public void GammaFunctions()
    {
        double[] numbers = [.. Enumerable.Range(32, 352).Select(k => k / 64.0)];
        double[] negative = [.. Enumerable.Range(1, 500).Where(k => k % 64 != 0).Select(k => -k / 64.0)];
        Close(LibDevice.Tgamma, LibDevice.Tgamma, Gamma, [.. numbers, .. negative], 1e-14);
        foreach (double x in numbers)
        {
            double expected = Math.Log(Gamma(x));
            double bound = (4e-15 * Math.Abs(expected)) + (2 * OfDefinition);
            Assert.That(LibDevice.Gamma(x), Is.EqualTo(expected).Within(bound), $"lgamma({x:R})");
            Assert.That(LibDevice.Gamma((float)x), Is.EqualTo((float)LibDevice.Gamma((double)(float)x)));
        }

        foreach (double x in negative)
        {
            double expected = Math.Log(Math.Abs(Gamma(x))), other = Math.Abs(LibDevice.Gamma(-x));
            double bound = (1e-14 * Math.Max(Math.Max(Math.Abs(expected), other), 1)) + OfDefinition;
            Assert.That(LibDevice.Gamma(x), Is.EqualTo(expected).Within(bound), $"lgamma({x:R})");
        }

        BigInteger factorial = 1;
        for (int n = 1; n <= 1000; n++)
        {
            factorial *= n;
            Near(LibDevice.Gamma(n + 1.0), n == 1 ? 0 : BigInteger.Log(factorial), 4e-15, $"lgamma({n + 1})");
            if (n <= 170)
            {
                Near(LibDevice.Tgamma(n + 1.0), (double)factorial, 1e-14, $"tgamma({n + 1})");
            }
        }

        foreach (double z in new[] { 1e-5, -1e-5, 1e-9 })
        {
            // Taylor's series at the zeros of the logarithm; 1 + z and 2 + z are taken as they are rounded.
            double one = 1 + z - 1, two = 2 + z - 2, zeta2 = Math.PI * Math.PI / 6;
            double atOne = one * (-0.5772156649015329 + (one * ((zeta2 / 2) - (one * 0.400685634386531))));
            double atTwo = two * (0.4227843350984671 + (two * (((zeta2 - 1) / 2) - (two * 0.067352301053198))));
            Near(LibDevice.Gamma(1 + z), atOne, 1e-14, $"lgamma(1 + {z:R})");
            Near(LibDevice.Gamma(2 + z), atTwo, 1e-14, $"lgamma(2 + {z:R})");
        }
    }

    [Test]
    public void BesselFunctions()
    {
        double[] numbers = [.. Steps(0.03, 40, 300), 0.99, 1, 24.99, 25, 60, 123.4, 199.9];
        foreach (double x in numbers)
        {
            Swings(LibDevice.J0(x), BesselJ(0, x), 4e-15, $"j0({x:R})");
            Swings(LibDevice.J1(x), BesselJ(1, x), 4e-15, $"j1({x:R})");
            Swings(LibDevice.Y0(x), BesselY(0, x), 4e-15, $"y0({x:R})");
            Swings(LibDevice.Y1(x), BesselY(1, x), 4e-15, $"y1({x:R})");
            Assert.That((LibDevice.J0(-x), LibDevice.J1(-x)), Is.EqualTo((LibDevice.J0(x), -LibDevice.J1(x))));
            float single = (float)x;
            Assert.That(LibDevice.J0(single), Is.EqualTo((float)LibDevice.J0((double)single)));
            Assert.That(LibDevice.J1(single), Is.EqualTo((float)LibDevice.J1((double)single)));
            Assert.That(LibDevice.Y0(single), Is.EqualTo((float)LibDevice.Y0((double)single)));
            Assert.That(LibDevice.Y1(single), Is.EqualTo((float)LibDevice.Y1((double)single)));
        }

        foreach (int order in new[] { 0, 1, 2, 3, 7, 20, 60 })
        {
            foreach (double x in new[] { 0.5, 3, 7.5, 20.25, 59, 60.5, 150 })
            {
                Swings(LibDevice.JN(order, x), BesselJ(order, x), 1e-14, $"jn({order}, {x:R})");
                Assert.That(LibDevice.JN(order, -x), Is.EqualTo(order % 2 == 0 ? LibDevice.JN(order, x) : -LibDevice.JN(order, x)));
                Assert.That(LibDevice.JN(order, (float)x), Is.EqualTo((float)LibDevice.JN(order, (double)(float)x)));
            }
        }

        foreach (double x in new[] { 1e-4, 1e-9, 1e-12, 1e-300 })
        {
            Near(LibDevice.J1(x), 0.5 * x, 2e-9, "j1");
            Near(LibDevice.JN(2, x), x * x / 8, 2e-9, "j2");
            Near(LibDevice.Y0(x), 2 / Math.PI * (Math.Log(x / 2) + 0.5772156649015329), 1e-8, "y0");
            Near(LibDevice.Y1(x), -2 / (Math.PI * x), 1e-6, "y1");
        }
    }

    [Test]
    public void ElementaryFunctions()
    {
        double[] wide = [.. Steps(-40, 40, 300), 1e-300, -1e300, 5e-324, 1e-20, 27, -64, double.MaxValue];
        double[] positive = [.. wide.Select(Math.Abs)];
        double[] small = [.. Steps(-0.999, 0.999, 200), 1e-10, -1e-300];
        Close(LibDevice.Cbrt, LibDevice.Cbrt, Math.Cbrt, wide, 2e-15);
        Close(LibDevice.Rcbrt, LibDevice.Rcbrt, x => 1 / Math.Cbrt(x), wide, 2e-15);
        Close(x => LibDevice.Hypot(x, 3), x => LibDevice.Hypot(x, 3), x => double.Hypot(x, 3), wide, 2e-15);
        Close(LibDevice.Expm1, LibDevice.Expm1, x => 2 * Math.Sinh(x / 2) * Math.Exp(x / 2), [.. small, .. Steps(-20, 20, 80)], 2e-15);
        Close(LibDevice.Log1P, LibDevice.Log1P, Log1P, [.. small, .. Steps(0, 20, 80)], 2e-15);
        Close(LibDevice.Acosh, LibDevice.Acosh, Math.Acosh, [.. positive.Where(x => x >= 1)], 2e-15);
        Close(LibDevice.Asinh, LibDevice.Asinh, Math.Asinh, wide, 2e-15);
        Close(LibDevice.Atanh, LibDevice.Atanh, Math.Atanh, small, 2e-15);
        Close(LibDevice.SinPi, LibDevice.SinPi, double.SinPi, [.. wide.Where(x => Math.Abs(x) > 1e-310)], 2e-15);
        Close(LibDevice.CosPi, LibDevice.CosPi, double.CosPi, wide, 2e-15);
        Close(x => LibDevice.Pow(x, 3), x => LibDevice.Pow(x, 3), x => Math.Pow(x, 3), small, 2e-15);
        LibDevice.SinCosPi(0.3, out double sine, out double cosine);
        LibDevice.SinCosPi(0.3f, out float s, out float c);
        Assert.That((sine, cosine), Is.EqualTo((LibDevice.SinPi(0.3), LibDevice.CosPi(0.3))));
        Assert.That((s, c), Is.EqualTo((LibDevice.SinPi(0.3f), LibDevice.CosPi(0.3f))));

        // 1 + x is exact below -0.5.
        static double Log1P(double x) => x < -0.5 ? Math.Log(1 + x) : 2 * Math.Atanh(x / (x + 2));
    }

    [Test]
    public void SpecialValues()
    {
        const double Infinite = double.PositiveInfinity, Nothing = double.NaN;
        (double Actual, double Expected)[] results =
        [
            (LibDevice.Erf(Infinite), 1), (LibDevice.Erf(-Infinite), -1), (LibDevice.Erfc(Infinite), 0), (LibDevice.Erfc(-Infinite), 2),
            (LibDevice.Erfcx(Infinite), 0), (LibDevice.Erfcx(-Infinite), Infinite), (LibDevice.Erf(Nothing), Nothing),
            (LibDevice.Erfc(Nothing), Nothing), (LibDevice.Erfcx(Nothing), Nothing), (LibDevice.Normcdf(Infinite), 1),
            (LibDevice.Normcdf(-Infinite), 0), (LibDevice.Normcdf(Nothing), Nothing), (LibDevice.ErfInv(1.0), Infinite),
            (LibDevice.ErfInv(-1.0), -Infinite), (LibDevice.ErfInv(1.1), Nothing), (LibDevice.ErfInv(Nothing), Nothing),
            (LibDevice.ErfcInv(0.0), Infinite), (LibDevice.ErfcInv(2.0), -Infinite), (LibDevice.ErfcInv(-0.1), Nothing),
            (LibDevice.ErfcInv(2.1), Nothing), (LibDevice.NormcdfInv(0.0), -Infinite), (LibDevice.NormcdfInv(1.0), Infinite),
            (LibDevice.NormcdfInv(Nothing), Nothing), (LibDevice.Tgamma(0.0), Infinite), (LibDevice.Tgamma(-0d), -Infinite),
            (LibDevice.Tgamma(-3.0), Nothing), (LibDevice.Tgamma(Infinite), Infinite), (LibDevice.Tgamma(-Infinite), Nothing),
            (LibDevice.Tgamma(Nothing), Nothing), (LibDevice.Tgamma(171.7), Infinite), (LibDevice.Tgamma(-200.5), 0),
            (LibDevice.Gamma(0.0), Infinite), (LibDevice.Gamma(-7.0), Infinite), (LibDevice.Gamma(-Infinite), Infinite),
            (LibDevice.Gamma(Infinite), Infinite), (LibDevice.Gamma(Nothing), Nothing), (LibDevice.J0(0.0), 1), (LibDevice.J1(0.0), 0),
            (LibDevice.J0(Infinite), 0), (LibDevice.J1(-Infinite), 0), (LibDevice.J0(Nothing), Nothing), (LibDevice.J1(Nothing), Nothing),
            (LibDevice.Y0(0.0), -Infinite), (LibDevice.Y1(0.0), -Infinite), (LibDevice.Y0(-1.0), Nothing), (LibDevice.Y1(-1.0), Nothing),
            (LibDevice.Y0(Infinite), 0), (LibDevice.Y1(Infinite), 0), (LibDevice.Y0(Nothing), Nothing), (LibDevice.JN(-1, 2.0), Nothing),
            (LibDevice.JN(5, 0.0), 0), (LibDevice.JN(5, Infinite), 0), (LibDevice.JN(5, Nothing), Nothing), (LibDevice.Cbrt(-0d), 0),
            (LibDevice.Cbrt(-Infinite), -Infinite), (LibDevice.Rcbrt(0.0), Infinite), (LibDevice.Hypot(Nothing, -Infinite), Infinite),
            (LibDevice.Hypot(Nothing, 1), Nothing), (LibDevice.Hypot(1e300, 1e300), Math.Sqrt(2) * 1e300), (LibDevice.Hypot(0.0, 0), 0),
            (LibDevice.Expm1(-Infinite), -1), (LibDevice.Expm1(Infinite), Infinite), (LibDevice.Expm1(Nothing), Nothing),
            (LibDevice.Log1P(-1.0), -Infinite), (LibDevice.Log1P(-2.0), Nothing), (LibDevice.Log1P(Infinite), Infinite),
            (LibDevice.Log1P(-Infinite), Nothing), (LibDevice.Acosh(0.9), Nothing), (LibDevice.Acosh(Infinite), Infinite),
            (LibDevice.Asinh(-Infinite), -Infinite), (LibDevice.Atanh(1.0), Infinite), (LibDevice.Atanh(-1.5), Nothing),
            (LibDevice.SinPi(3.0), 0), (LibDevice.CosPi(2.5), 0), (LibDevice.SinPi(Infinite), Nothing), (LibDevice.CosPi(1e300), 1),
        ];
        for (int k = 0; k < results.Length; k++)
        {
            Assert.That(results[k].Actual, Is.EqualTo(results[k].Expected).Within(1).Ulps, $"result {k}");
        }
    }

    // The double function against its definition, and the single one against the definition at the number as single precision has it.
    private static void Close(
        Func<double, double> function, Func<float, float> single, Func<double, double> definition, double[] numbers, double tolerance)
    {
        foreach (double x in numbers)
        {
            Near(function(x), definition(x), tolerance, $"{function.Method.Name}({x:R})");
            float narrow = (float)x;
            if (narrow != 0 && float.IsFinite(narrow))
            {
                // One step of single precision: of a small result, of those without leading zeros.
                float expected = (float)definition(narrow), actual = single(narrow);
                float step = MathF.BitIncrement(MathF.Abs(expected)) - MathF.Abs(expected);
                Assert.That(actual == expected || MathF.Abs(actual - expected) <= step, Is.True, $"{x:R}: {actual:R}, not {expected:R}");
            }
        }
    }

    private static void Near(double actual, double expected, double tolerance, string what) => Assert.That(
        actual.Equals(expected) || Math.Abs(actual - expected) <= (tolerance + OfDefinition) * Math.Abs(expected), Is.True,
        $"{what} is {actual:R}, should be {expected:R}");

    private static void Swings(double actual, double expected, double tolerance, string what) =>
        Assert.That(actual, Is.EqualTo(expected).Within((tolerance + OfDefinition) * Math.Max(1, Math.Abs(expected))), what);

    private static IEnumerable<double> Steps(double from, double to, int count) =>
        Enumerable.Range(0, count).Select(k => from + ((to - from) * (k + 0.37) / count));

    // e^(-x² · factor), the square in two parts that are exact enough.
    private static double Gauss(double x, double factor)
    {
        double head = (float)x;
        return Math.Exp(-factor * head * head) * Math.Exp(-factor * (x - head) * (x + head));
    }

    private static double Erf(double x) => 2 / Math.Sqrt(Math.PI) * Quadrature.Integral(t => Math.Exp(-t * t), 0, x, 12);

    private static double ScaledErfc(double x) =>
        2 / Math.Sqrt(Math.PI) * Quadrature.Integral(t => Math.Exp(-t * (t + (2 * x))), 0, Math.Min(6.5, 20 / x), 16);

    private static double Erfc(double x) => x < -0.5 ? 2 - Erfc(-x) : x < 0.5 ? 1 - Erf(x) : Gauss(x, 1) * ScaledErfc(x);

    private static double Normcdf(double x)
    {
        if (x > 0)
        {
            return 1 - Normcdf(-x);
        }

        double reach = Math.Min(9.2, 40 / Math.Max(-x, 1));
        return Gauss(x, 0.5) / Math.Sqrt(2 * Math.PI) * Quadrature.Integral(s => Math.Exp(-s * ((0.5 * s) - x)), 0, reach, 16);
    }

    // ∫ t^(x - 1) e^(-t) dt over the logarithm of t; below 0.5 by Γ(x) = Γ(x + 1) / x.
    private static double Gamma(double x) => x < 0.5
        ? Gamma(x + 1) / x
        : Quadrature.Integral(t => Math.Exp((x * t) - Math.Exp(t)), -42 / x, 5, 120);

    private static double BesselJ(int order, double x) =>
        Quadrature.Integral(t => Math.Cos((order * t) - (x * Math.Sin(t))), 0, Math.PI, 16 + (int)x) / Math.PI;

    // For the orders 0 and 1.
    private static double BesselY(int order, double x)
    {
        double swinging = Quadrature.Integral(t => Math.Sin((x * Math.Sin(t)) - (order * t)), 0, Math.PI, 16 + (int)x);
        double fading = Quadrature.Integral(
            t => (order == 0 ? 2 : Math.Exp(t) - Math.Exp(-t)) * Math.Exp(-x * Math.Sinh(t)), 0, Math.Asinh(60 / x), 60);
        return (swinging - fading) / Math.PI;
    }
}
