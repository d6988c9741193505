// Written by tools/type-tables: change it there.
using ILGPU.Algorithms;

namespace ILGPU.Runtime.Cuda;

/// <content>Conversions to integers, which are limited to what the integer holds and give 0 for NaN.</content>
public static partial class LibDevice
{
    public static int FloatToIntRoundDown(float x) => (int)XMath.Floor(x);

    public static int FloatToIntRoundEven(float x) => (int)XMath.RoundToEven(x);

    public static int FloatToIntRoundUp(float x) => (int)XMath.Ceiling(x);

    public static int FloatToIntRoundZero(float x) => (int)XMath.Truncate(x);

    public static uint FloatToUIntRoundDown(float x) => (uint)XMath.Floor(x);

    public static uint FloatToUIntRoundEven(float x) => (uint)XMath.RoundToEven(x);

    public static uint FloatToUIntRoundUp(float x) => (uint)XMath.Ceiling(x);

    public static uint FloatToUIntRoundZero(float x) => (uint)XMath.Truncate(x);

    public static long FloatToLongRoundDown(float x) => (long)XMath.Floor(x);

    public static long FloatToLongRoundEven(float x) => (long)XMath.RoundToEven(x);

    public static long FloatToLongRoundUp(float x) => (long)XMath.Ceiling(x);

    public static long FloatToLongRoundZero(float x) => (long)XMath.Truncate(x);

    public static ulong FloatToULongRoundDown(float x) => (ulong)XMath.Floor(x);

    public static ulong FloatToULongRoundEven(float x) => (ulong)XMath.RoundToEven(x);

    public static ulong FloatToULongRoundUp(float x) => (ulong)XMath.Ceiling(x);

    public static ulong FloatToULongRoundZero(float x) => (ulong)XMath.Truncate(x);

    public static int DoubleToIntRoundDown(double x) => (int)XMath.Floor(x);

    public static int DoubleToIntRoundEven(double x) => (int)XMath.RoundToEven(x);

    public static int DoubleToIntRoundUp(double x) => (int)XMath.Ceiling(x);

    public static int DoubleToIntRoundZero(double x) => (int)XMath.Truncate(x);

    public static uint DoubleToUIntRoundDown(double x) => (uint)XMath.Floor(x);

    public static uint DoubleToUIntRoundEven(double x) => (uint)XMath.RoundToEven(x);

    public static uint DoubleToUIntRoundUp(double x) => (uint)XMath.Ceiling(x);

    public static uint DoubleToUIntRoundZero(double x) => (uint)XMath.Truncate(x);

    public static long DoubleToLongRoundDown(double x) => (long)XMath.Floor(x);

    public static long DoubleToLongRoundEven(double x) => (long)XMath.RoundToEven(x);

    public static long DoubleToLongRoundUp(double x) => (long)XMath.Ceiling(x);

    public static long DoubleToLongRoundZero(double x) => (long)XMath.Truncate(x);

    public static ulong DoubleToULongRoundDown(double x) => (ulong)XMath.Floor(x);

    public static ulong DoubleToULongRoundEven(double x) => (ulong)XMath.RoundToEven(x);

    public static ulong DoubleToULongRoundUp(double x) => (ulong)XMath.Ceiling(x);

    public static ulong DoubleToULongRoundZero(double x) => (ulong)XMath.Truncate(x);
}
