namespace ILGPU.Runtime.Cuda;

/// <content>
/// Elementary functions that Math and XMath lack, or that kernels don't have of them. Relative errors are at most 2e-15 in double
/// precision, over the device's own Exp, Log, Sin and Cos; in single precision they are those of double precision, rounded.
/// </content>
public static partial class LibDevice
{
    private const double BeyondSquares = 1e9;
    private const double Ln2 = 0.6931471805599453;

    /// <summary>The cube root.</summary>
    public static double Cbrt(double x)
    {
        double mantissa = Rexp(x, out int exponent);
        if (x == 0 || IsFinite(x) == 0)
        {
            return x;
        }

        // |x| = cube · 8^third; Newton's step corrects the root that logarithms give.
        int third = ((exponent + 3000) / 3) - 1000;
        double cube = Math.Abs(mantissa) * PowerOfTwo(exponent - (3 * third));
        double root = Math.Exp(Math.Log(cube) / 3);
        double square = root * root;
        root -= Math.FusedMultiplyAdd(square, root, -cube) / (3 * square);
        return CopySign(root * PowerOfTwo(third), x);
    }

    /// <inheritdoc cref="Cbrt(double)"/>
    public static float Cbrt(float x) => (float)Cbrt((double)x);

    /// <summary>The reciprocal of the cube root.</summary>
    public static double Rcbrt(double x) => 1 / Cbrt(x);

    /// <inheritdoc cref="Rcbrt(double)"/>
    public static float Rcbrt(float x) => (float)Rcbrt((double)x);

    /// <summary>√(x² + y²), whose squares neither overflow nor underflow; infinite where one of them is, whatever the other.</summary>
    public static double Hypot(double x, double y)
    {
        if (IsInfinity(x) == 1 || IsInfinity(y) == 1)
        {
            return double.PositiveInfinity;
        }

        double a = Math.Abs(x), b = Math.Abs(y);
        double large = a < b ? b : a, small = a < b ? a : b;
        double scaled = Rexp(large, out int exponent), other = Scalbn(small, -exponent);
        return Scalbn(Math.Sqrt(Math.FusedMultiplyAdd(scaled, scaled, other * other)), exponent);
    }

    /// <inheritdoc cref="Hypot(double, double)"/>
    public static float Hypot(float x, float y) => (float)Hypot((double)x, y);

    /// <summary>e^x - 1, precise where that is near 0.</summary>
    public static double Expm1(double x)
    {
        if (!(Math.Abs(x) < 0.5))
        {
            return Math.Exp(x) - 1;
        }

        double p = 1;
        for (int k = 16; k > 1; k--)
        {
            p = Math.FusedMultiplyAdd(p, x * (1.0 / k), 1);
        }

        return p * x;
    }

    /// <inheritdoc cref="Expm1(double)"/>
    public static float Expm1(float x) => (float)Expm1((double)x);

    /// <summary>ln(1 + x), precise where that is near 0.</summary>
    public static double Log1P(double x)
    {
        // What the sum loses is in the quotient (Goldberg 1991, theorem 4).
        double sum = 1 + x;
        return sum == 1 || sum == double.PositiveInfinity ? x : Math.Log(sum) * (x / (sum - 1));
    }

    /// <inheritdoc cref="Log1P(double)"/>
    public static float Log1P(float x) => (float)Log1P((double)x);

    /// <summary>The inverse of the hyperbolic cosine; NaN below 1.</summary>
    public static double Acosh(double x)
    {
        double t = x - 1;
        return x < 1 ? double.NaN : x > BeyondSquares ? Math.Log(x) + Ln2 : Log1P(t + Math.Sqrt(t * (t + 2)));
    }

    /// <inheritdoc cref="Acosh(double)"/>
    public static float Acosh(float x) => (float)Acosh((double)x);

    /// <summary>The inverse of the hyperbolic sine.</summary>
    public static double Asinh(double x)
    {
        double a = Math.Abs(x), square = a * a;
        return CopySign(a > BeyondSquares ? Math.Log(a) + Ln2 : Log1P(a + (square / (1 + Math.Sqrt(square + 1)))), x);
    }

    /// <inheritdoc cref="Asinh(double)"/>
    public static float Asinh(float x) => (float)Asinh((double)x);

    /// <summary>The inverse of the hyperbolic tangent; NaN outside of -1 to 1.</summary>
    public static double Atanh(double x)
    {
        double a = Math.Abs(x);
        return a > 1 ? double.NaN : CopySign(0.5 * Log1P(2 * a / (1 - a)), x);
    }

    /// <inheritdoc cref="Atanh(double)"/>
    public static float Atanh(float x) => (float)Atanh((double)x);

    /// <summary>The sine of π · x, for numbers of any size.</summary>
    public static double SinPi(double x)
    {
        double rest = FromNearest(x, out int odd);
        double sine = Math.Sin(Math.PI * rest);
        return rest == 0 ? CopySign(0, x) : odd == 1 ? -sine : sine;
    }

    /// <inheritdoc cref="SinPi(double)"/>
    public static float SinPi(float x) => (float)SinPi((double)x);

    /// <summary>The cosine of π · x, for numbers of any size.</summary>
    public static double CosPi(double x)
    {
        double rest = Math.Abs(FromNearest(x, out int odd));
        double cosine = rest < 0.25 ? Math.Cos(Math.PI * rest) : Math.Sin(Math.PI * (0.5 - rest));
        return rest == 0.5 ? 0 : odd == 1 ? -cosine : cosine;
    }

    /// <inheritdoc cref="CosPi(double)"/>
    public static float CosPi(float x) => (float)CosPi((double)x);

    public static void SinCosPi(double x, out double sin, out double cos)
    {
        sin = SinPi(x);
        cos = CosPi(x);
    }

    public static void SinCosPi(float x, out float sin, out float cos)
    {
        sin = SinPi(x);
        cos = CosPi(x);
    }

    public static double Pow(double x, int y) => Math.Pow(x, y);

    public static float Pow(float x, int y) => (float)Math.Pow((double)x, y);

    // Less the nearest integer, exactly; and 1 where that is odd.
    private static double FromNearest(double x, out int odd)
    {
        double whole = Math.Round(x);
        odd = 2 * Math.Round(0.5 * whole) != whole ? 1 : 0;
        return x - whole;
    }
}
