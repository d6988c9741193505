using System.Numerics;
using System.Reflection.Emit;
using ILGPU.IR;
using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>Emits single instructions for the lanes of a batch.</summary>
internal sealed class VectorInstructions
{
    private readonly ILGenerator il;

    private readonly VectorValues values;

    private readonly VectorPlan plan;

    private readonly MemoryLayout layout;

    private readonly UniformTranslator uniform;

    private readonly LaneCalls calls;

    public VectorInstructions(ILGenerator il, VectorValues values, VectorPlan plan, MemoryLayout layout)
    {
        this.il = il;
        this.values = values;
        this.plan = plan;
        this.layout = layout;
        uniform = new(il, values.Scalars, layout);
        calls = new(il);
    }

    /// <summary>Emits an instruction and stores its result.</summary>
    /// <param name="i">What is no synchronisation.</param>
    /// <param name="block">Its block.</param>
    /// <param name="mask">The lanes that run the block.</param>
    /// <param name="bits">The same, one bit a lane.</param>
    public void Emit(Instruction i, Block block, LocalBuilder mask, LocalBuilder bits)
    {
        if (plan.IsAbsorbed(i))
        {
            return;
        }

        switch (i.Opcode)
        {
            case Opcode.Store:
                EmitStore(i, bits);
                return;
            case Opcode.Fence:
                uniform.EmitStatement(i);
                return;
            default:
                if (values.IsUniform(i))
                {
                    uniform.EmitStatement(i);
                    return;
                }

                break;
        }

        EmitLanes(i, bits);
        if (plan.KeepsOtherLanes(block, i))
        {
            values.StoreUnder(i, mask);
        }
        else
        {
            values.Store(i);
        }
    }

    private static Type Element(Value value) => ValueLocals.ClrType(value.Type);

    private void EmitLanes(Instruction i, LocalBuilder bits)
    {
        IrType type = i.Type;
        switch (i.Opcode)
        {
            case Opcode.Neg when type.IsFloat():
                EmitOperands(i);
                calls.Operation($"Neg{type}");
                break;
            case Opcode.Add or Opcode.Sub or Opcode.Mul or Opcode.Div or Opcode.And or Opcode.Or or Opcode.Xor or Opcode.Not or Opcode.Neg:
                EmitOperands(i);
                calls.Generic(i.Opcode.ToString(), type);
                break;
            case Opcode.DivS or Opcode.DivU or Opcode.RemS or Opcode.RemU or Opcode.Rem:
                EmitOperands(i);
                calls.Each(LaneCalls.Scalar(i.Opcode.ToString(), Element(i), Element(i)), type, type);
                break;
            case Opcode.MulHighS or Opcode.MulHighU:
                EmitOperands(i);
                calls.Each(typeof(SimulatedMath).GetMethod(i.Opcode.ToString(), [Element(i), Element(i)])!, type, type);
                break;
            case Opcode.Shl or Opcode.ShrS or Opcode.ShrU:
                EmitShift(i);
                break;
            case Opcode.Compare:
                EmitOperands(i);
                EmitCompare((Condition)i.Kind, i.Operands[0].Type);
                break;
            case Opcode.Select:
                values.LoadLanes(i.Operands[1]);
                values.LoadLanes(i.Operands[0]);
                values.LoadLanes(i.Operands[2]);
                calls.Generic("Blend", type);
                break;
            case Opcode.Convert:
                EmitOperands(i);
                EmitConversion((Conversion)i.Kind, i.Operands[0].Type, type);
                break;
            case Opcode.Math:
                EmitOperands(i);
                EmitFunction((MathFunction)i.Kind, i.Operands[0].Type, type);
                break;
            default:
                EmitMemoryOrPosition(i, bits);
                break;
        }
    }

    private void EmitOperands(Instruction i)
    {
        foreach (Value operand in i.Operands)
        {
            values.LoadLanes(operand);
        }
    }

    private void EmitShift(Instruction i)
    {
        Value count = i.Operands[1];
        values.LoadLanes(i.Operands[0]);
        if (values.IsUniform(count))
        {
            values.Scalars.Load(count);
            calls.Sized(i.Opcode.ToString(), i.Type);
            return;
        }

        values.LoadLanes(count);
        if (i.Type == IrType.Int64)
        {
            calls.Operation(nameof(LaneOperations.Widen));
        }

        calls.Each(LaneCalls.Scalar(i.Opcode.ToString(), Element(i), Element(i)), i.Type, i.Type);
    }

