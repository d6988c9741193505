using System.Numerics;

namespace ILGPU;

/// <summary>The mathematics that every device has instructions for. In <c>Max</c> and <c>Min</c> NaN loses against a number.</summary>
public static class IntrinsicMath
{
    /// <summary>The absolute value; the smallest number is its own.</summary>
    public static sbyte Abs(sbyte value) => (sbyte)(value < 0 ? -value : value);

    /// <summary>The absolute value; the smallest number is its own.</summary>
    public static short Abs(short value) => (short)(value < 0 ? -value : value);

    /// <summary>The absolute value; the smallest number is its own.</summary>
    public static int Abs(int value) => value < 0 ? -value : value;

    /// <summary>The absolute value; the smallest number is its own.</summary>
    public static long Abs(long value) => value < 0 ? -value : value;

    public static float Abs(float value) => Math.Abs(value);

    public static double Abs(double value) => Math.Abs(value);

    public static Half Abs(Half value) => Half.Abs(value);

    public static sbyte Min(sbyte first, sbyte second) => Math.Min(first, second);

    public static sbyte Max(sbyte first, sbyte second) => Math.Max(first, second);

    public static sbyte Clamp(sbyte value, sbyte min, sbyte max) => Max(Min(value, max), min);

    public static byte Min(byte first, byte second) => Math.Min(first, second);

    public static byte Max(byte first, byte second) => Math.Max(first, second);

    public static byte Clamp(byte value, byte min, byte max) => Max(Min(value, max), min);

    public static short Min(short first, short second) => Math.Min(first, second);

    public static short Max(short first, short second) => Math.Max(first, second);

    public static short Clamp(short value, short min, short max) => Max(Min(value, max), min);

    public static ushort Min(ushort first, ushort second) => Math.Min(first, second);

    public static ushort Max(ushort first, ushort second) => Math.Max(first, second);

    public static ushort Clamp(ushort value, ushort min, ushort max) => Max(Min(value, max), min);

    public static int Min(int first, int second) => Math.Min(first, second);

    public static int Max(int first, int second) => Math.Max(first, second);

    public static int Clamp(int value, int min, int max) => Max(Min(value, max), min);

    public static uint Min(uint first, uint second) => Math.Min(first, second);

    public static uint Max(uint first, uint second) => Math.Max(first, second);

    public static uint Clamp(uint value, uint min, uint max) => Max(Min(value, max), min);

    public static long Min(long first, long second) => Math.Min(first, second);

    public static long Max(long first, long second) => Math.Max(first, second);

    public static long Clamp(long value, long min, long max) => Max(Min(value, max), min);

    public static ulong Min(ulong first, ulong second) => Math.Min(first, second);

    public static ulong Max(ulong first, ulong second) => Math.Max(first, second);

    public static ulong Clamp(ulong value, ulong min, ulong max) => Max(Min(value, max), min);

    public static float Min(float first, float second) => float.MinNumber(first, second);

    public static float Max(float first, float second) => float.MaxNumber(first, second);

    public static float Clamp(float value, float min, float max) => Max(Min(value, max), min);

    public static double Min(double first, double second) => double.MinNumber(first, second);

    public static double Max(double first, double second) => double.MaxNumber(first, second);

    public static double Clamp(double value, double min, double max) => Max(Min(value, max), min);

    /// <summary>The number of bits set.</summary>
    public static int PopCount(int value) => BitOperations.PopCount((uint)value);

    /// <summary>The number of bits set.</summary>
    public static int PopCount(uint value) => BitOperations.PopCount(value);

    /// <summary>The number of bits set.</summary>
    public static int PopCount(long value) => BitOperations.PopCount((ulong)value);

    /// <summary>The number of bits set.</summary>
    public static int PopCount(ulong value) => BitOperations.PopCount(value);

    /// <summary>The number of zero bits above the highest one; the width for 0.</summary>
    public static int LeadingZeroCount(int value) => BitOperations.LeadingZeroCount((uint)value);

    /// <summary>The number of zero bits above the highest one; the width for 0.</summary>
    public static int LeadingZeroCount(uint value) => BitOperations.LeadingZeroCount(value);

    /// <summary>The number of zero bits above the highest one; the width for 0.</summary>
    public static int LeadingZeroCount(long value) => BitOperations.LeadingZeroCount((ulong)value);

    /// <summary>The number of zero bits above the highest one; the width for 0.</summary>
    public static int LeadingZeroCount(ulong value) => BitOperations.LeadingZeroCount(value);

    /// <summary>The number of zero bits below the lowest one; the width for 0.</summary>
    public static int TrailingZeroCount(int value) => BitOperations.TrailingZeroCount((uint)value);

    /// <summary>The number of zero bits below the lowest one; the width for 0.</summary>
    public static int TrailingZeroCount(uint value) => BitOperations.TrailingZeroCount(value);

    /// <summary>The number of zero bits below the lowest one; the width for 0.</summary>
    public static int TrailingZeroCount(long value) => BitOperations.TrailingZeroCount((ulong)value);

    /// <summary>The number of zero bits below the lowest one; the width for 0.</summary>
    public static int TrailingZeroCount(ulong value) => BitOperations.TrailingZeroCount(value);

    /// <summary>The quotient, rounded up, of a non-negative numerator and a positive denominator.</summary>
    public static int DivRoundUp(int numerator, int denominator) => (numerator + denominator - 1) / denominator;

    /// <summary>The quotient, rounded down, of a non-negative numerator and a positive denominator.</summary>
    public static int DivRoundDown(int numerator, int denominator) => numerator / denominator;

    /// <summary>The quotient, rounded up, of a non-negative numerator and a positive denominator.</summary>
    public static long DivRoundUp(long numerator, long denominator) => (numerator + denominator - 1) / denominator;

    /// <summary>The quotient, rounded down, of a non-negative numerator and a positive denominator.</summary>
    public static long DivRoundDown(long numerator, long denominator) => numerator / denominator;

    /// <summary>The magnitude of <paramref name="x"/> with the sign of <paramref name="y"/>.</summary>
    public static float CopySign(float x, float y) => MathF.CopySign(x, y);

    /// <summary>The magnitude of <paramref name="x"/> with the sign of <paramref name="y"/>.</summary>
    public static double CopySign(double x, double y) => Math.CopySign(x, y);

    /// <summary>Splits 64 bits into a lower and an upper half.</summary>
    public static (uint Lower, uint Upper) Decompose(long value) => ((uint)value, (uint)(value >>> 32));

    /// <summary>Joins two halves to 64 bits.</summary>
    public static long ComposeLong(uint lower, uint upper) => (long)(((ulong)upper << 32) | lower);

    /// <summary>Splits 64 bits into a lower and an upper half.</summary>
    public static (uint Lower, uint Upper) Decompose(ulong value) => ((uint)value, (uint)(value >> 32));

    /// <summary>Joins two halves to 64 bits.</summary>
    public static ulong ComposeULong(uint lower, uint upper) => (ulong)(((ulong)upper << 32) | lower);
}
