// Written by tools/type-tables: change it there.
using ILGPU.Algorithms;

namespace ILGPU.Runtime.Cuda;

public static partial class LibDevice
{
    public static float Abs(float x) => XMath.Abs(x);

    public static float Acos(float x) => XMath.Acos(x);

    public static float Asin(float x) => XMath.Asin(x);

    public static float Atan(float x) => XMath.Atan(x);

    public static float Ceil(float x) => XMath.Ceiling(x);

    public static float Cos(float x) => XMath.Cos(x);

    public static float Cosh(float x) => XMath.Cosh(x);

    public static float Exp(float x) => XMath.Exp(x);

    public static float Exp2(float x) => XMath.Exp2(x);

    public static float Floor(float x) => XMath.Floor(x);

    public static float Log(float x) => XMath.Log(x);

    public static float Log10(float x) => XMath.Log10(x);

    public static float Log2(float x) => XMath.Log2(x);

    public static float NearbyInt(float x) => XMath.RoundToEven(x);

    public static float Rint(float x) => XMath.RoundToEven(x);

    public static float Round(float x) => XMath.RoundAwayFromZero(x);

    public static float Rsqrt(float x) => XMath.Rsqrt(x);

    public static float Sin(float x) => XMath.Sin(x);

    public static float Sinh(float x) => XMath.Sinh(x);

    public static float Sqrt(float x) => XMath.Sqrt(x);

    public static float Tan(float x) => XMath.Tan(x);

    public static float Tanh(float x) => XMath.Tanh(x);

    public static float Trunc(float x) => XMath.Truncate(x);

    public static float Atan(float x, float y) => XMath.Atan2(x, y);

    public static float CopySign(float x, float y) => MathF.CopySign(x, y);

    public static float Fmod(float x, float y) => XMath.Rem(x, y);

    public static float Max(float x, float y) => XMath.Max(x, y);

    public static float Min(float x, float y) => XMath.Min(x, y);

    public static float Pow(float x, float y) => XMath.Pow(x, y);

    public static float Remainder(float x, float y) => MathF.IEEERemainder(x, y);

    public static float FusedMultiplyAdd(float x, float y, float z) => MathF.FusedMultiplyAdd(x, y, z);

    public static double Abs(double x) => XMath.Abs(x);

    public static double Acos(double x) => XMath.Acos(x);

    public static double Asin(double x) => XMath.Asin(x);

    public static double Atan(double x) => XMath.Atan(x);

    public static double Ceil(double x) => XMath.Ceiling(x);

    public static double Cos(double x) => XMath.Cos(x);

    public static double Cosh(double x) => XMath.Cosh(x);

    public static double Exp(double x) => XMath.Exp(x);

    public static double Exp2(double x) => XMath.Exp2(x);

    public static double Floor(double x) => XMath.Floor(x);

    public static double Log(double x) => XMath.Log(x);

    public static double Log10(double x) => XMath.Log10(x);

    public static double Log2(double x) => XMath.Log2(x);

    public static double NearbyInt(double x) => XMath.RoundToEven(x);

    public static double Rint(double x) => XMath.RoundToEven(x);

    public static double Round(double x) => XMath.RoundAwayFromZero(x);

    public static double Rsqrt(double x) => XMath.Rsqrt(x);

    public static double Sin(double x) => XMath.Sin(x);

    public static double Sinh(double x) => XMath.Sinh(x);

    public static double Sqrt(double x) => XMath.Sqrt(x);

    public static double Tan(double x) => XMath.Tan(x);

    public static double Tanh(double x) => XMath.Tanh(x);

    public static double Trunc(double x) => XMath.Truncate(x);

    public static double Atan(double x, double y) => XMath.Atan2(x, y);

    public static double CopySign(double x, double y) => Math.CopySign(x, y);

    public static double Fmod(double x, double y) => XMath.Rem(x, y);

    public static double Max(double x, double y) => XMath.Max(x, y);

    public static double Min(double x, double y) => XMath.Min(x, y);

    public static double Pow(double x, double y) => XMath.Pow(x, y);

    public static double Remainder(double x, double y) => Math.IEEERemainder(x, y);

    public static double FusedMultiplyAdd(double x, double y, double z) => Math.FusedMultiplyAdd(x, y, z);
}