    /// <summary>As <see cref="MathTranslator.EmitCompare"/>: what NaN satisfies is the opposite of an ordered comparison.</summary>
    private void EmitCompare(Condition condition, IrType type)
    {
        if (!type.IsFloat() && condition is Condition.LtUn or Condition.LeUn or Condition.GtUn or Condition.GeUn)
        {
            calls.Sized(condition is Condition.LtUn or Condition.GeUn ? "LessUnsigned" : "GreaterUnsigned", type);
            EmitNot(condition is Condition.LeUn or Condition.GeUn);
            return;
        }

        (string name, bool isOpposite) = condition switch
        {
            Condition.Eq => ("Equal", false),
            Condition.Ne => ("Equal", true),
            Condition.Lt => ("Less", false),
            Condition.Le => ("LessOrEqual", false),
            Condition.Gt => ("Greater", false),
            Condition.Ge => ("GreaterOrEqual", false),
            Condition.LtUn => ("GreaterOrEqual", true),
            Condition.LeUn => ("Greater", true),
            Condition.GtUn => ("LessOrEqual", true),
            _ => ("Less", true),
        };
        calls.Generic(name, type);
        EmitNot(isOpposite);
    }

    private void EmitNot(bool isOpposite)
    {
        if (isOpposite)
        {
            calls.Generic("Not", IrType.Bool);
        }
    }

    private void EmitConversion(Conversion conversion, IrType from, IrType to)
    {
        switch (conversion)
        {
            case Conversion.SignExtend8 or Conversion.SignExtend16 or Conversion.ZeroExtend8 or Conversion.ZeroExtend16
                or Conversion.ZeroExtend32 or Conversion.BoolToInt:
                calls.Operation(conversion.ToString());
                break;
            case Conversion.SignExtend32:
                calls.Operation(nameof(LaneOperations.Widen));
                break;
            case Conversion.Truncate:
                calls.Operation(nameof(LaneOperations.Narrow));
                break;
            case Conversion.SignedToFloat when from == IrType.Int32 && to == IrType.Float32:
                calls.Operation(nameof(LaneOperations.Int32ToFloat32));
                break;
            case Conversion.FloatToFloat:
                calls.Operation($"{from}To{to}");
                break;
            case Conversion.SignedToFloat or Conversion.UnsignedToFloat:
                string sign = conversion == Conversion.UnsignedToFloat ? "U" : string.Empty;
                calls.Each(LaneCalls.Scalar($"{sign}{from}To{to}", ValueLocals.ClrType(from)), from, to);
                break;
            case Conversion.FloatToSigned or Conversion.FloatToUnsigned:
                string target = conversion == Conversion.FloatToUnsigned ? $"U{to}" : to.ToString();
                calls.Each(LaneCalls.Scalar($"{from}To{target}", ValueLocals.ClrType(from)), from, to);
                break;
            case Conversion.FloatToHalf:
                calls.Each(typeof(SimulatedMath).GetMethod(nameof(SimulatedMath.FloatToHalf))!, from, to);
                break;
            case Conversion.HalfToFloat:
                calls.Each(typeof(SimulatedMath).GetMethod(nameof(SimulatedMath.HalfToFloat))!, from, to);
                break;
            case Conversion.PointerToInteger or Conversion.IntegerToPointer:
                break;
            default:
                calls.Operation($"Bitcast{from}");
                break;
        }
    }

    private void EmitFunction(MathFunction function, IrType from, IrType to)
    {
        switch (function)
        {
            case MathFunction.Abs or MathFunction.Sqrt or MathFunction.Rcp or MathFunction.Rsqrt or MathFunction.Floor
                or MathFunction.Ceiling or MathFunction.Truncate or MathFunction.Min or MathFunction.Max or MathFunction.Fma
                or MathFunction.IsNaN or MathFunction.IsInfinity or MathFunction.IsFinite when from.IsFloat():
            case MathFunction.MinS or MathFunction.MaxS:
                calls.Sized(function.ToString(), from);
                break;
            default:
                calls.Each(MathMethods.Of(function, from), from, to);
                break;
        }
    }

