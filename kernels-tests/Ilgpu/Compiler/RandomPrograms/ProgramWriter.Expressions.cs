using System.Reflection.Emit;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler.RandomPrograms;

// What leaves a value of a type on the stack.
public sealed partial class ProgramWriter
{
    private void Expression(Type type, int depth)
    {
        if (depth == 0 || _random.Next(5) == 0)
        {
            Leaf(type);
        }
        else if (_random.Next(4) == 0)
        {
            Conversion(type, depth);
        }
        else if (_random.Next(8) == 0)
        {
            Choice(type, depth);
        }
        else if (type == typeof(float) || type == typeof(double))
        {
            FloatOperation(type, depth);
        }
        else
        {
            IntegerOperation(type, depth);
        }
    }

    private void Leaf(Type type)
    {
        if (_random.Next(3) > 0)
        {
            _il.Emit(OpCodes.Ldloc, Local(type));
            return;
        }

        if (type == typeof(float) || type == typeof(double))
        {
            _il.Emit(OpCodes.Ldc_R8, s_edgeFloats[_random.Next(s_edgeFloats.Length)]);
        }
        else
        {
            _il.Emit(OpCodes.Ldc_I4, s_edgeInts[_random.Next(s_edgeInts.Length)]);
        }
        Convert(type, type == typeof(float) || type == typeof(double) ? typeof(double) : typeof(int));
    }

    private void Conversion(Type type, int depth)
    {
        if (_random.Next(4) == 0)
        {
            var field = Field(out var stackType);
            _il.Emit(OpCodes.Ldloc, _mixed);
            _il.Emit(OpCodes.Ldfld, field);
            Convert(type, stackType);
            return;
        }

        var from = s_types[_random.Next(s_types.Length)];
        Expression(from, depth - 1);
        if (_random.Next(3) == 0 && from != typeof(float) && from != typeof(double))
        {
            OpCode[] narrow = [OpCodes.Conv_I1, OpCodes.Conv_U1, OpCodes.Conv_I2, OpCodes.Conv_U2];
            _il.Emit(narrow[_random.Next(narrow.Length)]);
            from = typeof(int);
        }

        Convert(type, from);
    }

    private void Choice(Type type, int depth)
    {
        var (otherwise, end) = (_il.DefineLabel(), _il.DefineLabel());
        Condition();
        _il.Emit(OpCodes.Brfalse, otherwise);
        Expression(type, depth - 1);
        _il.Emit(OpCodes.Br, end);
        _il.MarkLabel(otherwise);
        Expression(type, depth - 1);
        _il.MarkLabel(end);
    }

    private void IntegerOperation(Type type, int depth)
    {
        var wide = type == typeof(long) || type == typeof(ulong);
        var unsigned = type == typeof(uint) || type == typeof(ulong);
        Expression(type, depth - 1);
        switch (_random.Next(10))
        {
            case 0:
                _il.Emit(OpCodes.Neg);
                return;
            case 1:
                _il.Emit(OpCodes.Not);
                return;
            case 2 or 3:
                Expression(typeof(int), depth - 1);
                _il.Emit(OpCodes.Ldc_I4, wide ? 63 : 31);
                _il.Emit(OpCodes.And);
                _il.Emit(_random.Next(2) == 0 ? OpCodes.Shl : unsigned ? OpCodes.Shr_Un : OpCodes.Shr);
                return;
            case 4:
                // A positive divisor: neither zero nor minus one.
                Expression(type, depth - 1);
                _il.Emit(OpCodes.Ldc_I4, 0x7FFF);
                Convert(type, typeof(int));
                _il.Emit(OpCodes.And);
                _il.Emit(OpCodes.Ldc_I4_1);
                Convert(type, typeof(int));
                _il.Emit(OpCodes.Or);
                _il.Emit(_random.Next(2) == 0 ? (unsigned ? OpCodes.Div_Un : OpCodes.Div) : unsigned ? OpCodes.Rem_Un : OpCodes.Rem);
                return;
            default:
                Expression(type, depth - 1);
                OpCode[] operations = [OpCodes.Add, OpCodes.Sub, OpCodes.Mul, OpCodes.And, OpCodes.Or, OpCodes.Xor];
                _il.Emit(operations[_random.Next(operations.Length)]);
                return;
        }
    }

    private void FloatOperation(Type type, int depth)
    {
        var holder = type == typeof(float) ? typeof(MathF) : typeof(Math);
        switch (_random.Next(7))
        {
            case 0:
                Expression(type, depth - 1);
                _il.Emit(OpCodes.Neg);
                break;
            case 1:
                Expression(type, depth - 1);
                string[] unary = ["Abs", "Floor", "Ceiling", "Truncate"];
                _il.Emit(OpCodes.Call, holder.GetMethod(unary[_random.Next(unary.Length)], [type])!);
                break;
            case 2:
                Expression(type, depth - 1);
                Expression(type, depth - 1);
                _il.Emit(OpCodes.Call, holder.GetMethod(_random.Next(2) == 0 ? "Min" : "Max", [type, type])!);

                // .NET's optimising JIT takes Min(0, -0) for 0 where an operand is constant, its other code for -0: leave no -0 behind.
                _il.Emit(OpCodes.Ldc_R8, 0.0);
                Convert(type, typeof(double));
                _il.Emit(OpCodes.Add);
                break;
            case 3:
                // Truncated at once: nothing can be fused with a product that is an integer part.
                Expression(type, depth - 1);
                Expression(type, depth - 1);
                _il.Emit(OpCodes.Mul);
                _il.Emit(OpCodes.Call, holder.GetMethod("Truncate", [type])!);
                break;
            default:
                Expression(type, depth - 1);
                Expression(type, depth - 1);
                _il.Emit(_random.Next(2) == 0 ? OpCodes.Add : OpCodes.Sub);
                break;
        }
    }

    private void Convert(Type to, Type from)
    {
        var fromUnsigned = from == typeof(uint) || from == typeof(ulong);
        if (to == typeof(float) || to == typeof(double))
        {
            // An unsigned 64-bit number reaches float through double, with two roundings; keep to the signed path there.
            if (fromUnsigned)
            {
                _il.Emit(from == typeof(uint) ? OpCodes.Conv_U8 : OpCodes.Conv_I8);
            }

            _il.Emit(to == typeof(float) ? OpCodes.Conv_R4 : OpCodes.Conv_R8);
            return;
        }

        _il.Emit(Type.GetTypeCode(to) switch
        {
            TypeCode.Byte => OpCodes.Conv_U1,
            TypeCode.SByte => OpCodes.Conv_I1,
            TypeCode.Int16 => OpCodes.Conv_I2,
            TypeCode.Int32 => OpCodes.Conv_I4,
            TypeCode.UInt32 => OpCodes.Conv_U4,
            TypeCode.Int64 when from == typeof(uint) => OpCodes.Conv_U8,
            TypeCode.Int64 => OpCodes.Conv_I8,
            _ when from == typeof(int) => OpCodes.Conv_I8,
            _ => OpCodes.Conv_U8,
        });
    }
}
