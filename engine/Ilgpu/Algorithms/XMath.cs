namespace ILGPU.Algorithms;

/// <content>The functions.</content>
public static partial class XMath
{
    public static float Sqrt(float value) => MathF.Sqrt(value);

    /// <summary>The reciprocal of the square root.</summary>
    public static float Rsqrt(float value) => 1 / MathF.Sqrt(value);

    /// <summary>The reciprocal.</summary>
    public static float Rcp(float value) => 1 / value;

    public static float Exp(float value) => MathF.Exp(value);

    /// <summary>2 to the power of <paramref name="value"/>.</summary>
    public static float Exp2(float value) => MathF.Pow(2, value);

    public static float Log(float value) => MathF.Log(value);

    public static float Log2(float value) => MathF.Log2(value);

    public static float Log10(float value) => MathF.Log10(value);

    public static float Log(float value, float newBase) => MathF.Log(value) / MathF.Log(newBase);

    public static float Pow(float @base, float exp) => MathF.Pow(@base, exp);

    public static float Sin(float value) => MathF.Sin(value);

    public static float Cos(float value) => MathF.Cos(value);

    public static float Tan(float value) => MathF.Tan(value);

    public static float Asin(float value) => MathF.Asin(value);

    public static float Acos(float value) => MathF.Acos(value);

    public static float Atan(float value) => MathF.Atan(value);

    public static float Sinh(float value) => MathF.Sinh(value);

    public static float Cosh(float value) => MathF.Cosh(value);

    public static float Tanh(float value) => MathF.Tanh(value);

    public static float Floor(float value) => MathF.Floor(value);

    public static float Ceiling(float value) => MathF.Ceiling(value);

    public static float Truncate(float value) => MathF.Truncate(value);

    public static float Atan2(float y, float x) => MathF.Atan2(y, x);

    public static void SinCos(float value, out float sin, out float cos)
    {
        sin = Sin(value);
        cos = Cos(value);
    }

    /// <summary>Rounds to the nearest integer, halves to the even one.</summary>
    public static float RoundToEven(float value) => MathF.Round(value, MidpointRounding.ToEven);

    /// <summary>Rounds to the nearest integer, halves away from zero.</summary>
    public static float RoundAwayFromZero(float value)
    {
        float whole = MathF.Truncate(value);
        return MathF.Abs(value - whole) >= 0.5f ? whole + MathF.CopySign(1, value) : whole;
    }

    /// <summary>Rounds to the nearest integer, halves to the even one.</summary>
    public static float Round(float value) => RoundToEven(value);

    public static float Round(float value, MidpointRounding mode) =>
        mode == MidpointRounding.AwayFromZero ? RoundAwayFromZero(value) : RoundToEven(value);

    /// <summary>Rounds to <paramref name="digits"/> decimal digits, halves to the even one.</summary>
    public static float Round(float value, int digits) => Round(value, digits, MidpointRounding.ToEven);

    /// <summary>Rounds to <paramref name="digits"/> decimal digits.</summary>
    public static float Round(float value, int digits, MidpointRounding mode)
    {
        float scale = 1;
        for (int i = 0; i < digits; i++)
        {
            scale *= 10;
        }

        return Round(value * scale, mode) / scale;
    }

    /// <summary>The remainder of the truncated quotient.</summary>
    public static float Rem(float x, float y) => x % y;

    /// <summary>The remainder of the quotient rounded to nearest even.</summary>
    public static float IEEERemainder(float x, float y) => x - y * RoundToEven(x / y);

    public static int Sign(float value) => value < 0 ? -1 : value > 0 ? 1 : 0;

    public static float Abs(float value) => MathF.Abs(value);

    public static float Min(float first, float second) => IntrinsicMath.Min(first, second);

    public static float Max(float first, float second) => IntrinsicMath.Max(first, second);

    public static float Clamp(float value, float min, float max) => Max(Min(value, max), min);

    public static float DegToRad(float degrees) => degrees * (PI / 180);

    public static float RadToDeg(float radians) => radians * (180 / PI);

    public static bool IsNaN(float value) => float.IsNaN(value);

