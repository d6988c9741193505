using System.Numerics;

namespace ILGPU.IR;

/// <summary>The largest power of two, in bytes, that a pointer is known to be a multiple of.</summary>
internal static class Alignments
{
    private const int Deepest = 16;
    private const long Any = 1L << 30;

    public static long Of(Value pointer)
    {
        switch (pointer)
        {
            case KernelArgument argument:
                return argument.Alignment;
            case Instruction { Opcode: Opcode.SharedAddress } shared:
                return shared.Declaration!.Alignment;
            case Instruction { Opcode: Opcode.DynamicShared }:
                return 16;
            case Instruction { Opcode: Opcode.LocalAlloca } local:
                return Math.Max(8, local.Offset);
            case Instruction { Opcode: Opcode.Address } address:
                var known = Math.Min(Of(address.Operands[0]), PowerOfTwo(address.Offset));
                return address.Operands.Length == 1
                    ? known
                    : Math.Min(known, Math.Min(Any, Factor(address.Operands[1], 0) * PowerOfTwo(address.Scale)));
            default:
                return 1;
        }
    }

    // The power of two that divides an integer; wrapping around keeps it.
    private static long Factor(Value value, int depth)
    {
        if (value is Constant constant)
        {
            return PowerOfTwo(constant.Bits);
        }

        if (value is not Instruction i || depth > Deepest)
        {
            return 1;
        }

        return i.Opcode switch
        {
            Opcode.Mul => Math.Min(Any, Operand(0) * Operand(1)),
            Opcode.Add or Opcode.Sub or Opcode.Or => Math.Min(Operand(0), Operand(1)),
            Opcode.And => Math.Max(Operand(0), Operand(1)),
            Opcode.Shl when i.Operands[1] is Constant { Bits: >= 0 and < 30 } shift => Math.Min(Any, Operand(0) << (int)shift.Bits),
            Opcode.Select => Math.Min(Operand(1), Operand(2)),
            Opcode.Convert when (Conversion)i.Kind is Conversion.SignExtend32 or Conversion.ZeroExtend32 or Conversion.Truncate =>
                Operand(0),
            _ => 1,
        };

        long Operand(int index) => Factor(i.Operands[index], depth + 1);
    }

    private static long PowerOfTwo(long value) => value == 0 ? Any : Math.Min(Any, 1L << BitOperations.TrailingZeroCount(value));
}
