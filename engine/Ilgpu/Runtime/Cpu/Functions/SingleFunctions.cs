using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ILGPU.IR;
using ILGPU.Runtime.CPU.Vectors;
using static System.Runtime.Intrinsics.Vector256;
using Doubles = System.Runtime.Intrinsics.Vector512<double>;
using Floats = System.Runtime.Intrinsics.Vector256<float>;

namespace ILGPU.Runtime.CPU.Functions;

/// <summary>
/// MathF's functions for eight numbers at once and for one: computed in double precision and rounded once. What C's library computes
/// differs in the last bit from system to system; these results are the same everywhere, whatever stands beside a number.
/// </summary>
internal static partial class SingleFunctions
{
    // Beyond these the results are infinite, 0 or 1.
    private const float LargestExponent = 90, SmallestExponent = -110, LargestBinary = 129, SmallestBinary = -152, LargestTanh = 20;

    private const float LargestReduction = 1e6f;

    private const uint AllLanes = (1 << VectorPlan.Lanes) - 1;

    private const double Log2E = 1.4426950408889634, Log10E = 0.43429448190325182, Log10Of2 = 0.30102999566398120;

    [MethodImpl(LaneCode.Called)]
    public static Floats Exp(Floats x) => Round(DoubleSeries.Exp(Widen(Clamp(x, SmallestExponent, LargestExponent))));

    [MethodImpl(LaneCode.Called)]
    public static Floats Exp2(Floats x) => Round(DoubleSeries.Exp2(Widen(Clamp(x, SmallestBinary, LargestBinary))));

    [MethodImpl(LaneCode.Called)]
    public static Floats Log(Floats x) => LogSpecial(x, DoubleSeries.Log(Widen(x)));

    /// <summary>Exact for powers of two.</summary>
    [MethodImpl(LaneCode.Called)]
    public static Floats Log2(Floats x)
    {
        (Doubles whole, Doubles fraction) = DoubleSeries.LogParts(Widen(x));
        return LogSpecial(x, whole + (fraction * Vector512.Create(Log2E)));
    }

    [MethodImpl(LaneCode.Called)]
    public static Floats Log10(Floats x)
    {
        (Doubles whole, Doubles fraction) = DoubleSeries.LogParts(Widen(x));
        return LogSpecial(x, (whole * Vector512.Create(Log10Of2)) + (fraction * Vector512.Create(Log10E)));
    }

    [MethodImpl(LaneCode.Called)]
    public static unsafe Floats Sin(Floats x) => Far(x, Round(DoubleSeries.Sin(Widen(x), quadrants: 0)), &Math.Sin);

    [MethodImpl(LaneCode.Called)]
    public static unsafe Floats Cos(Floats x) => Far(x, Round(DoubleSeries.Sin(Widen(x), quadrants: 1)), &Math.Cos);

    [MethodImpl(LaneCode.Called)]
    public static unsafe Floats Tan(Floats x) => Far(x, Round(DoubleSeries.Tan(Widen(x))), &Math.Tan);

    [MethodImpl(LaneCode.Called)]
    public static Floats Asin(Floats x) => Round(DoubleSeries.Asin(Widen(x)));

    [MethodImpl(LaneCode.Called)]
    public static Floats Acos(Floats x) => Round(DoubleSeries.Acos(Widen(x)));

    [MethodImpl(LaneCode.Called)]
    public static Floats Atan(Floats x) => Round(DoubleSeries.Atan(Widen(x)));

    [MethodImpl(LaneCode.Called)]
    public static Floats Sinh(Floats x) => Round(DoubleSeries.Sinh(Widen(Clamp(x, SmallestExponent, -SmallestExponent))));

    [MethodImpl(LaneCode.Called)]
    public static Floats Cosh(Floats x) => Round(DoubleSeries.Cosh(Widen(Clamp(x, SmallestExponent, -SmallestExponent))));

    [MethodImpl(LaneCode.Called)]
    public static Floats Tanh(Floats x) => Round(DoubleSeries.Tanh(Widen(Clamp(x, -LargestTanh, LargestTanh))));

    /// <summary>e^(y ln x) for finite numbers of which x is above 0; the others, of which there are many kinds, one by one.</summary>
    [MethodImpl(LaneCode.Called)]
    public static Floats Pow(Floats x, Floats y)
    {
        Doubles exponent = DoubleSeries.Log(Widen(x)) * Widen(y);
        exponent = Vector512.MaxNative(exponent, Vector512.Create((double)SmallestExponent));
        exponent = Vector512.MinNative(exponent, Vector512.Create((double)LargestExponent));
        Floats result = Round(DoubleSeries.Exp(exponent)), infinite = Create(float.PositiveInfinity);
        uint plain = (GreaterThan(x, Floats.Zero) & LessThan(x, infinite) & LessThan(Abs(y), infinite)).ExtractMostSignificantBits();
        for (int lane = 0; plain != AllLanes && lane < VectorPlan.Lanes; lane++)
        {
            result = ((plain >> lane) & 1) != 0 ? result : result.WithElement(lane, MathF.Pow(x[lane], y[lane]));
        }

        return result;
    }

    /// <summary>The method that computes one of the IR's functions.</summary>
    /// <param name="function">Any.</param>
    /// <param name="operand">What it takes: float, or a vector of eight.</param>
    /// <returns>Null where the function is no transcendental one.</returns>
    public static MethodInfo? Find(MathFunction function, Type operand) =>
        typeof(SingleFunctions).GetMethod(function.ToString(), BindingFlags.Public | BindingFlags.Static, [operand])
        ?? typeof(SingleFunctions).GetMethod(function.ToString(), BindingFlags.Public | BindingFlags.Static, [operand, operand]);

    [MethodImpl(LaneCode.Hot)]
    private static Doubles Widen(Floats x) => LaneOperations.Float32ToFloat64(x);

    [MethodImpl(LaneCode.Hot)]
    private static Floats Round(Doubles x) => LaneOperations.Float64ToFloat32(x);

    /// <summary>NaN stays NaN.</summary>
    [MethodImpl(LaneCode.Hot)]
    private static Floats Clamp(Floats x, float from, float to)
    {
        x = ConditionalSelect(LessThan(x, Create(from)), Create(from), x);
        return ConditionalSelect(GreaterThan(x, Create(to)), Create(to), x);
    }

    [MethodImpl(LaneCode.Hot)]
    private static Floats LogSpecial(Floats x, Doubles logarithm)
    {
        Floats infinite = Create(float.PositiveInfinity), zero = Floats.Zero;
        Floats beyond = ConditionalSelect(LessThan(x, zero), Create(float.NaN), ConditionalSelect(Vector256.Equals(x, zero), -infinite, x));
        return ConditionalSelect(GreaterThan(x, zero) & LessThan(x, infinite), Round(logarithm), beyond);
    }

    /// <summary>Has angles of many turns computed one by one.</summary>
    [MethodImpl(LaneCode.Hot)]
    private static unsafe Floats Far(Floats x, Floats result, delegate*<double, double> function)
    {
        uint far = GreaterThan(Abs(x), Create(LargestReduction)).ExtractMostSignificantBits();
        for (int lane = 0; far != 0 && lane < VectorPlan.Lanes; lane++)
        {
            result = ((far >> lane) & 1) == 0 ? result : result.WithElement(lane, (float)function(x[lane]));
        }

        return result;
    }
}
