using System.Numerics;

namespace ILGPU.IR;

/// <summary>Evaluates <see cref="MathFunction"/>s on constants.</summary>
internal static class MathFolding
{
    public static Constant? Evaluate(MathFunction function, IrType type, Value[] operands)
    {
        var a = (Constant)operands[0];
        var b = operands.Length > 1 ? (Constant)operands[1] : a;
        if (a.Type.IsInteger())
        {
            return Whole(function, a, b);
        }

        if (type == IrType.Bool)
        {
            return Classify(function, ConstantFolding.Float(a));
        }

        if (function == MathFunction.Fma)
        {
            return Fma(a, b, (Constant)operands[2]);
        }

        // Correctly rounded functions give the same single result through double; others are left to the device.
        var (x, y) = (ConstantFolding.Float(a), ConstantFolding.Float(b));
        double? result = function switch
        {
            MathFunction.Abs => Math.Abs(x),
            MathFunction.Sqrt => Math.Sqrt(x),
            MathFunction.Floor => Math.Floor(x),
            MathFunction.Ceiling => Math.Ceiling(x),
            MathFunction.Truncate => Math.Truncate(x),
            MathFunction.RoundEven => Math.Round(x, MidpointRounding.ToEven),
            MathFunction.RoundAway => Math.Round(x, MidpointRounding.AwayFromZero),
            MathFunction.Min => Math.Min(x, y),
            MathFunction.Max => Math.Max(x, y),
            MathFunction.MinNumber => double.MinNumber(x, y),
            MathFunction.MaxNumber => double.MaxNumber(x, y),
            MathFunction.CopySign => Math.CopySign(x, y),
            _ => null,
        };
        return result is { } value ? ConstantFolding.Number(type, value) : null;
    }

    private static Constant Fma(Constant a, Constant b, Constant c) => a.Type == IrType.Float32
        ? Constant.Float32(MathF.FusedMultiplyAdd(a.AsFloat32, b.AsFloat32, c.AsFloat32))
        : Constant.Float64(Math.FusedMultiplyAdd(a.AsFloat64, b.AsFloat64, c.AsFloat64));

    private static Constant? Classify(MathFunction function, double x) => function switch
    {
        MathFunction.IsNaN => Constant.Bool(double.IsNaN(x)),
        MathFunction.IsInfinity => Constant.Bool(double.IsInfinity(x)),
        MathFunction.IsFinite => Constant.Bool(double.IsFinite(x)),
        _ => null,
    };

    private static Constant? Whole(MathFunction function, Constant a, Constant b)
    {
        var (x, y) = (a.Bits, b.Bits);
        var narrow = a.Type == IrType.Int32;
        return function switch
        {
            MathFunction.Abs => ConstantFolding.Integer(a.Type, x < 0 ? -x : x),
            MathFunction.MinS => ConstantFolding.Integer(a.Type, Math.Min(x, y)),
            MathFunction.MaxS => ConstantFolding.Integer(a.Type, Math.Max(x, y)),
            MathFunction.MinU => ConstantFolding.Integer(a.Type, (ulong)x < (ulong)y ? x : y),
            MathFunction.MaxU => ConstantFolding.Integer(a.Type, (ulong)x > (ulong)y ? x : y),
            MathFunction.PopCount => Constant.Int32(narrow ? BitOperations.PopCount((uint)x) : BitOperations.PopCount((ulong)x)),
            MathFunction.LeadingZeros =>
                Constant.Int32(narrow ? BitOperations.LeadingZeroCount((uint)x) : BitOperations.LeadingZeroCount((ulong)x)),
            MathFunction.TrailingZeros =>
                Constant.Int32(narrow ? BitOperations.TrailingZeroCount((int)x) : BitOperations.TrailingZeroCount(x)),
            _ => null,
        };
    }
}
