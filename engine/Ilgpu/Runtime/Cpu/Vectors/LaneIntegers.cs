using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>
/// Quotients and remainders of Int32, and what <see cref="LaneIntrinsics"/> does not know everywhere. Where the processor has vectors of
/// doubles numbers are divided there: the quotient of two numbers of 32 bits is so far from the next whole number that rounding to 53 bits
/// never reaches it. Where C# throws there is some number.
/// </summary>
internal static unsafe class LaneIntegers
{
    /// <summary>Truncated, of signed numbers.</summary>
    [MethodImpl(LaneCode.Called)]
    public static Vector256<int> DivS(Vector256<int> a, Vector256<int> b) =>
        Avx.IsSupported ? Quotient(a, b) : Each(a, b, &LaneScalars.DivS);

    /// <summary>With the sign of the dividend.</summary>
    [MethodImpl(LaneCode.Called)]
    public static Vector256<int> RemS(Vector256<int> a, Vector256<int> b) =>
        Avx.IsSupported ? a - (Quotient(a, b) * b) : Each(a, b, &LaneScalars.RemS);

    /// <summary>Of unsigned numbers.</summary>
    [MethodImpl(LaneCode.Called)]
    public static Vector256<int> DivU(Vector256<int> a, Vector256<int> b) =>
        Avx.IsSupported && AreSmall(a, b) ? Quotient(a, b) : Each(a, b, &LaneScalars.DivU);

    /// <inheritdoc cref="DivU"/>
    [MethodImpl(LaneCode.Called)]
    public static Vector256<int> RemU(Vector256<int> a, Vector256<int> b) =>
        Avx.IsSupported && AreSmall(a, b) ? a - (Quotient(a, b) * b) : Each(a, b, &LaneScalars.RemU);

    /// <summary>The upper half of a signed product.</summary>
    [MethodImpl(LaneCode.Called)]
    public static Vector256<int> MulHighS(Vector256<int> a, Vector256<int> b) => Each(a, b, &SimulatedMath.MulHighS);

    /// <summary>The upper half of an unsigned product.</summary>
    [MethodImpl(LaneCode.Called)]
    public static Vector256<int> MulHighU(Vector256<int> a, Vector256<int> b) => Each(a, b, &SimulatedMath.MulHighU);

    [MethodImpl(LaneCode.Called)]
    public static Vector256<int> Shl(Vector256<int> a, Vector256<int> count) => Each(a, count, &LaneScalars.Shl);

    [MethodImpl(LaneCode.Called)]
    public static Vector256<int> ShrS(Vector256<int> a, Vector256<int> count) => Each(a, count, &LaneScalars.ShrS);

    [MethodImpl(LaneCode.Called)]
    public static Vector256<int> ShrU(Vector256<int> a, Vector256<int> count) => Each(a, count, &LaneScalars.ShrU);

    /// <summary>Whether signs make no difference.</summary>
    [MethodImpl(LaneCode.Called)]
    private static bool AreSmall(Vector256<int> a, Vector256<int> b) => (a | b).ExtractMostSignificantBits() == 0;

    [MethodImpl(LaneCode.Called)]
    private static Vector256<int> Quotient(Vector256<int> a, Vector256<int> b) =>
        Vector256.Create(Quotient(a.GetLower(), b.GetLower()), Quotient(a.GetUpper(), b.GetUpper()));

    [MethodImpl(LaneCode.Called)]
    private static Vector128<int> Quotient(Vector128<int> a, Vector128<int> b) =>
        Avx.ConvertToVector128Int32WithTruncation(Avx.ConvertToVector256Double(a) / Avx.ConvertToVector256Double(b));

    [MethodImpl(LaneCode.Called)]
    private static Vector256<int> Each(Vector256<int> a, Vector256<int> b, delegate*<int, int, int> function)
    {
        Vector256<int> result = default;
        for (int lane = 0; lane < VectorPlan.Lanes; lane++)
        {
            ((int*)&result)[lane] = function(((int*)&a)[lane], ((int*)&b)[lane]);
        }

        return result;
    }
}