    public static bool IsInfinity(float value) => float.IsInfinity(value);

    public static bool IsFinite(float value) => float.IsFinite(value);

    public static double Sqrt(double value) => Math.Sqrt(value);

    /// <summary>The reciprocal of the square root.</summary>
    public static double Rsqrt(double value) => 1 / Math.Sqrt(value);

    /// <summary>The reciprocal.</summary>
    public static double Rcp(double value) => 1 / value;

    public static double Exp(double value) => Math.Exp(value);

    /// <summary>2 to the power of <paramref name="value"/>.</summary>
    public static double Exp2(double value) => Math.Pow(2, value);

    public static double Log(double value) => Math.Log(value);

    public static double Log2(double value) => Math.Log2(value);

    public static double Log10(double value) => Math.Log10(value);

    public static double Log(double value, double newBase) => Math.Log(value) / Math.Log(newBase);

    public static double Pow(double @base, double exp) => Math.Pow(@base, exp);

    public static double Sin(double value) => Math.Sin(value);

    public static double Cos(double value) => Math.Cos(value);

    public static double Tan(double value) => Math.Tan(value);

    public static double Asin(double value) => Math.Asin(value);

    public static double Acos(double value) => Math.Acos(value);

    public static double Atan(double value) => Math.Atan(value);

    public static double Sinh(double value) => Math.Sinh(value);

    public static double Cosh(double value) => Math.Cosh(value);

    public static double Tanh(double value) => Math.Tanh(value);

    public static double Floor(double value) => Math.Floor(value);

    public static double Ceiling(double value) => Math.Ceiling(value);

    public static double Truncate(double value) => Math.Truncate(value);

    public static double Atan2(double y, double x) => Math.Atan2(y, x);

    public static void SinCos(double value, out double sin, out double cos)
    {
        sin = Sin(value);
        cos = Cos(value);
    }

    /// <summary>Rounds to the nearest integer, halves to the even one.</summary>
    public static double RoundToEven(double value) => Math.Round(value, MidpointRounding.ToEven);

    /// <summary>Rounds to the nearest integer, halves away from zero.</summary>
    public static double RoundAwayFromZero(double value)
    {
        double whole = Math.Truncate(value);
        return Math.Abs(value - whole) >= 0.5 ? whole + Math.CopySign(1, value) : whole;
    }

    /// <summary>Rounds to the nearest integer, halves to the even one.</summary>
    public static double Round(double value) => RoundToEven(value);

    public static double Round(double value, MidpointRounding mode) =>
        mode == MidpointRounding.AwayFromZero ? RoundAwayFromZero(value) : RoundToEven(value);

    /// <summary>Rounds to <paramref name="digits"/> decimal digits, halves to the even one.</summary>
    public static double Round(double value, int digits) => Round(value, digits, MidpointRounding.ToEven);

    /// <summary>Rounds to <paramref name="digits"/> decimal digits.</summary>
    public static double Round(double value, int digits, MidpointRounding mode)
    {
        double scale = 1;
        for (int i = 0; i < digits; i++)
        {
            scale *= 10;
        }

        return Round(value * scale, mode) / scale;
    }

    /// <summary>The remainder of the truncated quotient.</summary>
    public static double Rem(double x, double y) => x % y;

    /// <summary>The remainder of the quotient rounded to nearest even.</summary>
    public static double IEEERemainder(double x, double y) => x - y * RoundToEven(x / y);

    public static int Sign(double value) => value < 0 ? -1 : value > 0 ? 1 : 0;

    public static double Abs(double value) => Math.Abs(value);

    public static double Min(double first, double second) => IntrinsicMath.Min(first, second);

    public static double Max(double first, double second) => IntrinsicMath.Max(first, second);

    public static double Clamp(double value, double min, double max) => Max(Min(value, max), min);

    public static double DegToRad(double degrees) => degrees * (PID / 180);

    public static double RadToDeg(double radians) => radians * (180 / PID);

    public static bool IsNaN(double value) => double.IsNaN(value);

    public static bool IsInfinity(double value) => double.IsInfinity(value);

    public static bool IsFinite(double value) => double.IsFinite(value);
}
