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
                {
                    il.Emit(OpCodes.Conv_U8);
                }

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

    public void EmitFunction(MathFunction function, IrType type) => il.Emit(OpCodes.Call, MathMethods.Of(function, type));

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
