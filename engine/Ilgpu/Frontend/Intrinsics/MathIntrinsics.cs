using ILGPU.Frontend.DeviceMath;
using ILGPU.IR;

namespace ILGPU.Frontend.Intrinsics;

/// <summary>Math, MathF, XMath and BitOperations. What is missing here is compiled from its C# where it has any.</summary>
internal static class MathIntrinsics
{
    private static readonly Dictionary<string, MathFunction> s_unary = new()
    {
        ["Sqrt"] = MathFunction.Sqrt,
        ["Exp"] = MathFunction.Exp,
        ["Log2"] = MathFunction.Log2,
        ["Log10"] = MathFunction.Log10,
        ["Sin"] = MathFunction.Sin,
        ["Cos"] = MathFunction.Cos,
        ["Tan"] = MathFunction.Tan,
        ["Asin"] = MathFunction.Asin,
        ["Acos"] = MathFunction.Acos,
        ["Atan"] = MathFunction.Atan,
        ["Sinh"] = MathFunction.Sinh,
        ["Cosh"] = MathFunction.Cosh,
        ["Tanh"] = MathFunction.Tanh,
        ["Floor"] = MathFunction.Floor,
        ["Ceiling"] = MathFunction.Ceiling,
        ["Truncate"] = MathFunction.Truncate,
    };

    public static bool Translate(IntrinsicCall call)
    {
        if (call.Count == 0 || Array.Exists(call.Arguments, a => a.Leaves.Length != 1))
        {
            return false;
        }

        var type = call.Scalar(0).Type;
        var isFloat = type.IsFloat();
        switch (call.Name)
        {
            case "Abs":
                return call.Return(call.Ir.Math(MathFunction.Abs, type, call.Scalar(0)));
            case "Min" or "Max":
                return call.Return(MinMax(call, call.Name == "Min", call.Scalar(0), call.Scalar(1)));
            case "Clamp" when !isFloat:
                return call.Return(MinMax(call, true, MinMax(call, false, call.Scalar(0), call.Scalar(1)), call.Scalar(2)));
            case "Clamp":
                return call.Return(Clamp(call));
            case "Sign" when isFloat:
                return call.Return(Sign(call));
            case "Log" when call.Count == 1:
                return Function(call, MathFunction.Log);
            case "Pow":
                return Function(call, MathFunction.Pow);
            case "Atan2":
                return Function(call, MathFunction.Atan2);
            case "CopySign":
                return Function(call, MathFunction.CopySign);
            case "IEEERemainder":
                return Function(call, MathFunction.IeeeRemainder);
            case "FusedMultiplyAdd":
                return Function(call, MathFunction.Fma);
            case "Round" when call.Count == 1:
                return Function(call, MathFunction.RoundEven);
            case "Round" when call.Count == 2 && call.Parameter(1) == typeof(MidpointRounding):
                return Round(call);
            case "SinCos":
                return SinCos(call);
            default:
                return s_unary.TryGetValue(call.Name, out var function) && isFloat && call.Count == 1 && Function(call, function);
        }
    }

    /// <summary>The static members of float and double that have no Math counterpart.</summary>
    public static bool Primitive(IntrinsicCall call)
    {
        switch (call.Name)
        {
            case "IsNaN":
                return call.ReturnFlag(call.Ir.Math(MathFunction.IsNaN, IrType.Bool, call.Scalar(0)));
            case "IsInfinity":
                return call.ReturnFlag(call.Ir.Math(MathFunction.IsInfinity, IrType.Bool, call.Scalar(0)));
            case "IsFinite":
                return call.ReturnFlag(call.Ir.Math(MathFunction.IsFinite, IrType.Bool, call.Scalar(0)));
            case "MinNumber":
                return Function(call, MathFunction.MinNumber);
            case "MaxNumber":
                return Function(call, MathFunction.MaxNumber);
            case "Exp2":
                return Function(call, MathFunction.Exp2);
            default:
                return false;
        }
    }

    /// <summary>The functions of XMath for which devices have one instruction.</summary>
    public static bool XMath(IntrinsicCall call) => call.Name switch
    {
        "Rsqrt" => Function(call, MathFunction.Rsqrt),
        "Rcp" => Function(call, MathFunction.Rcp),
        "Exp2" => Function(call, MathFunction.Exp2),
        "RoundToEven" => Function(call, MathFunction.RoundEven),
        "RoundAwayFromZero" => Function(call, MathFunction.RoundAway),
        _ => false,
    };

