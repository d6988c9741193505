using ILGPU.IR.Ranges;

namespace ILGPU.IR.Passes;

/// <summary>
/// Computes in 32 bits what was written in 64 on widened indices and provably fits: `(long)row * width + column` under guards, comparisons
/// with the length of a view. The result is widened once; addresses take it as it is.
/// </summary>
internal sealed class IndexNarrowing(RangeAnalysis ranges)
{
    private readonly Dictionary<Value, Value> _narrowed = [];

    /// <summary>
    /// What replaces a 64-bit instruction, its parts placed behind <paramref name="output"/>; null if it must stay as wide as it is.
    /// </summary>
    public Value? Narrow(Instruction i, Block block, List<Instruction> output)
    {
        if (i.Opcode == Opcode.Compare && i.Operands[0].Type == IrType.Int64)
        {
            return Compare(i, block, output);
        }

        if (i.Type != IrType.Int64 || !IsArithmetic(i) || !ranges.Of(i).FitsInt32 || !IsExact(i, block))
        {
            return null;
        }

        var operands = new Value[i.Operands.Length];
        var isLongWay = i.Opcode is Opcode.DivS or Opcode.DivU or Opcode.RemS or Opcode.RemU;
        for (var o = 0; o < operands.Length; o++)
        {
            if (Narrow(i.Operands[o], block, isLongWay, output, i.Location) is not { } narrow)
            {
                return null;
            }

            operands[o] = narrow;
        }

        var result = new Instruction(i.Opcode, IrType.Int32, operands) { Kind = i.Kind, Location = i.Location };
        output.Add(result);
        _narrowed.Add(i, result);
        return new Instruction(
            Opcode.Convert, IrType.Int64, result) { Id = Simplifier.NotPlaced, Kind = (int)Conversion.SignExtend32, Location = i.Location };
    }

    private Instruction? Compare(Instruction i, Block block, List<Instruction> output)
    {
        if (Narrow(i.Operands[0], block, truncates: false, output, i.Location) is not { } a
            || Narrow(i.Operands[1], block, truncates: false, output, i.Location) is not { } b)
        {
            return null;
        }

        return new Instruction(Opcode.Compare, IrType.Bool, a, b) { Id = Simplifier.NotPlaced, Kind = i.Kind, Location = i.Location };
    }

    private static bool IsArithmetic(Instruction i) => i.Opcode is >= Opcode.Add and <= Opcode.ShrU
        || (i.Opcode == Opcode.Math && (MathFunction)i.Kind is MathFunction.MinS or MathFunction.MaxS);

    // Sums, products and logic keep their low half whatever the high half is; the others need operands that mean the same in 32 bits.
    private bool IsExact(Instruction i, Block block)
    {
        switch (i.Opcode)
        {
            case Opcode.Shl or Opcode.ShrS:
                return ranges.Of(i.Operands[1], block).IsWithin(new(0, 31));
            case Opcode.ShrU:
                return ranges.Of(i.Operands[0], block).IsNotNegative && ranges.Of(i.Operands[1], block).IsWithin(new(0, 31));
            case Opcode.DivU or Opcode.RemU:
                return ranges.Of(i.Operands[0], block).IsNotNegative && ranges.Of(i.Operands[1], block).IsNotNegative;
            case Opcode.DivS or Opcode.RemS:
                return ranges.Of(i.Operands[0], block).Low > int.MinValue || ranges.Of(i.Operands[1], block).Low >= 0;
            default:
                return true;
        }
    }

    // The same number in 32 bits, or null. Cutting off the upper half costs nothing where it is an argument's, and little beside a
    // division.
    private Value? Narrow(Value value, Block block, bool truncates, List<Instruction> output, SourceLocation? location)
    {
        switch (value)
        {
            case { Type: not IrType.Int64 }:
                return value;
            case Constant constant:
                return constant.Bits == (int)constant.Bits ? Constant.Int32((int)constant.Bits) : null;
            case Instruction { Opcode: Opcode.Convert } wide when (Conversion)wide.Kind == Conversion.SignExtend32
                || ((Conversion)wide.Kind == Conversion.ZeroExtend32 && ranges.Of(wide.Operands[0]).IsNotNegative):
                return wide.Operands[0];
        }

        if (_narrowed.TryGetValue(value, out var known))
        {
            return known;
        }

        if (!(truncates || value is KernelArgument) || !ranges.Of(value, block).FitsInt32)
        {
            return null;
        }

        var low = new Instruction(Opcode.Convert, IrType.Int32, value) { Kind = (int)Conversion.Truncate, Location = location };
        output.Add(low);
        return low;
    }
}
