using ILGPU.IR;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>
/// Transfer functions of the divergence analysis: the step of a result from those of its operands. For Int32, which wraps around the same
/// way in all lanes, and for pointers, whose indices don't.
/// </summary>
internal static class LaneSteps
{
    /// <summary>Steps beyond this could overflow in the seven that lead to the last lane.</summary>
    private const long LargestStep = 1 << 24;

    /// <summary>The bits in which the numbers of lanes differ.</summary>
    private const int LaneBits = VectorPlan.Lanes - 1;

    /// <summary>Shifts by this much leave nothing of the number of a lane.</summary>
    private const int LaneWidth = 3;

    public static LaneStep OfConstant(Constant constant) =>
        LaneStep.Same with { IsAligned = constant.Type == IrType.Int32 && constant.Bits % VectorPlan.Lanes == 0 };

    /// <summary>The result of an operation without effects.</summary>
    /// <param name="i">The operation.</param>
    /// <param name="operands">What is known of its operands.</param>
    public static LaneStep Of(Instruction i, LaneStep[] operands)
    {
        if (!Array.TrueForAll(operands, operand => operand.IsKnown))
        {
            return LaneStep.Unknown;
        }

        LaneStep step = (i.Opcode, i.Type, operands) switch
        {
            (Opcode.Add, IrType.Int32, [var a, var b]) => new(true, a.Step + b.Step, a.IsAligned && b.IsAligned),
            (Opcode.Sub, IrType.Int32, [var a, var b]) => new(true, a.Step - b.Step, a.IsAligned && b.IsAligned),
            (Opcode.Mul, IrType.Int32, [var a, var b]) => Product(i, a, b),
            (Opcode.Shl, IrType.Int32, [var a, { IsUniform: true }]) when i.Operands[1] is Constant { Bits: >= 0 and < 24 and var count } =>
                Scaled(a, 1L << (int)count),
            (Opcode.ShrS or Opcode.ShrU, IrType.Int32, [{ IsRow: true }, _])
                when i.Operands[1] is Constant { Bits: >= LaneWidth and <= 31 } => LaneStep.Same,
            (Opcode.And, IrType.Int32, [var a, var b]) => Masked(i, a, b),
            (Opcode.Or or Opcode.Xor, IrType.Int32, [{ IsRow: true }, { IsUniform: true, IsAligned: true }])
                or (Opcode.Or or Opcode.Xor, IrType.Int32, [{ IsUniform: true, IsAligned: true }, { IsRow: true }]) =>
                    new(true, 1, IsAligned: true),
            (Opcode.Compare, _, [{ IsRow: true }, { IsUniform: true, IsAligned: true }])
                when (Condition)i.Kind is Condition.Lt or Condition.Ge or Condition.LtUn or Condition.GeUn => LaneStep.Same,
            (Opcode.Compare, _, [{ IsUniform: true, IsAligned: true }, { IsRow: true }])
                when (Condition)i.Kind is Condition.Gt or Condition.Le or Condition.GtUn or Condition.LeUn => LaneStep.Same,
            (Opcode.Select, IrType.Int32 or IrType.Pointer, [{ IsUniform: true }, var a, var b]) => a.Meet(b),
            (Opcode.Address, _, [var start]) => start,
            (Opcode.Address, _, [var start, var index]) when i.Operands[1].Type == IrType.Int32 || index.IsUniform =>
                new(true, (int)Math.Clamp(start.Step + (index.Step * i.Scale), -LargestStep, LargestStep)),
            _ => LaneStep.Unknown,
        };
        if (step.IsKnown && Math.Abs((long)step.Step) < LargestStep)
        {
            return step;
        }

        return Array.TrueForAll(operands, operand => operand.IsUniform) ? LaneStep.Same : LaneStep.Unknown;
    }

    private static LaneStep Product(Instruction i, LaneStep a, LaneStep b) => (i.Operands[0], i.Operands[1]) switch
    {
        (_, Constant factor) => Scaled(a, factor.AsInt32),
        (Constant factor, _) => Scaled(b, factor.AsInt32),
        _ when a.IsUniform && b.IsUniform => LaneStep.Same with { IsAligned = a.IsAligned || b.IsAligned },
        _ => LaneStep.Unknown,
    };

    private static LaneStep Scaled(LaneStep a, long factor)
    {
        long step = a.Step * factor;
        return Math.Abs(step) < LargestStep
            ? new(true, (int)step, a.IsAligned || factor % VectorPlan.Lanes == 0)
            : LaneStep.Unknown;
    }

    private static LaneStep Masked(Instruction i, LaneStep a, LaneStep b)
    {
        if (a.IsUniform && b.IsUniform)
        {
            return LaneStep.Same with { IsAligned = a.IsAligned || b.IsAligned };
        }

        (LaneStep row, Value mask) = b.IsUniform ? (a, i.Operands[1]) : (b, i.Operands[0]);
        return row.IsRow && mask is Constant constant
            ? (constant.AsInt32 & LaneBits) switch
            {
                LaneBits => new(true, 1, IsAligned: true),
                0 => LaneStep.Same with { IsAligned = true },
                _ => LaneStep.Unknown,
            }
            : LaneStep.Unknown;
    }
}