    private void EmitMemoryOrPosition(Instruction i, LocalBuilder bits)
    {
        switch (i.Opcode)
        {
            case Opcode.ThreadIndex:
                EmitBatch($"ThreadIndex{(i.Kind == 0 ? "X" : i.Kind == 1 ? "Y" : "Z")}");
                calls.Memory(nameof(LaneMemory.Positions));
                break;
            case Opcode.LaneIndex:
                EmitBatch(nameof(LaneBatch.LaneIndex));
                calls.Memory(nameof(LaneMemory.Positions));
                break;
            case Opcode.LocalAlloca:
                EmitBatch(nameof(LaneBatch.Local));
                EmitBatch(nameof(LaneBatch.LocalStride));
                il.Emit(OpCodes.Ldc_I4, layout.OffsetOf(i));
                calls.Memory(nameof(LaneMemory.Local));
                break;
            case Opcode.Address:
                EmitAddress(i);
                break;
            case Opcode.Load:
                EmitLoad(i, bits);
                break;
            case Opcode.Atomic:
                EmitOperands(i);
                il.Emit(OpCodes.Ldc_I4, i.Kind);
                il.Emit(OpCodes.Ldloc, bits);
                calls.Memory($"Atomic{i.Type}");
                break;
            case Opcode.AtomicCompareExchange:
                EmitOperands(i);
                il.Emit(OpCodes.Ldloc, bits);
                calls.Memory($"CompareExchange{LaneCalls.Bits(i.Type)}", Element(i));
                break;
            default:
                throw new NotSupportedException($"Lanes do not run '{i.Opcode}' ({i.Location?.Chain()}).");
        }
    }

    private void EmitBatch(string field)
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, typeof(LaneBatch).GetField(field)!);
    }

    private void EmitAddress(Instruction i)
    {
        values.LoadLanes(i.Operands[0]);
        if (i.Operands.Length > 1)
        {
            values.LoadLanes(i.Operands[1]);
            if (i.Operands[1].Type == IrType.Int32)
            {
                calls.Operation(nameof(LaneOperations.Widen));
            }

            if (i.Scale > 0 && BitOperations.IsPow2(i.Scale))
            {
                il.Emit(OpCodes.Ldc_I4, BitOperations.Log2((ulong)i.Scale));
                calls.Operation(nameof(LaneOperations.AddressShifted));
            }
            else
            {
                il.Emit(OpCodes.Ldc_I8, i.Scale);
                calls.Operation(nameof(LaneOperations.Address));
            }
        }

        if (i.Offset != 0)
        {
            il.Emit(OpCodes.Ldc_I8, i.Offset);
            calls.Operation(nameof(LaneOperations.AddressMoved));
        }
    }

    /// <summary>Pushes the start that all lanes have in common, the index of each, and the bytes between elements.</summary>
    private void EmitIndexed(Instruction address)
    {
        values.Scalars.Load(address.Operands[0]);
        if (address.Offset != 0)
        {
            il.Emit(OpCodes.Ldc_I8, address.Offset);
            il.Emit(OpCodes.Add);
        }

        values.LoadLanes(address.Operands[1]);
        il.Emit(OpCodes.Ldc_I8, address.Scale);
    }

    private void EmitLoad(Instruction i, LocalBuilder bits)
    {
        if (values.IsUniform(i.Operands[0]))
        {
            values.Scalars.Load(i.Operands[0]);
            il.Emit(OpCodes.Conv_I);
            il.Emit(PlainMemory.Load(i.Memory));
            values.Broadcast(i.Type);
        }
        else if (plan.FusedAddress(i) is { } address)
        {
            EmitIndexed(address);
            il.Emit(OpCodes.Ldloc, bits);
            calls.Memory($"LoadIndexed{LaneCalls.Bits(i.Type)}", Element(i));
        }
        else
        {
            values.LoadLanes(i.Operands[0]);
            if (i.Memory.Size() < sizeof(int))
            {
                il.Emit(OpCodes.Ldc_I4, (int)i.Memory);
                il.Emit(OpCodes.Ldloc, bits);
                calls.Memory(nameof(LaneMemory.LoadNarrow));
            }
            else
            {
                il.Emit(OpCodes.Ldloc, bits);
                calls.Memory($"Load{LaneCalls.Bits(i.Type)}", Element(i));
            }
        }
    }

    private void EmitStore(Instruction i, LocalBuilder bits)
    {
        Value value = i.Operands[1];
        if (values.IsUniform(i.Operands[0]) && values.IsUniform(value))
        {
            uniform.EmitStatement(i);
        }
        else if (plan.FusedAddress(i) is { } address)
        {
            EmitIndexed(address);
            values.LoadLanes(value);
            il.Emit(OpCodes.Ldloc, bits);
            calls.Memory($"StoreIndexed{LaneCalls.Bits(value.Type)}", Element(value));
        }
        else
        {
            values.LoadLanes(i.Operands[0]);
            values.LoadLanes(value);
            if (i.Memory.Size() < sizeof(int))
            {
                il.Emit(OpCodes.Ldc_I4, i.Memory.Size());
                il.Emit(OpCodes.Ldloc, bits);
                calls.Memory(nameof(LaneMemory.StoreNarrow));
            }
            else
            {
                il.Emit(OpCodes.Ldloc, bits);
                calls.Memory($"Store{LaneCalls.Bits(value.Type)}", Element(value));
            }
        }
    }
}
