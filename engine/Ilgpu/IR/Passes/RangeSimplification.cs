using System.Numerics;
using ILGPU.IR.Ranges;

namespace ILGPU.IR.Passes;

/// <summary>
/// What the <see cref="RangeAnalysis"/> makes cheaper: comparisons and bounds checks that ranges decide, divisions of numbers that are
/// never negative as shifts, masks or unsigned divisions, clamps and masks that change nothing, and 64-bit arithmetic on indices whose
/// result fits 32 bits (<see cref="IndexNarrowing"/>).
/// </summary>
public static class RangeSimplification
{
    public static void Run(KernelFunction function, LaunchLimits limits)
    {
        var ranges = new RangeAnalysis(function, limits);
        var narrowing = new IndexNarrowing(ranges);
        var indices = FindIndices(function);
        var map = new Dictionary<Value, Value>();
        foreach (var block in ControlFlow.Reachable(function))
        {
            var output = new List<Instruction>(block.Instructions.Count);
            foreach (var instruction in block.Instructions)
            {
                if (IsSuperfluousCheck(instruction, ranges, block))
                {
                    continue;
                }

                var value = Simplify(instruction, ranges, block, indices) ?? narrowing.Narrow(instruction, block, output);
                if (value is null)
                {
                    output.Add(instruction);
                    continue;
                }

                map.Add(instruction, value);
                if (value is Instruction { Id: Simplifier.NotPlaced } replacement)
                {
                    replacement.Id = 0;
                    output.Add(replacement);
                }
            }

            block.Instructions = output;
            if (block.Terminator.Condition is { Type: IrType.Bool } condition and not Constant
                && ranges.Of(condition, block) is { IsConstant: true } decided)
            {
                block.Terminator.Condition = Constant.Bool(decided.Low != 0);
            }
        }

        function.Replace(map);
    }

    // What addresses are made of.
    private static HashSet<Value> FindIndices(KernelFunction function)
    {
        var indices = new HashSet<Value>();
        for (var b = function.Blocks.Count - 1; b >= 0; b--)
        {
            var instructions = function.Blocks[b].Instructions;
            for (var n = instructions.Count - 1; n >= 0; n--)
            {
                var i = instructions[n];
                if (i.Opcode == Opcode.Address && i.Operands.Length > 1)
                {
                    indices.Add(i.Operands[1]);
                }
                else if (i.Opcode is Opcode.Add or Opcode.Sub or Opcode.Mul or Opcode.Shl && indices.Contains(i))
                {
                    indices.UnionWith(i.Operands);
                }
            }
        }

        return indices;
    }

    private static Value? Simplify(Instruction i, RangeAnalysis ranges, Block block, HashSet<Value> indices)
    {
        if (!i.IsPure || i.Operands.Length == 0)
        {
            return null;
        }

        if (i.Opcode == Opcode.Compare)
        {
            return i.Operands[0].Type.IsInteger() && ranges.Decide(i, block) is { } decided ? Constant.Bool(decided) : null;
        }

        if (!i.Type.IsInteger() && i.Opcode != Opcode.Select)
        {
            return null;
        }

        if (i.Type.IsInteger() && ranges.Of(i) is { IsConstant: true } only)
        {
            return ConstantFolding.Integer(i.Type, only.Low);
        }

        return i.Opcode switch
        {
            Opcode.DivS or Opcode.DivU or Opcode.RemS or Opcode.RemU => Division(i, Of(0), Of(1)),
            Opcode.And when i.Operands[1] is Constant mask => KeepsAll(mask.Bits, Of(0)) ? i.Operands[0] : null,
            Opcode.Select => Of(0) is { IsConstant: true } choice ? i.Operands[choice.Low != 0 ? 1 : 2] : null,
            Opcode.Convert => Conversion(i, ranges, block, indices),
            Opcode.Math => Choice(i, ranges, block),
            _ => null,
        };

        Interval Of(int operand) => ranges.Of(i.Operands[operand], block);
    }

    private static Value? Division(Instruction i, Interval a, Interval b)
    {
        var isUnsigned = i.Opcode is Opcode.DivU or Opcode.RemU;
        if (!isUnsigned && !(a.IsNotNegative && b.IsNotNegative))
        {
            return null;
        }

        var isRemainder = i.Opcode is Opcode.RemS or Opcode.RemU;
        if (isRemainder && a.IsNotNegative && b.Low > a.High)
        {
            return i.Operands[0];
        }

        if (i.Operands[1] is Constant { Bits: > 0 } c && BitOperations.IsPow2(c.Bits))
        {
            return isRemainder
                ? Simplifier.New(Opcode.And, i.Type, i.Location, i.Operands[0], ConstantFolding.Integer(i.Type, c.Bits - 1))
                : Simplifier.New(Opcode.ShrU, i.Type, i.Location, i.Operands[0], Constant.Int32(BitOperations.TrailingZeroCount(c.Bits)));
        }

        return isUnsigned ? null : Simplifier.New(isRemainder ? Opcode.RemU : Opcode.DivU, i.Type, i.Location, i.Operands);
    }

    // All bits that the numbers have are in a mask of ones.
    private static bool KeepsAll(long mask, Interval numbers) =>
        mask >= 0 && BitOperations.IsPow2((ulong)mask + 1) && numbers.IsWithin(new(0, mask));

    private static Value? Conversion(Instruction i, RangeAnalysis ranges, Block block, HashSet<Value> indices)
    {
        var kind = (Conversion)i.Kind;
        if (kind > IR.Conversion.ZeroExtend32 || !Interval.HasIntervals(i.Operands[0].Type))
        {
            return null;
        }

        var a = ranges.Of(i.Operands[0], block);
        return kind switch
        {
            <= IR.Conversion.ZeroExtend16 =>
                IntervalArithmetic.Convert(kind, i.Type, Interval.Int32) is var kept && a.IsWithin(kept) ? i.Operands[0] : null,

            // Addresses take what is widened with its sign as it is.
            IR.Conversion.ZeroExtend32 when a.IsNotNegative && indices.Contains(i) => Widen(i, i.Operands[0]),
            _ => null,
        };
    }

    private static Instruction Widen(Instruction i, Value narrow) =>
        new(
            Opcode.Convert, IrType.Int64, narrow) { Id = Simplifier.NotPlaced, Kind = (int)IR.Conversion.SignExtend32,
            Location = i.Location };

    private static Value? Choice(Instruction i, RangeAnalysis ranges, Block block)
    {
        var function = (MathFunction)i.Kind;
        if (function is not (MathFunction.Abs or MathFunction.MinS or MathFunction.MaxS))
        {
            return null;
        }

        var a = ranges.Of(i.Operands[0], block);
        if (function == MathFunction.Abs)
        {
            return a.IsNotNegative ? i.Operands[0] : null;
        }

        var b = ranges.Of(i.Operands[1], block);
        var takesLess = function == MathFunction.MinS;
        if (RangeAnalysis.Ordered(Condition.Le, a, b) is true)
        {
            return i.Operands[takesLess ? 0 : 1];
        }

        return RangeAnalysis.Ordered(Condition.Ge, a, b) is true ? i.Operands[takesLess ? 1 : 0] : null;
    }

    private static bool IsSuperfluousCheck(Instruction i, RangeAnalysis ranges, Block block)
    {
        if (i.Opcode != Opcode.CheckBounds || !ranges.Of(i.Operands[0], block).IsNotNegative)
        {
            return false;
        }

        var isBelow = new Instruction(Opcode.Compare, IrType.Bool, i.Operands) { Kind = (int)Condition.Lt };
        return ranges.Decide(isBelow, block) is true;
    }
}
