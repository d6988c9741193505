using System.Reflection.Emit;
using ILGPU.IR;
using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>Emits uniform and strided instructions as scalars, once for the batch.</summary>
internal sealed class UniformTranslator : InstructionTranslator
{
    private readonly ILGenerator il;

    private readonly MemoryLayout layout;

    public UniformTranslator(ILGenerator il, ValueLocals values, MemoryLayout layout)
        : base(il, values, new(), layout)
    {
        this.il = il;
        this.layout = layout;
    }

    /// <summary>Pushes a field of the group.</summary>
    public void EmitGroup(string field)
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, typeof(LaneBatch).GetField(nameof(LaneBatch.Group))!);
        il.Emit(OpCodes.Ldfld, typeof(VectorGroup).GetField(field)!);
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
                EmitOffset(layout.OffsetOf(i.Declaration!));
                break;
            case Opcode.DynamicShared:
                EmitGroup(nameof(VectorGroup.Shared));
                EmitOffset(layout.SharedBytes);
                break;
            case Opcode.DynamicSharedLength:
                EmitGroup(nameof(VectorGroup.DynamicSharedBytes));
                break;
            case Opcode.Load:
                EmitOperands(i);
                il.Emit(OpCodes.Conv_I);
                il.Emit(PlainMemory.Load(i.Memory));
                break;
            case Opcode.LoadVector:
                break;
            case Opcode.TupleElement:
                EmitElement(i);
                break;
            case Opcode.Store:
                EmitValue(i.Operands[0]);
                il.Emit(OpCodes.Conv_I);
                EmitValue(i.Operands[1]);
                il.Emit(PlainMemory.Store(i.Memory));
                break;
            case Opcode.GroupIndex or Opcode.GroupSize or Opcode.GridSize:
                EmitGroup($"{i.Opcode}{AxisOf(i)}");
                break;
            case Opcode.ThreadIndex:
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldfld, typeof(LaneBatch).GetField($"{i.Opcode}{AxisOf(i)}")!);
                il.Emit(OpCodes.Ldind_I4);
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