    public static bool Bits(IntrinsicCall call)
    {
        MathFunction? function = call.Name switch
        {
            "PopCount" => MathFunction.PopCount,
            "LeadingZeroCount" => MathFunction.LeadingZeros,
            "TrailingZeroCount" => MathFunction.TrailingZeros,
            _ => null,
        };
        return function is { } known && call.Return(call.Ir.Math(known, IrType.Int32, call.Scalar(0)));
    }

    private static bool SinCos(IntrinsicCall call)
    {
        var both = call.Kernel.LayoutOf(call.Method.ReturnType);
        var type = both.Leaves[0].Memory.Value();
        var sin = Apply(call, MathFunction.Sin, type, [call.Scalar(0)]);
        return call.Return(new StackValue([sin, Apply(call, MathFunction.Cos, type, [call.Scalar(0)])], both));
    }

    private static bool Function(IntrinsicCall call, MathFunction function)
    {
        var operands = Array.ConvertAll(call.Arguments, argument => argument.Scalar);
        var type = call.Method.ReturnType == typeof(double) ? IrType.Float64 : IrType.Float32;
        for (var i = 0; i < operands.Length; i++)
        {
            operands[i] = call.Kernel.Coerce(type.Memory(), operands[i]);
        }

        return call.Return(Apply(call, function, type, operands));
    }

    // As an instruction, or as the C# that the target needs instead.
    private static Value Apply(IntrinsicCall call, MathFunction function, IrType type, Value[] operands)
    {
        var options = call.Kernel.Options;
        return options.SoftwareMath && SoftwareFunctions.For(function, type, options.FastMath) is { } software
            ? call.Kernel.Inline(software, Array.ConvertAll(operands, StackValue.Of)).Scalar
            : call.Ir.Math(function, type, operands);
    }

    private static Value MinMax(IntrinsicCall call, bool min, Value a, Value b)
    {
        if (a.Type.IsFloat())
        {
            return call.Ir.Math(min ? MathFunction.Min : MathFunction.Max, a.Type, a, b);
        }

        var unsigned = IntrinsicCall.IsUnsigned(call.Method.ReturnType);
        var function = (min, unsigned) switch
        {
            (true, false) => MathFunction.MinS,
            (true, true) => MathFunction.MinU,
            (false, false) => MathFunction.MaxS,
            (false, true) => MathFunction.MaxU,
        };
        return call.Ir.Math(function, a.Type, a, b);
    }

    // As C# does it: NaN passes through.
    private static Value Clamp(IntrinsicCall call)
    {
        var (value, min, max) = (call.Scalar(0), call.Scalar(1), call.Scalar(2));
        var low = call.Ir.Emit(Opcode.Select, value.Type, call.Ir.Compare(Condition.Lt, value, min), min, value);
        return call.Ir.Emit(Opcode.Select, value.Type, call.Ir.Compare(Condition.Gt, value, max), max, low);
    }

    // C# throws on NaN; here its sign is 0.
    private static Value Sign(IntrinsicCall call)
    {
        var value = call.Scalar(0);
        var zero = Constant.Zero(value.Type);
        var positive = call.Ir.BoolToInt(call.Ir.Compare(Condition.Gt, value, zero));
        var negative = call.Ir.BoolToInt(call.Ir.Compare(Condition.Lt, value, zero));
        return call.Ir.Emit(Opcode.Sub, IrType.Int32, positive, negative);
    }

    private static bool Round(IntrinsicCall call)
    {
        if (call.Scalar(1) is not Constant mode)
        {
            throw new KernelRefusedException("the rounding mode must be a constant");
        }

        var function = (MidpointRounding)mode.AsInt32 switch
        {
            MidpointRounding.ToEven => MathFunction.RoundEven,
            MidpointRounding.AwayFromZero => MathFunction.RoundAway,
            MidpointRounding.ToZero => MathFunction.Truncate,
            MidpointRounding.ToNegativeInfinity => MathFunction.Floor,
            _ => MathFunction.Ceiling,
        };
        return call.Return(Apply(call, function, call.Scalar(0).Type, [call.Scalar(0)]));
    }
}
