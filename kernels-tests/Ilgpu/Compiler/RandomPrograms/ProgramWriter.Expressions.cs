using System.Reflection.Emit;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler.RandomPrograms;

// What leaves a value of a type on the stack.
public sealed partial class ProgramWriter
{
    private void Expression(Type type, int depth)
    {
        if (depth == 0 || random.Next(5) == 0)
            Leaf(type);
        else if (random.Next(4) == 0)
            Conversion(type, depth);
        else if (random.Next(8) == 0)
            Choice(type, depth);
        else if (type == typeof(float) || type == typeof(double))
            FloatOperation(type, depth);
        else
            IntegerOperation(type, depth);
    }

    private void Leaf(Type type)
    {
        if (random.Next(3) > 0)
        {
            il.Emit(OpCodes.Ldloc, Local(type));
            return;
        }

        if (type == typeof(float) || type == typeof(double))
            il.Emit(OpCodes.Ldc_R8, EdgeFloats[random.Next(EdgeFloats.Length)]);
        else
            il.Emit(OpCodes.Ldc_I4, EdgeInts[random.Next(EdgeInts.Length)]);
        Convert(type, type == typeof(float) || type == typeof(double) ? typeof(double) : typeof(int));
    }

    private void Conversion(Type type, int depth)
    {
        if (random.Next(4) == 0)
        {
            var field = Field(out var stackType);
            il.Emit(OpCodes.Ldloc, mixed);
            il.Emit(OpCodes.Ldfld, field);
            Convert(type, stackType);
            return;
        }

        var from = Types[random.Next(Types.Length)];
        Expression(from, depth - 1);
        if (random.Next(3) == 0 && from != typeof(float) && from != typeof(double))
        {
            OpCode[] narrow = [OpCodes.Conv_I1, OpCodes.Conv_U1, OpCodes.Conv_I2, OpCodes.Conv_U2];
            il.Emit(narrow[random.Next(narrow.Length)]);
            from = typeof(int);
        }

        Convert(type, from);
    }

    private void Choice(Type type, int depth)
    {
        var (otherwise, end) = (il.DefineLabel(), il.DefineLabel());
        Condition();
        il.Emit(OpCodes.Brfalse, otherwise);
        Expression(type, depth - 1);
        il.Emit(OpCodes.Br, end);
        il.MarkLabel(otherwise);
        Expression(type, depth - 1);
        il.MarkLabel(end);
    }

    private void IntegerOperation(Type type, int depth)
    {
        var wide = type == typeof(long) || type == typeof(ulong);
        var unsigned = type == typeof(uint) || type == typeof(ulong);
        Expression(type, depth - 1);
        switch (random.Next(10))
        {
            case 0:
                il.Emit(OpCodes.Neg);
                return;
            case 1:
                il.Emit(OpCodes.Not);
                return;
            case 2 or 3:
                Expression(typeof(int), depth - 1);
                il.Emit(OpCodes.Ldc_I4, wide ? 63 : 31);
                il.Emit(OpCodes.And);
                il.Emit(random.Next(2) == 0 ? OpCodes.Shl : unsigned ? OpCodes.Shr_Un : OpCodes.Shr);
                return;
            case 4:
                // A positive divisor: neither zero nor minus one.
                Expression(type, depth - 1);
                il.Emit(OpCodes.Ldc_I4, 0x7FFF);
                Convert(type, typeof(int));
                il.Emit(OpCodes.And);
                il.Emit(OpCodes.Ldc_I4_1);
                Convert(type, typeof(int));
                il.Emit(OpCodes.Or);
                il.Emit(random.Next(2) == 0 ? (unsigned ? OpCodes.Div_Un : OpCodes.Div) : unsigned ? OpCodes.Rem_Un : OpCodes.Rem);
                return;
            default:
                Expression(type, depth - 1);
                OpCode[] operations = [OpCodes.Add, OpCodes.Sub, OpCodes.Mul, OpCodes.And, OpCodes.Or, OpCodes.Xor];
                il.Emit(operations[random.Next(operations.Length)]);
                return;
        }
    }

    private void FloatOperation(Type type, int depth)
    {
        var holder = type == typeof(float) ? typeof(MathF) : typeof(Math);
        switch (random.Next(7))
        {
            case 0:
                Expression(type, depth - 1);
                il.Emit(OpCodes.Neg);
                break;
            case 1:
                Expression(type, depth - 1);
                string[] unary = ["Abs", "Floor", "Ceiling", "Truncate"];
                il.Emit(OpCodes.Call, holder.GetMethod(unary[random.Next(unary.Length)], [type])!);
                break;
            case 2:
                Expression(type, depth - 1);
                Expression(type, depth - 1);
                il.Emit(OpCodes.Call, holder.GetMethod(random.Next(2) == 0 ? "Min" : "Max", [type, type])!);

                // .NET's optimising JIT takes Min(0, -0) for 0 where an operand is constant, its other code for -0: leave no -0 behind.
                il.Emit(OpCodes.Ldc_R8, 0.0);
                Convert(type, typeof(double));
                il.Emit(OpCodes.Add);
                break;
            case 3:
                // Truncated at once: nothing can be fused with a product that is an integer part.
                Expression(type, depth - 1);
                Expression(type, depth - 1);
                il.Emit(OpCodes.Mul);
                il.Emit(OpCodes.Call, holder.GetMethod("Truncate", [type])!);
                break;
            default:
                Expression(type, depth - 1);
                Expression(type, depth - 1);
                il.Emit(random.Next(2) == 0 ? OpCodes.Add : OpCodes.Sub);
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
                il.Emit(from == typeof(uint) ? OpCodes.Conv_U8 : OpCodes.Conv_I8);
            }

            il.Emit(to == typeof(float) ? OpCodes.Conv_R4 : OpCodes.Conv_R8);
            return;
        }

        il.Emit(Type.GetTypeCode(to) switch
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
