namespace ILGPU.IR.Passes;

/// <summary>
/// Computes the halves of a 64-bit product of 32-bit numbers in 32 bits, as the rounds of random generators want them: in the lanes of
/// vectors, twice as many of them are multiplied at once, and nothing is widened.
/// </summary>
public static class NarrowProducts
{
    private const int HalfBits = 32;

    public static void Run(KernelFunction function)
    {
        var map = new Dictionary<Value, Value>();
        foreach (var block in function.Blocks)
        {
            for (var n = 0; n < block.Instructions.Count; n++)
            {
                if (Half(block.Instructions[n]) is { } half)
                {
                    map.Add(block.Instructions[n], half);
                    block.Instructions[n] = half;
                }
            }
        }

        function.Replace(map);
    }

    /// <summary>The half of a product that an instruction cuts off; null if it is something else.</summary>
    private static Instruction? Half(Instruction i)
    {
        if (i is not { Opcode: Opcode.Convert, Kind: (int)Conversion.Truncate, Operands: [Instruction wide] })
        {
            return null;
        }

        var isUpper = wide is { Opcode: Opcode.ShrU or Opcode.ShrS, Operands: [_, Constant { Bits: HalfBits }] };
        if ((isUpper ? wide.Operands[0] : wide) is not Instruction { Opcode: Opcode.Mul, Operands: [var a, var b] })
        {
            return null;
        }

        Opcode? opcode = !isUpper ? Opcode.Mul
            : IsExtended(a, Conversion.ZeroExtend32) && IsExtended(b, Conversion.ZeroExtend32) ? Opcode.MulHighU
            : IsExtended(a, Conversion.SignExtend32) && IsExtended(b, Conversion.SignExtend32) ? Opcode.MulHighS
            : null;
        return opcode is { } known && LowerHalf(a) is { } first && LowerHalf(b) is { } second
            ? new Instruction(known, IrType.Int32, first, second) { Location = i.Location }
            : null;
    }

    private static bool IsExtended(Value value, Conversion conversion) => value switch
    {
        Constant { Bits: var bits } => conversion == Conversion.SignExtend32 ? bits == (int)bits : bits == (uint)bits,
        Instruction { Opcode: Opcode.Convert, Kind: var kind } => kind == (int)conversion,
        _ => false,
    };

    /// <summary>The 32-bit number that was extended; null if none was.</summary>
    private static Value? LowerHalf(Value value) => value switch
    {
        Constant constant => Constant.Int32((int)constant.Bits),
        Instruction { Opcode: Opcode.Convert, Kind: (int)Conversion.SignExtend32 or (int)Conversion.ZeroExtend32 } extension =>
            extension.Operands[0],
        _ => null,
    };
}
