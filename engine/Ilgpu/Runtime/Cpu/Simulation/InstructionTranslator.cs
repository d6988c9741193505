using System.Reflection;
using System.Reflection.Emit;
using ILGPU.IR;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>Emits single instructions.</summary>
internal class InstructionTranslator(
    ILGenerator il, ValueLocals values, SourceSites sites, MemoryLayout layout, bool isChecked = true)
{
    private static readonly Dictionary<Opcode, OpCode> s_simple = new()
    {
        [Opcode.Add] = OpCodes.Add,
        [Opcode.Sub] = OpCodes.Sub,
        [Opcode.Mul] = OpCodes.Mul,
        [Opcode.Div] = OpCodes.Div,
        [Opcode.Rem] = OpCodes.Rem,
        [Opcode.And] = OpCodes.And,
        [Opcode.Or] = OpCodes.Or,
        [Opcode.Xor] = OpCodes.Xor,
        [Opcode.Neg] = OpCodes.Neg,
    };

    private readonly MathTranslator _math = new(il);

    /// <summary>Emits an instruction that stands on its own and stores its result.</summary>
    public void EmitStatement(Instruction instruction)
    {
        EmitOperation(instruction);
        if (instruction.Type is not (IrType.Void or IrType.Tuple))
        {
            values.Store(instruction);
        }
    }

    /// <summary>Pushes a value, computing it here if this is its only reader.</summary>
    public void EmitValue(Value value)
    {
        if (value is Instruction instruction && values.IsFolded(instruction))
        {
            EmitOperation(instruction);
        }
        else
        {
            values.Load(value);
        }
    }

    private void EmitOperation(Instruction i)
    {
        switch (i.Opcode)
        {
            case Opcode.Add or Opcode.Sub or Opcode.Mul or Opcode.Div or Opcode.Rem or Opcode.And or Opcode.Or or Opcode.Xor or Opcode.Neg:
                EmitOperands(i);
                il.Emit(s_simple[i.Opcode]);
                RoundToSingle(i.Type);
                break;
            case Opcode.Not:
                EmitNot(i);
                break;
            case Opcode.Shl or Opcode.ShrS or Opcode.ShrU:
                EmitShift(i);
                break;
            case Opcode.DivS or Opcode.DivU or Opcode.RemS or Opcode.RemU:
                EmitQuotient(i);
                break;
            case Opcode.MulHighS or Opcode.MulHighU:
                EmitOperands(i);
                Call(typeof(SimulatedMath), i.Opcode.ToString(), Clr(i), Clr(i));
                break;
            case Opcode.Compare:
                EmitOperands(i);
                _math.EmitCompare((Condition)i.Kind, i.Operands[0].Type.IsFloat());
                break;
            case Opcode.Select:
                EmitSelect(i);
                break;
            case Opcode.Convert:
                EmitOperands(i);
                _math.EmitConversion((Conversion)i.Kind, i.Operands[0].Type, i.Type);
                break;
            case Opcode.Math:
                EmitOperands(i);
                _math.EmitFunction((MathFunction)i.Kind, i.Operands[0].Type);
                break;
            case Opcode.LocalAlloca or Opcode.SharedAddress or Opcode.DynamicShared or Opcode.Load or Opcode.Store or Opcode.Atomic
                or Opcode.AtomicCompareExchange or Opcode.LoadVector or Opcode.TupleElement or Opcode.StoreVector when !isChecked:
                EmitPlainMemory(i);
                break;
            default:
                EmitMemoryOrPosition(i);
                break;
        }
    }

    /// <summary>Divides integers.</summary>
    protected virtual void EmitQuotient(Instruction i)
    {
        il.Emit(OpCodes.Ldarg_0);
        EmitOperands(i);
        EmitSite(i);
        Call(typeof(SimulatedMath), i.Opcode.ToString(), typeof(SimulatedThread), Clr(i), Clr(i), typeof(int));
    }

    /// <summary>Accesses through addresses of the host. They are volatile: a loop may wait for what another thread writes.</summary>
    private void EmitPlainMemory(Instruction i)
    {
        switch (i.Opcode)
        {
            case Opcode.LocalAlloca:
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldfld, typeof(SimulatedThread).GetField(nameof(SimulatedThread.Local))!);
                EmitOffset(layout.OffsetOf(i));
                break;
            case Opcode.SharedAddress:
                EmitGroupField(nameof(SimulatedGroup.Shared));
                EmitOffset(layout.OffsetOf(i.Declaration!));
                break;
            case Opcode.DynamicShared:
                EmitGroupField(nameof(SimulatedGroup.Shared));
                EmitOffset(layout.SharedBytes);
                break;
            case Opcode.Load:
                EmitOperands(i);
                il.Emit(OpCodes.Conv_I);
                il.Emit(OpCodes.Volatile);
                il.Emit(PlainMemory.Load(i.Memory));
                break;
            case Opcode.Store:
                EmitValue(i.Operands[0]);
                il.Emit(OpCodes.Conv_I);
                EmitValue(i.Operands[1]);
                il.Emit(OpCodes.Volatile);
                il.Emit(PlainMemory.Store(i.Memory));
                break;
            case Opcode.LoadVector:
                break;
            case Opcode.TupleElement:
                EmitElement(i);
                break;
            case Opcode.StoreVector:
                for (int k = 1; k < i.Operands.Length; k++)
                {
                    EmitElementAddress(i, k - 1);
                    EmitValue(i.Operands[k]);
                    il.Emit(PlainMemory.Store(i.Memory));
                }

                break;
            case Opcode.Atomic:
                EmitOperands(i);
                il.Emit(OpCodes.Ldc_I4, i.Kind);
                Call(typeof(HostAtomics), nameof(HostAtomics.Update), typeof(long), Clr(i), typeof(AtomicKind));
                break;
            default:
                EmitOperands(i);
                Call(typeof(HostAtomics), nameof(HostAtomics.CompareExchange), typeof(long), Clr(i), Clr(i));
                break;
        }
    }

    /// <summary>Loads a part of a vector access, right behind it.</summary>
    protected void EmitElement(Instruction i)
    {
        var vector = (Instruction)i.Operands[0];
        EmitElementAddress(vector, i.Kind);
        il.Emit(PlainMemory.Load(vector.Memory));
    }

    /// <summary>Pushes where an element of a vector access lies.</summary>
    private void EmitElementAddress(Instruction access, int number)
    {
        EmitValue(access.Operands[0]);
        il.Emit(OpCodes.Ldc_I8, (long)number * access.Memory.Size());
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Conv_I);
    }

    /// <summary>Makes an address of the host of the pointer on the stack.</summary>
    protected void EmitOffset(int offset)
    {
        il.Emit(OpCodes.Conv_U8);
        il.Emit(OpCodes.Ldc_I8, (long)offset);
        il.Emit(OpCodes.Add);
    }

    /// <summary>Reads and writes memory, asks for the position in the grid, checks.</summary>
    protected virtual void EmitMemoryOrPosition(Instruction i)
    {
        switch (i.Opcode)
        {
            case Opcode.LocalAlloca:
                il.Emit(OpCodes.Ldc_I8, TaggedPointer.Make(TaggedPointer.Local, layout.OffsetOf(i)));
                break;
            case Opcode.SharedAddress:
                il.Emit(OpCodes.Ldc_I8, TaggedPointer.Make(TaggedPointer.Shared, layout.OffsetOf(i.Declaration!)));
                break;
            case Opcode.DynamicShared:
                il.Emit(OpCodes.Ldc_I8, TaggedPointer.Make(TaggedPointer.Shared, layout.SharedBytes));
                break;
            case Opcode.DynamicSharedLength:
                EmitGroupField(nameof(SimulatedGroup.DynamicSharedBytes));
                break;
            case Opcode.Address:
                EmitAddress(i);
                break;
            case Opcode.Load:
                il.Emit(OpCodes.Ldarg_0);
                EmitOperands(i);
                EmitSite(i);
                Call(typeof(SimulatedMemory), $"Load{Name(i.Memory)}", typeof(SimulatedThread), typeof(long), typeof(int));
                break;
            case Opcode.Store:
                il.Emit(OpCodes.Ldarg_0);
                EmitOperands(i);
                EmitSite(i);
                Call(
                    typeof(SimulatedMemory), $"Store{Name(i.Memory).Replace("UInt", "Int")}", typeof(SimulatedThread), typeof(long),
                    Clr(i.Operands[1]), typeof(int));
                break;
            case Opcode.Atomic:
                il.Emit(OpCodes.Ldarg_0);
                EmitOperands(i);
                il.Emit(OpCodes.Ldc_I4, i.Kind);
                EmitSite(i);
                Call(
                    typeof(SimulatedAtomics), nameof(SimulatedAtomics.Update), typeof(SimulatedThread), typeof(long), Clr(i),
                    typeof(AtomicKind), typeof(int));
                break;
            case Opcode.AtomicCompareExchange:
                il.Emit(OpCodes.Ldarg_0);
                EmitOperands(i);
                EmitSite(i);
                Call(
                    typeof(SimulatedAtomics), nameof(SimulatedAtomics.CompareExchange), typeof(SimulatedThread), typeof(long), Clr(i),
                    Clr(i), typeof(int));
                break;
            case Opcode.ThreadIndex:
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldfld, typeof(SimulatedThread).GetField(AxisOf(i))!);
                break;
            case Opcode.GroupIndex:
                EmitGroupField(AxisOf(i));
                break;
            case Opcode.GroupSize or Opcode.GridSize:
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldfld, typeof(SimulatedThread).GetField(nameof(SimulatedThread.Group))!);
                il.Emit(
                    OpCodes.Ldflda,
                    typeof(SimulatedGroup)
                        .GetField(i.Opcode == Opcode.GroupSize ? nameof(SimulatedGroup.GroupDim) : nameof(SimulatedGroup.GridDim))!);
                il.Emit(OpCodes.Call, typeof(Index3D).GetProperty(AxisOf(i))!.GetMethod!);
                break;
            case Opcode.LaneIndex:
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldfld, typeof(SimulatedThread).GetField(nameof(SimulatedThread.Lane))!);
                break;
            case Opcode.WarpSize:
                EmitGroupField(nameof(SimulatedGroup.WarpSize));
                break;
            case Opcode.Fence:
                break;
            case Opcode.CheckBounds:
                il.Emit(OpCodes.Ldarg_0);
                EmitOperands(i);
                EmitSite(i);
                Call(
                    typeof(SimulatedChecks), nameof(SimulatedChecks.Bounds), typeof(SimulatedThread), typeof(long), typeof(long),
                    typeof(int));
                break;
            case Opcode.Assert:
                il.Emit(OpCodes.Ldarg_0);
                EmitOperands(i);
                il.Emit(OpCodes.Ldstr, i.Text ?? string.Empty);
                EmitSite(i);
                Call(
                    typeof(SimulatedChecks), nameof(SimulatedChecks.Assert), typeof(SimulatedThread), typeof(bool), typeof(string),
                    typeof(int));
                break;
            case Opcode.Print:
                EmitPrint(i);
                break;
            default:
                throw new NotSupportedException($"The simulator does not run '{i.Opcode}' ({i.Location?.Chain()}).");
        }
    }

    protected static Type Clr(Value value) => ValueLocals.ClrType(value.Type);

    /// <summary>X, Y or Z.</summary>
    protected static string AxisOf(Instruction i) => i.Kind switch
    {
        0 => "X",
        1 => "Y",
        _ => "Z",
    };

    private static string Name(MemoryType type) => type == MemoryType.Pointer ? nameof(MemoryType.Int64) : type.ToString();

    protected void EmitOperands(Instruction i)
    {
        foreach (Value operand in i.Operands)
        {
            EmitValue(operand);
        }
    }

    private void EmitSite(Instruction i) => il.Emit(OpCodes.Ldc_I4, sites.Add(i.Location));

    private void RoundToSingle(IrType type)
    {
        if (type == IrType.Float32)
        {
            il.Emit(OpCodes.Conv_R4);
        }
    }

    private void EmitNot(Instruction i)
    {
        EmitOperands(i);
        if (i.Type == IrType.Bool)
        {
            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Ceq);
        }
        else
        {
            il.Emit(OpCodes.Not);
        }
    }

    private void EmitShift(Instruction i)
    {
        EmitOperands(i);
        il.Emit(OpCodes.Ldc_I4, i.Type == IrType.Int64 ? 63 : 31);
        il.Emit(OpCodes.And);
        il.Emit(i.Opcode switch
        {
            Opcode.Shl => OpCodes.Shl,
            Opcode.ShrS => OpCodes.Shr,
            _ => OpCodes.Shr_Un,
        });
    }

    private void EmitSelect(Instruction i)
    {
        Label end = il.DefineLabel();
        EmitValue(i.Operands[1]);
        EmitValue(i.Operands[2]);
        LocalBuilder otherwise = il.DeclareLocal(Clr(i));
        il.Emit(OpCodes.Stloc, otherwise);
        EmitValue(i.Operands[0]);
        il.Emit(OpCodes.Brtrue, end);
        il.Emit(OpCodes.Pop);
        il.Emit(OpCodes.Ldloc, otherwise);
        il.MarkLabel(end);
    }

    private void EmitAddress(Instruction i)
    {
        EmitValue(i.Operands[0]);
        if (i.Operands.Length > 1)
        {
            EmitValue(i.Operands[1]);
            if (i.Operands[1].Type == IrType.Int32)
            {
                il.Emit(OpCodes.Conv_I8);
            }

            il.Emit(OpCodes.Ldc_I8, i.Scale);
            il.Emit(OpCodes.Mul);
            il.Emit(OpCodes.Add);
        }

        if (i.Offset == 0)
        {
            return;
        }

        il.Emit(OpCodes.Ldc_I8, i.Offset);
        il.Emit(OpCodes.Add);
    }

    private void EmitGroupField(string name)
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, typeof(SimulatedThread).GetField(nameof(SimulatedThread.Group))!);
        il.Emit(OpCodes.Ldfld, typeof(SimulatedGroup).GetField(name)!);
    }

    private void EmitPrint(Instruction i)
    {
        // A hole marked with u holds an unsigned number, which the IR's types do not say.
        string format = i.Text!;
        Type[] types = [.. i.Operands.Select(Clr)];
        for (int k = 0; k < types.Length; k++)
        {
            string mark = $"{{{k}u}}";
            if (format.Contains(mark, StringComparison.Ordinal))
            {
                format = format.Replace(mark, $"{{{k}}}", StringComparison.Ordinal);
                types[k] = types[k] == typeof(long) ? typeof(ulong) : typeof(uint);
            }
        }

        il.Emit(OpCodes.Ldstr, format);
        il.Emit(OpCodes.Ldc_I4, i.Operands.Length);
        il.Emit(OpCodes.Newarr, typeof(object));
        for (int k = 0; k < i.Operands.Length; k++)
        {
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldc_I4, k);
            EmitValue(i.Operands[k]);
            il.Emit(OpCodes.Box, types[k]);
            il.Emit(OpCodes.Stelem_Ref);
        }

        Call(typeof(SimulatedChecks), nameof(SimulatedChecks.Print), typeof(string), typeof(object[]));
    }

    protected void Call(Type type, string name, params Type[] parameters)
    {
        MethodInfo target = type.GetMethod(name, BindingFlags.Public | BindingFlags.Static, parameters)
            ?? throw new InvalidOperationException($"{type.Name} has no {name}({string.Join(", ", parameters.Select(p => p.Name))}).");
        il.Emit(OpCodes.Call, target);
    }
}
