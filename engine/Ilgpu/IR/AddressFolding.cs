namespace ILGPU.IR;

/// <summary>
/// Gathers address arithmetic into one base + index * scale + offset. An Int32 sum in an index may be split although C# lets it wrap:
/// an index that wraps is negative or beyond every view, so the access was out of bounds to begin with.
/// </summary>
internal static class AddressFolding
{
    public static Value? Simplify(Instruction i)
    {
        if (i.Operands.Length == 1)
        {
            return WithoutIndex(i);
        }

        var index = i.Operands[1];
        if (index is Constant c)
        {
            return Make(i, i.Offset + (c.Bits * i.Scale), i.Operands[0]);
        }

        if (i.Operands[0] is Instruction { Opcode: Opcode.Address, Operands.Length: 1 } inner)
        {
            return Make(i, i.Offset + inner.Offset, inner.Operands[0], index);
        }

        if (index is not Instruction part)
        {
            return null;
        }

        return part.Opcode switch
        {
            Opcode.Add when part.Operands[1] is Constant addend =>
                Make(i, i.Offset + (addend.Bits * i.Scale), i.Operands[0], part.Operands[0]),
            Opcode.Convert when (Conversion)part.Kind == Conversion.SignExtend32 || IsSmall(part) =>
                Make(i, i.Offset, i.Operands[0], part.Operands[0]),
            Opcode.Mul when part.Type == IrType.Int64 && part.Operands[1] is Constant factor && InRange(i.Scale * factor.Bits) =>
                Make(i, i.Offset, i.Operands[0], part.Operands[0], i.Scale * factor.Bits),
            Opcode.Shl when part.Type == IrType.Int64 && part.Operands[1] is Constant shift && InRange(i.Scale << (int)(shift.Bits & 63)) =>
                Make(i, i.Offset, i.Operands[0], part.Operands[0], i.Scale << (int)(shift.Bits & 63)),
            _ => null,
        };
    }

    private static Value? WithoutIndex(Instruction i)
    {
        if (i.Offset == 0)
        {
            return i.Operands[0];
        }

        if (i.Operands[0] is not Instruction { Opcode: Opcode.Address } inner)
        {
            return null;
        }

        return new Instruction(Opcode.Address, IrType.Pointer, inner.Operands)
        {
            Id = Simplifier.NotPlaced,
            Scale = inner.Scale,
            Offset = inner.Offset + i.Offset,
            Location = i.Location,
        };
    }

    // Widened without sign from something that has none.
    private static bool IsSmall(Instruction part) =>
        (Conversion)part.Kind == Conversion.ZeroExtend32
        && part.Operands[0] is Instruction { Opcode: Opcode.Convert, Kind: (int)Conversion.ZeroExtend8 or (int)Conversion.ZeroExtend16 or (
            int)Conversion.BoolToInt };

    private static bool InRange(long scale) => scale is > 0 and <= int.MaxValue;

    private static Instruction Make(Instruction i, long offset, Value pointer) =>
        new(Opcode.Address, IrType.Pointer, pointer) { Id = Simplifier.NotPlaced, Offset = offset, Location = i.Location };

    private static Instruction Make(Instruction i, long offset, Value pointer, Value index, long? scale = null) =>
        new(Opcode.Address, IrType.Pointer, pointer, index)
        {
            Id = Simplifier.NotPlaced,
            Scale = scale ?? i.Scale,
            Offset = offset,
            Location = i.Location,
        };
}
