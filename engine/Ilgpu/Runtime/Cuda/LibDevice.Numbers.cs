using ILGPU.Algorithms;

namespace ILGPU.Runtime.Cuda;

/// <content>
/// What numbers are made of, conversions to them, and functions that NVIDIA has as approximations: here those are the precise ones.
/// </content>
public static partial class LibDevice
{
    private const float FloatBeyondLong = 9223372036854775808f;
    private const double DoubleBeyondLong = 9223372036854775808d;
    private const float FloatBeyondULong = 18446744073709551616f;
    private const double DoubleBeyondULong = 18446744073709551616d;

    /// <summary>The upper half of the bits.</summary>
    public static int DoubleToHiInt(double x) => (int)(DoubleAsLong(x) >> 32);

    /// <summary>The lower half of the bits.</summary>
    public static int DoubleToLoInt(double x) => (int)DoubleAsLong(x);

    /// <summary>The number of two halves of bits, the upper one first.</summary>
    public static double HiLoIntToDouble(int x, int y) => LongAsDouble(((long)x << 32) | (uint)y);

    public static Half FloatToHalfRoundEven(float x) => (Half)x;

    public static float HalfToFloat(Half x) => x;

    /// <summary>1 for a number that is neither infinite nor NaN, else 0.</summary>
    public static int Finite(float x) => (FloatAsInt(x) & 0x7F800000) == 0x7F800000 ? 0 : 1;

    /// <inheritdoc cref="Finite(float)"/>
    public static int IsFinite(double x) => (DoubleToHiInt(x) & 0x7FF00000) == 0x7FF00000 ? 0 : 1;

    /// <summary>1 for an infinite number, else 0.</summary>
    public static int IsInfinity(float x) => (FloatAsInt(x) & 0x7FFFFFFF) == 0x7F800000 ? 1 : 0;

    /// <inheritdoc cref="IsInfinity(float)"/>
    public static int IsInfinity(double x) => (DoubleAsLong(x) & long.MaxValue) == 0x7FF0000000000000 ? 1 : 0;

    /// <summary>1 for NaN, else 0.</summary>
    public static int IsNaN(float x) => (FloatAsInt(x) & 0x7FFFFFFF) > 0x7F800000 ? 1 : 0;

    /// <inheritdoc cref="IsNaN(float)"/>
    public static int IsNaN(double x) => (DoubleAsLong(x) & long.MaxValue) > 0x7FF0000000000000 ? 1 : 0;

    /// <summary>1 where the sign is negative, that of zero too, else 0.</summary>
    public static int SignBit(float x) => FloatAsInt(x) < 0 ? 1 : 0;

    /// <inheritdoc cref="SignBit(float)"/>
    public static int SignBit(double x) => DoubleAsLong(x) < 0 ? 1 : 0;

    /// <summary>The nearest integer, that away from zero in the middle of two; limited to what a <c>long</c> holds, 0 for NaN.</summary>
    public static long LRound(float x) => (long)XMath.RoundAwayFromZero(x);

    /// <inheritdoc cref="LRound(float)"/>
    public static long LRound(double x) => (long)XMath.RoundAwayFromZero(x);

    /// <summary>The nearest integer, the even one in the middle of two; limited to what a <c>long</c> holds, 0 for NaN.</summary>
    public static long LRint(float x) => (long)XMath.RoundToEven(x);

    /// <inheritdoc cref="LRint(float)"/>
    public static long LRint(double x) => (long)XMath.RoundToEven(x);

    /// <summary>How far <paramref name="x"/> is above <paramref name="y"/>; 0 where it is not.</summary>
    public static float Dim(float x, float y) => x <= y ? 0 : x - y;

    /// <inheritdoc cref="Dim(float, float)"/>
    public static double Dim(double x, double y) => x <= y ? 0 : x - y;

    /// <summary>The digits behind the point, with the sign of the number.</summary>
    /// <param name="x">A number.</param>
    /// <param name="b">Its digits before the point.</param>
    public static float Modf(float x, out float b)
    {
        b = XMath.Truncate(x);
        return MathF.CopySign(IsInfinity(x) == 1 ? 0 : x - b, x);
    }

    /// <inheritdoc cref="Modf(float, out float)"/>
    public static double Modf(double x, out double b)
    {
        b = XMath.Truncate(x);
        return Math.CopySign(IsInfinity(x) == 1 ? 0 : x - b, x);
    }

    public static float Exp10(float x) => XMath.Pow(10, x);

    public static double Exp10(double x) => XMath.Pow(10d, x);

    public static float FastCos(float x) => XMath.Cos(x);

    public static float FastExp(float x) => XMath.Exp(x);

    public static float FastExp10(float x) => Exp10(x);

    public static float FastDivide(float x, float y) => x / y;

    public static float FastLog(float x) => XMath.Log(x);

