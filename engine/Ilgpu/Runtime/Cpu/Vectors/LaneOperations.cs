using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>
/// What translated kernels do to eight lanes at once beyond what <see cref="LaneIntrinsics"/> knows. A truth value is an Int32 a lane, all
/// its bits set or none; names end in the width of the vectors.
/// </summary>
internal static class LaneOperations
{
    [MethodImpl(LaneCode.Hot)]
    public static Vector512<double> NegFloat64(Vector512<double> a) => a ^ Vector512.Create(-0.0);

    [MethodImpl(LaneCode.Hot)]
    public static Vector512<long> Shl512(Vector512<long> a, int count) => a << (count & 63);

    [MethodImpl(LaneCode.Hot)]
    public static Vector512<long> ShrS512(Vector512<long> a, int count) => a >> (count & 63);

    [MethodImpl(LaneCode.Hot)]
    public static Vector512<long> ShrU512(Vector512<long> a, int count) => a >>> (count & 63);

    /// <summary>The first lane's pointer, and those of the others by steps.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static Vector512<long> SpreadPointer(long first, int step) =>
        Vector512.Create(first) + Widen(Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7) * Vector256.Create(step));

    [MethodImpl(LaneCode.Hot)]
    public static Vector512<long> Widen(Vector256<int> a) => Vector512.Create(Vector256.WidenLower(a), Vector256.WidenUpper(a));

    /// <summary>The low halves.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static Vector256<int> Narrow(Vector512<long> a) => Vector256.Narrow(a.GetLower(), a.GetUpper());

    /// <summary>The first value where the mask is set, else the second.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static Vector512<T> Blend512<T>(Vector512<T> value, Vector256<int> mask, Vector512<T> otherwise) =>
        Vector512.ConditionalSelect(Widen(mask).As<long, T>(), value, otherwise);

    [MethodImpl(LaneCode.Hot)]
    public static Vector256<int> Equal512<T>(Vector512<T> a, Vector512<T> b) => Narrow(Vector512.Equals(a, b).As<T, long>());

    [MethodImpl(LaneCode.Hot)]
    public static Vector256<int> Less512<T>(Vector512<T> a, Vector512<T> b) => Narrow(Vector512.LessThan(a, b).As<T, long>());

    [MethodImpl(LaneCode.Hot)]
    public static Vector256<int> LessOrEqual512<T>(Vector512<T> a, Vector512<T> b) => Narrow(Vector512.LessThanOrEqual(a, b).As<T, long>());

    [MethodImpl(LaneCode.Hot)]
    public static Vector256<int> Greater512<T>(Vector512<T> a, Vector512<T> b) => Narrow(Vector512.GreaterThan(a, b).As<T, long>());

    [MethodImpl(LaneCode.Hot)]
    public static Vector256<int> GreaterOrEqual512<T>(Vector512<T> a, Vector512<T> b) =>
        Narrow(Vector512.GreaterThanOrEqual(a, b).As<T, long>());

    [MethodImpl(LaneCode.Hot)]
    public static Vector256<int> LessUnsigned512(Vector512<long> a, Vector512<long> b) =>
        Narrow(Vector512.LessThan(a.AsUInt64(), b.AsUInt64()).AsInt64());

    [MethodImpl(LaneCode.Hot)]
    public static Vector256<int> GreaterUnsigned512(Vector512<long> a, Vector512<long> b) =>
        Narrow(Vector512.GreaterThan(a.AsUInt64(), b.AsUInt64()).AsInt64());

    // Conversions, by the names of the IR.
    [MethodImpl(LaneCode.Hot)]
    public static Vector512<long> ZeroExtend32(Vector256<int> a) =>
        Vector512.Create(Vector256.WidenLower(a.AsUInt32()), Vector256.WidenUpper(a.AsUInt32())).AsInt64();

    [MethodImpl(LaneCode.Hot)]
    public static Vector512<double> Float32ToFloat64(Vector256<float> a) =>
        Vector512.Create(Vector256.WidenLower(a), Vector256.WidenUpper(a));

    [MethodImpl(LaneCode.Hot)]
    public static Vector256<float> Float64ToFloat32(Vector512<double> a) => Vector256.Narrow(a.GetLower(), a.GetUpper());

    [MethodImpl(LaneCode.Hot)]
    public static Vector512<double> BitcastInt64(Vector512<long> a) => a.AsDouble();

    [MethodImpl(LaneCode.Hot)]
    public static Vector512<long> BitcastFloat64(Vector512<double> a) => a.AsInt64();

    [MethodImpl(LaneCode.Hot)]
    public static Vector512<double> Int32ToFloat64(Vector256<int> a) => Avx.IsSupported
        ? Vector512.Create(Avx.ConvertToVector256Double(a.GetLower()), Avx.ConvertToVector256Double(a.GetUpper()))
        : Vector512.ConvertToDouble(Widen(a));

    /// <summary>Each number in the low bits of 2^52, which is then taken off.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static Vector512<double> UInt32ToFloat64(Vector256<int> a)
    {
        const double Base = 1L << 52;
        return (ZeroExtend32(a) | Vector512.Create(BitConverter.DoubleToInt64Bits(Base))).AsDouble() - Vector512.Create(Base);
    }

    // Functions, by the names of the IR.
    [MethodImpl(LaneCode.Hot)]
    public static Vector256<float> Rcp256(Vector256<float> a) => Vector256<float>.One / a;

    [MethodImpl(LaneCode.Hot)]
    public static Vector256<float> Rsqrt256(Vector256<float> a) => Vector256<float>.One / Vector256.Sqrt(a);

    [MethodImpl(LaneCode.Hot)]
    public static Vector256<int> IsNaN256(Vector256<float> a) => ~Vector256.Equals(a, a).AsInt32();

    [MethodImpl(LaneCode.Hot)]
    public static Vector256<int> IsInfinity256(Vector256<float> a) =>
        Vector256.Equals(Vector256.Abs(a), Vector256.Create(float.PositiveInfinity)).AsInt32();

    [MethodImpl(LaneCode.Hot)]
    public static Vector256<int> IsFinite256(Vector256<float> a) =>
        Vector256.LessThan(Vector256.Abs(a), Vector256.Create(float.PositiveInfinity)).AsInt32();

    /// <summary>As C# has it: NaN is handed on, and -0 is below 0.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static Vector256<float> Min256(Vector256<float> a, Vector256<float> b)
    {
        Vector256<float> smaller = Vector256.ConditionalSelect(Vector256.LessThan(a, b) | ~Vector256.Equals(a, a), a, b);
        Vector256<float> equal = Vector256.ConditionalSelect(Vector256.LessThan(a.AsInt32(), Vector256<int>.Zero).As<int, float>(), a, b);
        return Vector256.ConditionalSelect(Vector256.Equals(a, b), equal, smaller);
    }

    /// <inheritdoc cref="Min256"/>
    [MethodImpl(LaneCode.Hot)]
    public static Vector256<float> Max256(Vector256<float> a, Vector256<float> b)
    {
        Vector256<float> larger = Vector256.ConditionalSelect(Vector256.LessThan(b, a) | ~Vector256.Equals(a, a), a, b);
        Vector256<float> equal = Vector256.ConditionalSelect(Vector256.LessThan(b.AsInt32(), Vector256<int>.Zero).As<int, float>(), a, b);
        return Vector256.ConditionalSelect(Vector256.Equals(a, b), equal, larger);
    }

    [MethodImpl(LaneCode.Hot)]
    public static Vector512<double> Abs512(Vector512<double> a) => Vector512.Abs(a);

    [MethodImpl(LaneCode.Hot)]
    public static Vector512<double> Sqrt512(Vector512<double> a) => Vector512.Sqrt(a);

    [MethodImpl(LaneCode.Hot)]
    public static Vector512<double> Rcp512(Vector512<double> a) => Vector512<double>.One / a;

    [MethodImpl(LaneCode.Hot)]
    public static Vector512<double> Rsqrt512(Vector512<double> a) => Vector512<double>.One / Vector512.Sqrt(a);

    [MethodImpl(LaneCode.Hot)]
    public static Vector512<double> Floor512(Vector512<double> a) => Vector512.Floor(a);

    [MethodImpl(LaneCode.Hot)]
    public static Vector512<double> Ceiling512(Vector512<double> a) => Vector512.Ceiling(a);

    [MethodImpl(LaneCode.Hot)]
    public static Vector512<double> Truncate512(Vector512<double> a) => Vector512.Truncate(a);

    [MethodImpl(LaneCode.Hot)]
    public static Vector512<double> RoundEven512(Vector512<double> a) => Vector512.Round(a);

    [MethodImpl(LaneCode.Hot)]
    public static Vector512<double> Fma512(Vector512<double> a, Vector512<double> b, Vector512<double> c) =>
        Vector512.FusedMultiplyAdd(a, b, c);

    [MethodImpl(LaneCode.Hot)]
    public static Vector256<int> IsNaN512(Vector512<double> a) => ~Equal512(a, a);

    [MethodImpl(LaneCode.Hot)]
    public static Vector256<int> IsInfinity512(Vector512<double> a) =>
        Equal512(Vector512.Abs(a), Vector512.Create(double.PositiveInfinity));

    [MethodImpl(LaneCode.Hot)]
    public static Vector256<int> IsFinite512(Vector512<double> a) => Less512(Vector512.Abs(a), Vector512.Create(double.PositiveInfinity));

    /// <summary>As C# has it: NaN is handed on, and -0 is below 0.</summary>
    [MethodImpl(LaneCode.Hot)]
    public static Vector512<double> Min512(Vector512<double> a, Vector512<double> b)
    {
        Vector512<double> smaller = Vector512.ConditionalSelect(Vector512.LessThan(a, b) | ~Vector512.Equals(a, a), a, b);
        Vector512<double> equal =
            Vector512.ConditionalSelect(Vector512.LessThan(a.AsInt64(), Vector512<long>.Zero).As<long, double>(), a, b);
        return Vector512.ConditionalSelect(Vector512.Equals(a, b), equal, smaller);
    }

    /// <inheritdoc cref="Min512"/>
    [MethodImpl(LaneCode.Hot)]
    public static Vector512<double> Max512(Vector512<double> a, Vector512<double> b)
    {
        Vector512<double> larger = Vector512.ConditionalSelect(Vector512.LessThan(b, a) | ~Vector512.Equals(a, a), a, b);
        Vector512<double> equal =
            Vector512.ConditionalSelect(Vector512.LessThan(b.AsInt64(), Vector512<long>.Zero).As<long, double>(), a, b);
        return Vector512.ConditionalSelect(Vector512.Equals(a, b), equal, larger);
    }

    [MethodImpl(LaneCode.Hot)]
    public static Vector512<long> MinS512(Vector512<long> a, Vector512<long> b) => Vector512.Min(a, b);

    [MethodImpl(LaneCode.Hot)]
    public static Vector512<long> MaxS512(Vector512<long> a, Vector512<long> b) => Vector512.Max(a, b);

    // Addresses.
    [MethodImpl(LaneCode.Hot)]
    public static Vector512<long> Address(Vector512<long> start, Vector512<long> index, long scale) =>
        start + (index * Vector512.Create(scale));

    [MethodImpl(LaneCode.Hot)]
    public static Vector512<long> AddressShifted(Vector512<long> start, Vector512<long> index, int shift) => start + (index << shift);

    [MethodImpl(LaneCode.Hot)]
    public static Vector512<long> AddressMoved(Vector512<long> start, long offset) => start + Vector512.Create(offset);
}
