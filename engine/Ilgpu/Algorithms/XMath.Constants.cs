namespace ILGPU.Algorithms;

/// <summary>
/// Mathematics for kernels and host alike. In kernels single-precision functions are computed in single precision; in <c>Max</c> and
/// <c>Min</c> NaN loses against a number.
/// </summary>
public static partial class XMath
{
    /// <summary>Euler's number.</summary>
    public const float E = 2.718281828459045235f;

    /// <summary>Euler's number.</summary>
    public const double ED = 2.718281828459045235;

    /// <summary>The base-2 logarithm of e.</summary>
    public const float Log2E = 1.442695040888963407f;

    /// <summary>The base-2 logarithm of e.</summary>
    public const double Log2ED = 1.442695040888963407;

    /// <summary>The base-10 logarithm of e.</summary>
    public const float Log10E = 0.434294481903251828f;

    /// <summary>The base-10 logarithm of e.</summary>
    public const double Log10ED = 0.434294481903251828;

    /// <summary>The natural logarithm of 2.</summary>
    public const float Ln2 = 0.693147180559945309f;

    /// <summary>The natural logarithm of 2.</summary>
    public const double Ln2D = 0.693147180559945309;

    /// <summary>The natural logarithm of 10.</summary>
    public const float Ln10 = 2.302585092994045684f;

    /// <summary>The natural logarithm of 10.</summary>
    public const double Ln10D = 2.302585092994045684;

    /// <summary>π.</summary>
    public const float PI = 3.141592653589793238f;

    /// <summary>π.</summary>
    public const double PID = 3.141592653589793238;

    /// <summary>π/2.</summary>
    public const float PIHalf = 1.570796326794896619f;

    /// <summary>π/2.</summary>
    public const double PIHalfD = 1.570796326794896619;

    /// <summary>π/4.</summary>
    public const float PIFourth = 0.785398163397448310f;

    /// <summary>π/4.</summary>
    public const double PIFourthD = 0.785398163397448310;

    /// <summary>1/π.</summary>
    public const float OneOverPI = 0.318309886183790672f;

    /// <summary>1/π.</summary>
    public const double OneOverPID = 0.318309886183790672;

    /// <summary>2/π.</summary>
    public const float TwoOverPI = 0.636619772367581343f;

    /// <summary>2/π.</summary>
    public const double TwoOverPID = 0.636619772367581343;

    /// <summary>2/√π.</summary>
    public const float TwoOverSqrtPI = 1.128379167095512574f;

    /// <summary>2/√π.</summary>
    public const double TwoOverSqrtPID = 1.128379167095512574;

    /// <summary>√2.</summary>
    public const float Sqrt2 = 1.414213562373095049f;

    /// <summary>√2.</summary>
    public const double Sqrt2D = 1.414213562373095049;

    /// <summary>1/√2.</summary>
    public const float OneOverSqrt2 = 0.707106781186547524f;

    /// <summary>1/√2.</summary>
    public const double OneOverSqrt2D = 0.707106781186547524;
}
