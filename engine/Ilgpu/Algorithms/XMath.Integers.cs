namespace ILGPU.Algorithms;

/// <content>The integer functions.</content>
public static partial class XMath
{
    public static sbyte Abs(sbyte value) => IntrinsicMath.Abs(value);

    public static short Abs(short value) => IntrinsicMath.Abs(value);

    public static int Abs(int value) => IntrinsicMath.Abs(value);

    public static long Abs(long value) => IntrinsicMath.Abs(value);

    public static sbyte Min(sbyte first, sbyte second) => IntrinsicMath.Min(first, second);

    public static sbyte Max(sbyte first, sbyte second) => IntrinsicMath.Max(first, second);

    public static sbyte Clamp(sbyte value, sbyte min, sbyte max) => IntrinsicMath.Clamp(value, min, max);

    public static byte Min(byte first, byte second) => IntrinsicMath.Min(first, second);

    public static byte Max(byte first, byte second) => IntrinsicMath.Max(first, second);

    public static byte Clamp(byte value, byte min, byte max) => IntrinsicMath.Clamp(value, min, max);

    public static short Min(short first, short second) => IntrinsicMath.Min(first, second);

    public static short Max(short first, short second) => IntrinsicMath.Max(first, second);

    public static short Clamp(short value, short min, short max) => IntrinsicMath.Clamp(value, min, max);

    public static ushort Min(ushort first, ushort second) => IntrinsicMath.Min(first, second);

    public static ushort Max(ushort first, ushort second) => IntrinsicMath.Max(first, second);

    public static ushort Clamp(ushort value, ushort min, ushort max) => IntrinsicMath.Clamp(value, min, max);

    public static int Min(int first, int second) => IntrinsicMath.Min(first, second);

    public static int Max(int first, int second) => IntrinsicMath.Max(first, second);

    public static int Clamp(int value, int min, int max) => IntrinsicMath.Clamp(value, min, max);

    public static uint Min(uint first, uint second) => IntrinsicMath.Min(first, second);

    public static uint Max(uint first, uint second) => IntrinsicMath.Max(first, second);

    public static uint Clamp(uint value, uint min, uint max) => IntrinsicMath.Clamp(value, min, max);

    public static long Min(long first, long second) => IntrinsicMath.Min(first, second);

    public static long Max(long first, long second) => IntrinsicMath.Max(first, second);

    public static long Clamp(long value, long min, long max) => IntrinsicMath.Clamp(value, min, max);

    public static ulong Min(ulong first, ulong second) => IntrinsicMath.Min(first, second);

    public static ulong Max(ulong first, ulong second) => IntrinsicMath.Max(first, second);

    public static ulong Clamp(ulong value, ulong min, ulong max) => IntrinsicMath.Clamp(value, min, max);

    public static int PopCount(int value) => IntrinsicMath.PopCount(value);

    public static int PopCount(uint value) => IntrinsicMath.PopCount(value);

    public static int PopCount(long value) => IntrinsicMath.PopCount(value);

    public static int PopCount(ulong value) => IntrinsicMath.PopCount(value);

    public static int LeadingZeroCount(int value) => IntrinsicMath.LeadingZeroCount(value);

    public static int LeadingZeroCount(uint value) => IntrinsicMath.LeadingZeroCount(value);

    public static int LeadingZeroCount(long value) => IntrinsicMath.LeadingZeroCount(value);

    public static int LeadingZeroCount(ulong value) => IntrinsicMath.LeadingZeroCount(value);

    public static int TrailingZeroCount(int value) => IntrinsicMath.TrailingZeroCount(value);

    public static int TrailingZeroCount(uint value) => IntrinsicMath.TrailingZeroCount(value);

    public static int TrailingZeroCount(long value) => IntrinsicMath.TrailingZeroCount(value);

    public static int TrailingZeroCount(ulong value) => IntrinsicMath.TrailingZeroCount(value);

    public static int DivRoundUp(int numerator, int denominator) => IntrinsicMath.DivRoundUp(numerator, denominator);

    public static long DivRoundUp(long numerator, long denominator) => IntrinsicMath.DivRoundUp(numerator, denominator);

    public static int DivRoundDown(int numerator, int denominator) => IntrinsicMath.DivRoundDown(numerator, denominator);

    public static long DivRoundDown(long numerator, long denominator) => IntrinsicMath.DivRoundDown(numerator, denominator);
}
