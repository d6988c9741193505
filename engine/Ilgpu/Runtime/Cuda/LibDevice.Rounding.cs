namespace ILGPU.Runtime.Cuda;

/// <content>
/// Arithmetic that is rounded in a direction: down to -∞, up to ∞, to zero, or to the nearest, in the middle of two to the even one. What
/// is too large becomes infinite or the largest number, as the direction says; a difference of equals is -0 where it is rounded down.
/// CUDA has an instruction for each. Elsewhere the nearest number is computed, and the sign of what it misses by operations without
/// error (Dekker 1971; Boldo and Muller 2011 for the fused one); single precision goes through double.
/// </content>
public static partial class LibDevice
{
    public static double AddRoundDown(double x, double y)
    {
        double near = Sum(x, y, out double rest);
        return near == 0 && (DoubleAsLong(x) | DoubleAsLong(y)) != 0 ? -0d : Down(near, rest);
    }

    public static double MulRoundDown(double x, double y) => Down(Product(x, y, out double rest), rest);

    public static double DivRoundDown(double x, double y) => Down(Quotient(x, y, out double rest), rest);

    public static double RcpRoundDown(double x) => DivRoundDown(1d, x);

    public static double SqrtRoundDown(double x) => Down(Root(x, out double rest), rest);

    public static double FusedMultiplyAddRoundDown(double x, double y, double z)
    {
        if (x == 0 || y == 0)
        {
            return AddRoundDown(x * y, z);
        }

        if (z == 0)
        {
            return MulRoundDown(x, y);
        }

        double near = FusedOfNonzero(x, y, z, out double rest);
        return near == 0 && rest == 0 ? -0d : Down(near, rest);
    }

    public static float AddRoundDown(float x, float y) => DoubleToFloatRoundDown(AddRoundDown((double)x, y));

    public static float SubRoundDown(float x, float y) => DoubleToFloatRoundDown(AddRoundDown((double)x, -y));

    public static float MulRoundDown(float x, float y) => DoubleToFloatRoundDown((double)x * y);

    public static float DivRoundDown(float x, float y) => DoubleToFloatRoundDown(DivRoundDown((double)x, y));

    public static float RcpRoundDown(float x) => DoubleToFloatRoundDown(DivRoundDown(1d, x));

    public static float SqrtRoundDown(float x) => DoubleToFloatRoundDown(SqrtRoundDown((double)x));

    public static float FusedMultiplyAddRoundDown(float x, float y, float z) =>
        DoubleToFloatRoundDown(AddRoundDown((double)x * y, z));

    public static double AddRoundEven(double x, double y) => Math.FusedMultiplyAdd(x, 1, y);

    public static double MulRoundEven(double x, double y) => x * y;

    public static double DivRoundEven(double x, double y) => x / y;

    public static double RcpRoundEven(double x) => 1 / x;

    public static double SqrtRoundEven(double x) => Math.Sqrt(x);

    public static double FusedMultiplyAddRoundEven(double x, double y, double z) => Math.FusedMultiplyAdd(x, y, z);

    public static float AddRoundEven(float x, float y) => (float)((double)x + y);

    public static float SubRoundEven(float x, float y) => (float)((double)x - y);

    public static float MulRoundEven(float x, float y) => (float)((double)x * y);

    public static float DivRoundEven(float x, float y) => (float)((double)x / y);

    public static float RcpRoundEven(float x) => (float)(1d / x);

    public static float SqrtRoundEven(float x) => (float)Math.Sqrt((double)x);

    public static float FusedMultiplyAddRoundEven(float x, float y, float z) => MathF.FusedMultiplyAdd(x, y, z);

    public static double AddRoundUp(double x, double y) => Up(Sum(x, y, out double rest), rest);

    public static double MulRoundUp(double x, double y) => Up(Product(x, y, out double rest), rest);

    public static double DivRoundUp(double x, double y) => Up(Quotient(x, y, out double rest), rest);

    public static double RcpRoundUp(double x) => DivRoundUp(1d, x);

    public static double SqrtRoundUp(double x) => Up(Root(x, out double rest), rest);

    public static double FusedMultiplyAddRoundUp(double x, double y, double z) => Up(Fused(x, y, z, out double rest), rest);

    public static float AddRoundUp(float x, float y) => DoubleToFloatRoundUp(AddRoundUp((double)x, y));

    public static float SubRoundUp(float x, float y) => DoubleToFloatRoundUp(AddRoundUp((double)x, -y));

    public static float MulRoundUp(float x, float y) => DoubleToFloatRoundUp((double)x * y);

    public static float DivRoundUp(float x, float y) => DoubleToFloatRoundUp(DivRoundUp((double)x, y));

    public static float RcpRoundUp(float x) => DoubleToFloatRoundUp(DivRoundUp(1d, x));

    public static float SqrtRoundUp(float x) => DoubleToFloatRoundUp(SqrtRoundUp((double)x));

    public static float FusedMultiplyAddRoundUp(float x, float y, float z) =>
        DoubleToFloatRoundUp(AddRoundUp((double)x * y, z));

    public static double AddRoundZero(double x, double y) => ToZero(Sum(x, y, out double rest), rest);

    public static double MulRoundZero(double x, double y) => ToZero(Product(x, y, out double rest), rest);

