using System.Numerics;
using System.Runtime.CompilerServices;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>The arithmetic of translated kernels that is more than one IL instruction.</summary>
internal static class SimulatedMath
{
    public static int DivS(SimulatedThread thread, int a, int b, int site)
    {
        DemandQuotient(thread, b == 0, a == int.MinValue && b == -1, site);
        return a / b;
    }

    public static long DivS(SimulatedThread thread, long a, long b, int site)
    {
        DemandQuotient(thread, b == 0, a == long.MinValue && b == -1, site);
        return a / b;
    }

    public static int RemS(SimulatedThread thread, int a, int b, int site)
    {
        DemandQuotient(thread, b == 0, a == int.MinValue && b == -1, site);
        return a % b;
    }

    public static long RemS(SimulatedThread thread, long a, long b, int site)
    {
        DemandQuotient(thread, b == 0, a == long.MinValue && b == -1, site);
        return a % b;
    }

    public static int DivU(SimulatedThread thread, int a, int b, int site)
    {
        DemandQuotient(thread, b == 0, false, site);
        return (int)((uint)a / (uint)b);
    }

    public static long DivU(SimulatedThread thread, long a, long b, int site)
    {
        DemandQuotient(thread, b == 0, false, site);
        return (long)((ulong)a / (ulong)b);
    }

    public static int RemU(SimulatedThread thread, int a, int b, int site)
    {
        DemandQuotient(thread, b == 0, false, site);
        return (int)((uint)a % (uint)b);
    }

    public static long RemU(SimulatedThread thread, long a, long b, int site)
    {
        DemandQuotient(thread, b == 0, false, site);
        return (long)((ulong)a % (ulong)b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static int MulHighS(int a, int b) => (int)(((long)a * b) >> 32);

    public static long MulHighS(long a, long b) => Math.BigMul(a, b, out _);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static int MulHighU(int a, int b) => (int)(((ulong)(uint)a * (uint)b) >> 32);

    public static long MulHighU(long a, long b) => (long)Math.BigMul((ulong)a, (ulong)b, out _);

    public static int MinU(int a, int b) => (int)Math.Min((uint)a, (uint)b);

    public static long MinU(long a, long b) => (long)Math.Min((ulong)a, (ulong)b);

    public static int MaxU(int a, int b) => (int)Math.Max((uint)a, (uint)b);

    public static long MaxU(long a, long b) => (long)Math.Max((ulong)a, (ulong)b);

    /// <summary>The smallest number is its own absolute value.</summary>
    public static int Abs(int value) => value < 0 ? -value : value;

    /// <inheritdoc cref="Abs(int)"/>
    public static long Abs(long value) => value < 0 ? -value : value;

    public static float Rsqrt(float value) => 1 / MathF.Sqrt(value);

    public static double Rsqrt(double value) => 1 / Math.Sqrt(value);

    public static float Rcp(float value) => 1 / value;

    public static double Rcp(double value) => 1 / value;

    public static double Exp2(double value) => double.Exp2(value);

    public static float RoundEven(float value) => MathF.Round(value, MidpointRounding.ToEven);

    public static double RoundEven(double value) => Math.Round(value, MidpointRounding.ToEven);

    public static float RoundAway(float value) => MathF.Round(value, MidpointRounding.AwayFromZero);

    public static double RoundAway(double value) => Math.Round(value, MidpointRounding.AwayFromZero);

    public static int PopCount(int value) => BitOperations.PopCount((uint)value);

    public static int PopCount(long value) => BitOperations.PopCount((ulong)value);

    public static int LeadingZeros(int value) => BitOperations.LeadingZeroCount((uint)value);

    public static int LeadingZeros(long value) => BitOperations.LeadingZeroCount((ulong)value);

    public static int TrailingZeros(int value) => BitOperations.TrailingZeroCount(value);

    public static int TrailingZeros(long value) => BitOperations.TrailingZeroCount(value);

    public static int FloatToHalf(float value) => BitConverter.HalfToUInt16Bits((System.Half)value);

    public static float HalfToFloat(int bits) => (float)BitConverter.UInt16BitsToHalf((ushort)bits);

    // The saturating conversions of C#; DynamicMethod's conv instructions would leave the edges to the processor.
    public static int ToInt32(double value) => (int)value;

    public static long ToInt64(double value) => (long)value;

    public static int ToUInt32(double value) => (int)(uint)value;

    public static long ToUInt64(double value) => (long)(ulong)value;

    public static float ToFloat32(ulong value) => value;

    public static double ToFloat64(ulong value) => value;

    private static void DemandQuotient(SimulatedThread thread, bool isZero, bool overflows, int site)
    {
        if (isZero)
        {
            thread.Group.Fail(thread, "divides an integer by zero", site);
        }

        if (overflows)
        {
            thread.Group.Fail(thread, "divides the smallest integer by -1", site);
        }
    }
}
