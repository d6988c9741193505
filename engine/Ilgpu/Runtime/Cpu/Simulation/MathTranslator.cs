using System.Reflection;
using System.Reflection.Emit;
using ILGPU.IR;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>Emits comparisons, conversions and mathematical functions on what the evaluation stack holds.</summary>
internal sealed class MathTranslator(ILGenerator il)
{
    public void EmitCompare(Condition condition, bool isFloat)
    {
        switch (condition)
        {
            case Condition.Eq:
                il.Emit(OpCodes.Ceq);
                break;
            case Condition.Ne:
                il.Emit(OpCodes.Ceq);
                EmitNot();
                break;
            case Condition.Lt:
                il.Emit(OpCodes.Clt);
                break;
            case Condition.Gt:
                il.Emit(OpCodes.Cgt);
                break;
            case Condition.LtUn:
                il.Emit(OpCodes.Clt_Un);
                break;
            case Condition.GtUn:
                il.Emit(OpCodes.Cgt_Un);
                break;

            // a <= b is not (a > b), where for floats the inner test must be the one that NaN satisfies the other way round.
            case Condition.Le:
                il.Emit(isFloat ? OpCodes.Cgt_Un : OpCodes.Cgt);
                EmitNot();
                break;
            case Condition.Ge:
                il.Emit(isFloat ? OpCodes.Clt_Un : OpCodes.Clt);
                EmitNot();
                break;
            case Condition.LeUn:
                il.Emit(isFloat ? OpCodes.Cgt : OpCodes.Cgt_Un);
                EmitNot();
                break;
            default:
                il.Emit(isFloat ? OpCodes.Clt : OpCodes.Clt_Un);
                EmitNot();
                break;
        }
    }

    public void EmitConversion(Conversion conversion, IrType from, IrType to)
    {
        switch (conversion)
        {
            case Conversion.SignExtend8:
                il.Emit(OpCodes.Conv_I1);
                break;
            case Conversion.SignExtend16:
                il.Emit(OpCodes.Conv_I2);
                break;
            case Conversion.ZeroExtend8:
                il.Emit(OpCodes.Conv_U1);
                break;
            case Conversion.ZeroExtend16:
                il.Emit(OpCodes.Conv_U2);
                break;
            case Conversion.SignExtend32:
                il.Emit(OpCodes.Conv_I8);
                break;
            case Conversion.ZeroExtend32:
                il.Emit(OpCodes.Conv_U8);
                break;
            case Conversion.Truncate:
                il.Emit(OpCodes.Conv_I4);
                break;
            case Conversion.BoolToInt:
                break;
            case Conversion.SignedToFloat or Conversion.FloatToFloat:
                il.Emit(to == IrType.Float32 ? OpCodes.Conv_R4 : OpCodes.Conv_R8);
                break;
            case Conversion.UnsignedToFloat:
                if (from == IrType.Int32)
                    il.Emit(OpCodes.Conv_U8);
                Call(
                    typeof(SimulatedMath), to == IrType.Float32 ? nameof(SimulatedMath.ToFloat32) : nameof(SimulatedMath.ToFloat64),
                    typeof(ulong));
                break;
            case Conversion.FloatToSigned or Conversion.FloatToUnsigned:
                il.Emit(OpCodes.Conv_R8);
                string sign = conversion == Conversion.FloatToSigned ? string.Empty : "U";
                Call(typeof(SimulatedMath), $"To{sign}Int{(to == IrType.Int32 ? 32 : 64)}", typeof(double));
                break;
            case Conversion.FloatToHalf:
                Call(typeof(SimulatedMath), nameof(SimulatedMath.FloatToHalf), typeof(float));
                break;
            case Conversion.HalfToFloat:
                Call(typeof(SimulatedMath), nameof(SimulatedMath.HalfToFloat), typeof(int));
                break;
            case Conversion.PointerToInteger or Conversion.IntegerToPointer:
                break;
            default:
                EmitBitcast(from);
                break;
        }
    }

    public void EmitFunction(MathFunction function, IrType type)
    {
        Type clr = ValueLocals.ClrType(type);
        Type[] one = [clr];
        Type[] two = [clr, clr];
        Type library = clr == typeof(float) ? typeof(MathF) : typeof(Math);
        switch (function)
        {
            case MathFunction.Abs:
                Call(type.IsFloat() ? typeof(Math) : typeof(SimulatedMath), nameof(Math.Abs), one);
                break;
            case MathFunction.IsNaN or MathFunction.IsInfinity or MathFunction.IsFinite:
                Call(clr, function.ToString(), one);
                break;
            case MathFunction.MinS or MathFunction.MaxS:
                Call(typeof(Math), function.ToString()[..3], two);
                break;
            case MathFunction.MinU or MathFunction.MaxU:
                Call(typeof(SimulatedMath), function.ToString(), two);
                break;
            case MathFunction.Min or MathFunction.Max:
                Call(typeof(Math), function.ToString(), two);
                break;
            case MathFunction.MinNumber or MathFunction.MaxNumber:
                Call(clr, function.ToString(), two);
                break;
            case MathFunction.Pow or MathFunction.Atan2 or MathFunction.CopySign:
                Call(library, function.ToString(), two);
                break;
            case MathFunction.IeeeRemainder:
                Call(library, nameof(Math.IEEERemainder), two);
                break;
            case MathFunction.Fma:
                Call(library, nameof(Math.FusedMultiplyAdd), clr, clr, clr);
                break;
            case MathFunction.Rsqrt or MathFunction.Rcp or MathFunction.Exp2 or MathFunction.RoundEven or MathFunction.RoundAway
                or MathFunction.PopCount or MathFunction.LeadingZeros or MathFunction.TrailingZeros:
                Call(typeof(SimulatedMath), function.ToString(), one);
                break;
            default:
                Call(library, function.ToString(), one);
                break;
        }
    }

    private void EmitNot()
    {
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Ceq);
    }

    private void EmitBitcast(IrType from)
    {
        string name = from switch
        {
            IrType.Int32 => nameof(BitConverter.Int32BitsToSingle),
            IrType.Float32 => nameof(BitConverter.SingleToInt32Bits),
            IrType.Int64 => nameof(BitConverter.Int64BitsToDouble),
            _ => nameof(BitConverter.DoubleToInt64Bits),
        };
        il.Emit(OpCodes.Call, typeof(BitConverter).GetMethod(name)!);
    }

    private void Call(Type type, string name, params Type[] parameters)
    {
        MethodInfo target = type.GetMethod(name, BindingFlags.Public | BindingFlags.Static, parameters)
            ?? throw new InvalidOperationException($"{type.Name} has no {name}({string.Join(", ", parameters.Select(p => p.Name))}).");
        il.Emit(OpCodes.Call, target);
    }
}