    public static double DivRoundZero(double x, double y) => ToZero(Quotient(x, y, out double rest), rest);

    public static double RcpRoundZero(double x) => DivRoundZero(1d, x);

    public static double SqrtRoundZero(double x) => ToZero(Root(x, out double rest), rest);

    public static double FusedMultiplyAddRoundZero(double x, double y, double z) => ToZero(Fused(x, y, z, out double rest), rest);

    public static float AddRoundZero(float x, float y) => DoubleToFloatRoundZero(AddRoundZero((double)x, y));

    public static float SubRoundZero(float x, float y) => DoubleToFloatRoundZero(AddRoundZero((double)x, -y));

    public static float MulRoundZero(float x, float y) => DoubleToFloatRoundZero((double)x * y);

    public static float DivRoundZero(float x, float y) => DoubleToFloatRoundZero(DivRoundZero((double)x, y));

    public static float RcpRoundZero(float x) => DoubleToFloatRoundZero(DivRoundZero(1d, x));

    public static float SqrtRoundZero(float x) => DoubleToFloatRoundZero(SqrtRoundZero((double)x));

    public static float FusedMultiplyAddRoundZero(float x, float y, float z) =>
        DoubleToFloatRoundZero(AddRoundZero((double)x * y, z));

    /// <summary>1/√x, the nearest of single precision. Of the other directions NVIDIA's library has none.</summary>
    public static float RsqrtRoundEven(float x)
    {
        float near = (float)(1 / Math.Sqrt((double)x));
        if (!(x > 0) || IsInfinity(x) == 1)
        {
            return near;
        }

        // 1/√x is above a middle m of two neighbours where m² · x is below 1; m² is exact in double precision.
        double up = 0.5 * ((double)near + Above(near)), down = 0.5 * ((double)near + Below(near));
        if (Math.FusedMultiplyAdd(up * up, x, -1) < 0)
        {
            return Above(near);
        }

        return Math.FusedMultiplyAdd(down * down, x, -1) > 0 ? Below(near) : near;
    }

    // The nearest number and, by its sign, on which side of it the exact result lies. Where a result is infinite and the operands are not,
    // the exact one lies below; where they are, rest is NaN or 0 and nothing is changed.
    private static double Down(double near, double rest) => rest < 0 ? Below(near) : near;

    private static double Up(double near, double rest) => rest > 0 ? Above(near) : near;

    private static double ToZero(double near, double rest) => near > 0 ? Down(near, rest) : near < 0 ? Up(near, rest) : near;

    // Sums and products are fused operations here, so that no compiler joins a product to a sum and rounds once.
    private static double Sum(double x, double y, out double rest)
    {
        double near = Math.FusedMultiplyAdd(x, 1, y);
        bool swaps = Math.Abs(x) < Math.Abs(y);
        double large = swaps ? y : x, small = swaps ? x : y;
        rest = small - (near - large);
        return near;
    }

    // Of the mantissas, whose products neither overflow nor underflow.
    private static double Product(double x, double y, out double rest)
    {
        double near = x * y;
        double a = Rexp(x, out int e), b = Rexp(y, out int f);
        double whole = Math.FusedMultiplyAdd(a, b, 0);
        rest = whole - Scalbn(near, -e - f) + Math.FusedMultiplyAdd(a, b, -whole);
        return near;
    }

    private static double Quotient(double x, double y, out double rest)
    {
        double near = x / y;
        double a = Rexp(x, out int e), b = Rexp(y, out int f);
        double left = Math.FusedMultiplyAdd(-Scalbn(near, f - e), b, a);
        rest = y > 0 ? left : -left;
        return near;
    }

    private static double Root(double x, out double rest)
    {
        double near = Math.Sqrt(x);
        double a = Rexp(x, out int e);
        int odd = e & 1;
        double root = Scalbn(near, -((e - odd) >> 1));
        rest = Math.FusedMultiplyAdd(-root, root, odd == 1 ? 2 * a : a);
        return near;
    }

    // The nearest of x · y + z. A factor of 0 leaves a sum, an addend of 0 a product.
    private static double Fused(double x, double y, double z, out double rest)
    {
        if (x == 0 || y == 0)
        {
            return Sum(x * y, z, out rest);
        }

        return z == 0 ? Product(x, y, out rest) : FusedOfNonzero(x, y, z, out rest);
    }

    // None of x, y and z is 0. Both addends are scaled by the larger one; the smaller one may then be any that is small enough.
    private static double FusedOfNonzero(double x, double y, double z, out double rest)
    {
        double near = Math.FusedMultiplyAdd(x, y, z);
        double a = Rexp(x, out int e), b = Rexp(y, out int f), c = Rexp(z, out int g);
        int top = Math.Max(e + f, g);
        a = Scalbn(a, Math.Max(e + f - top, -300));
        c = Scalbn(c, Math.Max(g - top, -300));
        double product = Math.FusedMultiplyAdd(a, b, 0);
        double first = Sum(c, Math.FusedMultiplyAdd(a, b, -product), out double firstRest);
        double second = Sum(product, first, out double secondRest);
        rest = second - Scalbn(near, -top) + secondRest + firstRest;
        rest = IsFinite(x) + IsFinite(y) + IsFinite(z) == 3 ? rest : 0;
        return near;
    }
}