    public static float FastLog2(float x) => XMath.Log2(x);

    public static float FastLog10(float x) => XMath.Log10(x);

    public static float FastPow(float x, float y) => XMath.Pow(x, y);

    public static float FastSin(float x) => XMath.Sin(x);

    public static float FastTan(float x) => XMath.Tan(x);

    public static void FastSinCos(float x, out float sin, out float cos) => XMath.SinCos(x, out sin, out cos);

    public static float DoubleToFloatRoundEven(double x) => (float)x;

    public static float DoubleToFloatRoundDown(double x) => (float)x is var near && near > x ? Below(near) : near;

    public static float DoubleToFloatRoundUp(double x) => (float)x is var near && near < x ? Above(near) : near;

    public static float DoubleToFloatRoundZero(double x) => x > 0 ? DoubleToFloatRoundDown(x) : DoubleToFloatRoundUp(x);

    public static double IntToDoubleRoundEven(int x) => x;

    /// <summary>Of what is an unsigned number.</summary>
    public static double UIntToDoubleRoundEven(int x) => (uint)x;

    public static float IntToFloatRoundEven(int x) => x;

    public static float IntToFloatRoundDown(int x) => LongToFloatRoundDown(x);

    public static float IntToFloatRoundUp(int x) => LongToFloatRoundUp(x);

    public static float IntToFloatRoundZero(int x) => LongToFloatRoundZero(x);

    /// <inheritdoc cref="UIntToDoubleRoundEven"/>
    public static float UIntToFloatRoundEven(int x) => (uint)x;

    /// <inheritdoc cref="UIntToDoubleRoundEven"/>
    public static float UIntToFloatRoundDown(int x) => LongToFloatRoundDown((uint)x);

    /// <inheritdoc cref="UIntToDoubleRoundEven"/>
    public static float UIntToFloatRoundUp(int x) => LongToFloatRoundUp((uint)x);

    /// <inheritdoc cref="UIntToDoubleRoundEven"/>
    public static float UIntToFloatRoundZero(int x) => LongToFloatRoundZero((uint)x);

    public static float LongToFloatRoundEven(long x) => x;

    public static float LongToFloatRoundDown(long x) =>
        (float)x is var near && (near >= FloatBeyondLong || (long)near > x) ? Below(near) : near;

    public static float LongToFloatRoundUp(long x) => (float)x is var near && near < FloatBeyondLong && (long)near < x ? Above(near) : near;

    public static float LongToFloatRoundZero(long x) => x > 0 ? LongToFloatRoundDown(x) : LongToFloatRoundUp(x);

    public static float ULongToFloatRoundEven(ulong x) => x;

    public static float ULongToFloatRoundDown(ulong x) =>
        (float)x is var near && (near >= FloatBeyondULong || (ulong)near > x) ? Below(near) : near;

    public static float ULongToFloatRoundUp(ulong x) =>
        (float)x is var near && near < FloatBeyondULong && (ulong)near < x ? Above(near) : near;

    public static float ULongToFloatRoundZero(ulong x) => ULongToFloatRoundDown(x);

    public static double LongToDoubleRoundEven(long x) => x;

    public static double LongToDoubleRoundDown(long x) =>
        (double)x is var near && (near >= DoubleBeyondLong || (long)near > x) ? Below(near) : near;

    public static double LongToDoubleRoundUp(long x) =>
        (double)x is var near && near < DoubleBeyondLong && (long)near < x ? Above(near) : near;

    public static double LongToDoubleRoundZero(long x) => x > 0 ? LongToDoubleRoundDown(x) : LongToDoubleRoundUp(x);

    /// <summary>ILGPU calls it so, too.</summary>
    public static double LongToDoubleRoundEven(ulong x) => x;

    public static double ULongToDoubleRoundDown(ulong x) =>
        (double)x is var near && (near >= DoubleBeyondULong || (ulong)near > x) ? Below(near) : near;

    public static double ULongToDoubleRoundUp(ulong x) =>
        (double)x is var near && near < DoubleBeyondULong && (ulong)near < x ? Above(near) : near;

    public static double ULongToDoubleRoundZero(ulong x) => ULongToDoubleRoundDown(x);

    // Neighbours of numbers, of a zero only those of its own sign.
    private static float Below(float x) => IntAsFloat(FloatAsInt(x) + (FloatAsInt(x) < 0 ? 1 : -1));

    private static float Above(float x) => IntAsFloat(FloatAsInt(x) + (FloatAsInt(x) < 0 ? -1 : 1));

    private static double Below(double x) => LongAsDouble(DoubleAsLong(x) + (DoubleAsLong(x) < 0 ? 1 : -1));

    private static double Above(double x) => LongAsDouble(DoubleAsLong(x) + (DoubleAsLong(x) < 0 ? -1 : 1));
}
