using System.Numerics;
using System.Reflection.Emit;
using System.Runtime.Intrinsics.X86;
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
    public void Emit(Instruction i, Block block, LaneMask mask)
    {
        if (plan.IsAbsorbed(i) || values.IsFolded(i))
        {
            return;
        }

        switch (i.Opcode)
        {
            case Opcode.Store:
                EmitStore(i, i.Operands[1], 0, mask);
                return;
            case Opcode.StoreVector:
                EmitStores(i, mask);
                return;
            case Opcode.LoadVector when !values.IsScalar(i):
                EmitLoads(i, block, mask);
                return;
            case Opcode.TupleElement when !values.IsScalar(i):
                return;
            case Opcode.Fence:
                uniform.EmitStatement(i);
                return;
            default:
                if (values.IsScalar(i))
                {
                    uniform.EmitStatement(i);
                    return;
                }

                break;
        }

        EmitLanes(i, mask);
        Store(i, block, mask);
    }

    /// <summary>Pushes a vector, whatever the value lives in, or computes it here if this is its only reader.</summary>
    public void LoadLanes(Value value)
    {
        if (values.IsScalar(value))
        {
            LoadScalar(value);
            values.Spread(value);
        }
        else if (values.IsFolded(value))
        {
            EmitLanes((Instruction)value, mask: null);
        }
        else
        {
            values.Load(value);
        }
    }

    /// <summary>Pushes a scalar that is the same in all lanes, or that of the first one.</summary>
    public void LoadScalar(Value value) => uniform.EmitValue(value);

    private void Store(Instruction i, Block block, LaneMask mask)
    {
        if (plan.KeepsOtherLanes(block, i))
        {
            values.StoreUnder(i, mask.Lanes);
        }
        else
        {
            values.Store(i);
        }
    }

    private static Type Element(Value value) => ValueLocals.ClrType(value.Type);

    /// <param name="i">What is no scalar.</param>
    /// <param name="mask">The lanes that take part; null for an operation without effects.</param>
    private void EmitLanes(Instruction i, LaneMask? mask)
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
            case Opcode.DivS or Opcode.RemS or Opcode.DivU or Opcode.RemU or Opcode.MulHighS or Opcode.MulHighU when type == IrType.Int32:
                EmitOperands(i);
                calls.Integers(i.Opcode.ToString());
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
                LoadLanes(i.Operands[1]);
                LoadLanes(i.Operands[0]);
                LoadLanes(i.Operands[2]);
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
                EmitMemoryOrPosition(i, mask);
                break;
        }
    }

    private void EmitOperands(Instruction i)
    {
        foreach (Value operand in i.Operands)
        {
            LoadLanes(operand);
        }
    }

    private void EmitShift(Instruction i)
    {
        Value count = i.Operands[1];
        LoadLanes(i.Operands[0]);
        if (values.IsUniform(count))
        {
            LoadScalar(count);
            calls.Sized(i.Opcode.ToString(), i.Type);
            return;
        }

        LoadLanes(count);
        if (i.Type == IrType.Int32)
        {
            calls.Integers(i.Opcode.ToString());
            return;
        }

        calls.Operation(nameof(LaneOperations.Widen));
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
            case Conversion.SignedToFloat when from == IrType.Int32:
                calls.Operation($"{from}To{to}");
                break;
            case Conversion.FloatToFloat:
                calls.Operation($"{from}To{to}");
                break;
            case Conversion.SignedToFloat or Conversion.UnsignedToFloat:
                string sign = conversion == Conversion.UnsignedToFloat ? "U" : string.Empty;
                calls.Each(LaneCalls.Scalar($"{sign}{from}To{to}", ValueLocals.ClrType(from)), from, to);
                break;
            case Conversion.FloatToSigned when from == IrType.Float32 && to == IrType.Int32:
                calls.Operation($"{from}To{to}");
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
                or MathFunction.RoundEven or MathFunction.IsNaN or MathFunction.IsInfinity or MathFunction.IsFinite when from.IsFloat():
            case MathFunction.MinS or MathFunction.MaxS:
                calls.Sized(function.ToString(), from);
                break;
            default:
                calls.Each(MathMethods.Of(function, from), from, to);
                break;
        }
    }

    private void EmitMemoryOrPosition(Instruction i, LaneMask? mask)
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
                EmitLoad(i, i.Type, 0, mask!);
                break;
            case Opcode.Atomic:
                EmitOperands(i);
                il.Emit(OpCodes.Ldc_I4, i.Kind);
                il.Emit(OpCodes.Ldloc, mask!.Bits);
                calls.Memory($"Atomic{i.Type}");
                break;
            case Opcode.AtomicCompareExchange:
                EmitOperands(i);
                il.Emit(OpCodes.Ldloc, mask!.Bits);
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
        LoadLanes(i.Operands[0]);
        if (i.Operands.Length > 1)
        {
            LoadLanes(i.Operands[1]);
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

    /// <summary>Pushes the start that all lanes have in common, and the index of each.</summary>
    private void EmitIndexed(Instruction address, int moved)
    {
        LoadScalar(address.Operands[0]);
        EmitMove(address.Offset + moved);
        LoadLanes(address.Operands[1]);
    }

    /// <summary>Moves the address on the stack.</summary>
    private void EmitMove(long bytes)
    {
        if (bytes != 0)
        {
            il.Emit(OpCodes.Ldc_I8, bytes);
            il.Emit(OpCodes.Add);
        }
    }

    private void EmitPointers(Value pointer, int moved)
    {
        LoadLanes(pointer);
        if (moved != 0)
        {
            il.Emit(OpCodes.Ldc_I8, (long)moved);
            calls.Operation(nameof(LaneOperations.AddressMoved));
        }
    }

    /// <summary>Pushes what lanes read.</summary>
    /// <param name="i">The load, of a scalar or of several.</param>
    /// <param name="type">Of the scalar.</param>
    /// <param name="moved">Bytes from where the load begins.</param>
    /// <param name="mask">The lanes that take part.</param>
    private void EmitLoad(Instruction i, IrType type, int moved, LaneMask mask)
    {
        Value pointer = i.Operands[0];
        Type element = ValueLocals.ClrType(type);
        int size = i.Memory.Size();
        if (values.IsUniform(pointer))
        {
            LoadScalar(pointer);
            EmitMove(moved);
            il.Emit(OpCodes.Conv_I);
            il.Emit(PlainMemory.Load(i.Memory));
            values.Broadcast(type);
        }
        else if (values.IsScalar(pointer) && values.StepOf(pointer) == size)
        {
            LoadScalar(pointer);
            EmitMove(moved);
            il.Emit(OpCodes.Conv_I);
            calls.LoadRow(i.Memory, type);
        }
        else if (values.IsScalar(pointer) && size >= sizeof(int))
        {
            LoadScalar(pointer);
            EmitMove(moved);
            calls.LoadStrided(type, values.StepOf(pointer), mask);
        }
        else if (plan.FusedAddress(i) is { } address)
        {
            EmitIndexed(address, moved);
            calls.LoadIndexed(type, address.Scale, mayBeRow: true, mask);
        }
        else
        {
            EmitPointers(pointer, moved);
            if (size < sizeof(int))
            {
                il.Emit(OpCodes.Ldc_I4, (int)i.Memory);
                il.Emit(OpCodes.Ldloc, mask.Bits);
                calls.Memory(nameof(LaneMemory.LoadNarrow));
            }
            else
            {
                il.Emit(OpCodes.Ldloc, mask.Bits);
                calls.Memory($"Load{LaneCalls.Bits(type)}", element);
            }
        }
    }

    /// <summary>Reads several neighbours a lane.</summary>
    private void EmitLoads(Instruction i, Block block, LaneMask mask)
    {
        IReadOnlyList<Instruction?> elements = plan.ElementsOf(i);
        Action<Instruction, int> emitElement = (element, k) => EmitLoad(i, element.Type, k * i.Memory.Size(), mask);
        if (Avx.IsSupported && AreQuads(i, elements.Count))
        {
            LoadScalar(i.Operands[0]);
            LocalBuilder[] quads = calls.LoadQuads(Element(elements.First(element => element is not null)!));
            emitElement = (_, k) => il.Emit(OpCodes.Ldloc, quads[k]);
        }
        else if (!values.IsScalar(i.Operands[0]) && plan.FusedAddress(i) is { } address)
        {
            LocalBuilder start = il.DeclareLocal(typeof(long)), index = il.DeclareLocal(LaneCalls.LaneType(IrType.Int32));
            EmitIndexed(address, 0);
            il.Emit(OpCodes.Stloc, index);
            il.Emit(OpCodes.Stloc, start);
            emitElement = (element, k) =>
            {
                il.Emit(OpCodes.Ldloc, start);
                EmitMove(k * i.Memory.Size());
                il.Emit(OpCodes.Ldloc, index);
                calls.LoadIndexed(element.Type, address.Scale, mayBeRow: false, mask);
            };
        }

        for (int k = 0; k < elements.Count; k++)
        {
            if (elements[k] is { } element)
            {
                emitElement(element, k);
                Store(element, block, mask);
            }
        }
    }

    /// <summary>Whether each lane's neighbours, four scalars of 32 bits, lie behind those of the lane before.</summary>
    private bool AreQuads(Instruction access, int count) => count == LaneQuads.Bytes / sizeof(int) && access.Memory.Size() == sizeof(int)
        && values.IsScalar(access.Operands[0]) && values.StepOf(access.Operands[0]) == LaneQuads.Bytes;

    private void EmitStores(Instruction i, LaneMask mask)
    {
        if (!AreQuads(i, i.Operands.Length - 1))
        {
            for (int k = 1; k < i.Operands.Length; k++)
            {
                EmitStore(i, i.Operands[k], (k - 1) * i.Memory.Size(), mask);
            }

            return;
        }

        LoadScalar(i.Operands[0]);
        foreach (Value value in i.Operands.Skip(1))
        {
            LoadLanes(value);
        }

        il.Emit(OpCodes.Ldloc, mask.Bits);
        calls.StoreQuads(Element(i.Operands[1]));
    }

    /// <summary>Writes a scalar a lane.</summary>
    /// <param name="i">The store, of a scalar or of several.</param>
    /// <param name="value">The scalar.</param>
    /// <param name="moved">Bytes from where the store begins.</param>
    /// <param name="mask">The lanes that take part.</param>
    private void EmitStore(Instruction i, Value value, int moved, LaneMask mask)
    {
        Value pointer = i.Operands[0];
        int size = i.Memory.Size();
        if (values.IsUniform(pointer) && values.IsUniform(value))
        {
            LoadScalar(pointer);
            EmitMove(moved);
            il.Emit(OpCodes.Conv_I);
            LoadScalar(value);
            il.Emit(PlainMemory.Store(i.Memory));
        }
        else if (values.IsScalar(pointer) && !values.IsUniform(pointer) && size >= sizeof(int))
        {
            bool isRow = values.StepOf(pointer) == size;
            LoadScalar(pointer);
            EmitMove(moved);
            if (!isRow)
            {
                il.Emit(OpCodes.Ldc_I4, values.StepOf(pointer));
            }

            LoadLanes(value);
            if (isRow)
            {
                calls.StoreRow(value.Type, mask);
            }
            else
            {
                il.Emit(OpCodes.Ldloc, mask.Bits);
                calls.Memory($"StoreStrided{LaneCalls.Bits(value.Type)}", Element(value));
            }
        }
        else if (plan.FusedAddress(i) is { } address)
        {
            EmitIndexed(address, moved);
            LoadLanes(value);
            calls.StoreIndexed(value.Type, address.Scale, mayBeRow: i.Opcode == Opcode.Store, mask);
        }
        else
        {
            EmitPointers(pointer, moved);
            LoadLanes(value);
            if (size < sizeof(int))
            {
                il.Emit(OpCodes.Ldc_I4, size);
                il.Emit(OpCodes.Ldloc, mask.Bits);
                calls.Memory(nameof(LaneMemory.StoreNarrow));
            }
            else
            {
                il.Emit(OpCodes.Ldloc, mask.Bits);
                calls.Memory($"Store{LaneCalls.Bits(value.Type)}", Element(value));
            }
        }
    }
}
