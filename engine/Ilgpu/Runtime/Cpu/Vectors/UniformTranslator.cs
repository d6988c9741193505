using System.Reflection.Emit;
using ILGPU.IR;
using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>Emits uniform and strided instructions as scalars, once for the batch.</summary>
internal sealed class UniformTranslator : InstructionTranslator
{
    private readonly ILGenerator _il;

    private readonly MemoryLayout _layout;

    public UniformTranslator(ILGenerator il, ValueLocals values, MemoryLayout layout)
        : base(il, values, new(), layout)
    {
        _il = il;
        _layout = layout;
    }

    /// <summary>Pushes a field of the group.</summary>
    public void EmitGroup(string field)
    {
        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Ldfld, typeof(LaneBatch).GetField(nameof(LaneBatch.Group))!);
        _il.Emit(OpCodes.Ldfld, typeof(VectorGroup).GetField(field)!);
    }

    protected override void EmitQuotient(Instruction i)
    {
        EmitOperands(i);
        Call(typeof(LaneScalars), i.Opcode.ToString(), Clr(i), Clr(i));
    }

    protected override void EmitMemoryOrPosition(Instruction i)
    {
        switch (i.Opcode)
        {
            case Opcode.SharedAddress:
                EmitGroup(nameof(VectorGroup.Shared));
                EmitOffset(_layout.OffsetOf(i.Declaration!));
                break;
            case Opcode.DynamicShared:
                EmitGroup(nameof(VectorGroup.Shared));
                EmitOffset(_layout.SharedBytes);
                break;
            case Opcode.DynamicSharedLength:
                EmitGroup(nameof(VectorGroup.DynamicSharedBytes));
                break;
            case Opcode.Load:
                EmitOperands(i);
                _il.Emit(OpCodes.Conv_I);
                _il.Emit(PlainMemory.Load(i.Memory));
                break;
            case Opcode.LoadVector:
                break;
            case Opcode.TupleElement:
                EmitElement(i);
                break;
            case Opcode.Store:
                EmitValue(i.Operands[0]);
                _il.Emit(OpCodes.Conv_I);
                EmitValue(i.Operands[1]);
                _il.Emit(PlainMemory.Store(i.Memory));
                break;
            case Opcode.GroupIndex or Opcode.GroupSize or Opcode.GridSize:
                EmitGroup($"{i.Opcode}{AxisOf(i)}");
                break;
            case Opcode.ThreadIndex:
                _il.Emit(OpCodes.Ldarg_0);
                _il.Emit(OpCodes.Ldfld, typeof(LaneBatch).GetField($"{i.Opcode}{AxisOf(i)}")!);
                _il.Emit(OpCodes.Ldind_I4);
                break;
            case Opcode.WarpSize:
                EmitGroup(nameof(VectorGroup.WarpSize));
                break;
            case Opcode.Fence:
                Call(typeof(Interlocked), nameof(Interlocked.MemoryBarrier));
                break;
            default:
                base.EmitMemoryOrPosition(i);
                break;
        }
    }
}
