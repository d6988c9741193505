namespace ILGPU.IR;

/// <summary>Comparisons: constants to the right, tests of converted bools back to the bools, equal operands.</summary>
internal static class ComparisonFolding
{
    public static Value? Simplify(Instruction i)
    {
        var (a, b) = (i.Operands[0], i.Operands[1]);
        var condition = (Condition)i.Kind;
        if (a is Constant)
        {
            return Make(condition.Swapped(), b, a, i.Location);
        }

        if (ReferenceEquals(a, b) && !a.Type.IsFloat())
        {
            return Constant.Bool(condition is Condition.Eq or Condition.Le or Condition.Ge or Condition.LeUn or Condition.GeUn);
        }

        if (b is not Constant c)
        {
            return null;
        }

        if (a is Instruction { Opcode: Opcode.Convert, Kind: (int)Conversion.BoolToInt } flag)
        {
            return OfBool(condition, flag.Operands[0], c, i.Location);
        }

        if (a.Type == IrType.Bool && condition is Condition.Eq or Condition.Ne)
        {
            return (condition == Condition.Eq) == (c.Bits != 0) ? a : Simplifier.New(Opcode.Not, IrType.Bool, i.Location, a);
        }

        // Unsigned comparison with zero is how C# spells "not null" and "not zero".
        if (!a.Type.IsFloat() && c.IsZero)
        {
            switch (condition)
            {
                case Condition.GtUn:
                    return Make(Condition.Ne, a, c, i.Location);
                case Condition.LeUn:
                    return Make(Condition.Eq, a, c, i.Location);
                case Condition.LtUn:
                    return Constant.Bool(false);
                case Condition.GeUn:
                    return Constant.Bool(true);
            }
        }

        // A sign-extended index compares like the index itself when the constant fits.
        if (a is Instruction { Opcode: Opcode.Convert, Kind: (int)Conversion.SignExtend32 } wide && c.Bits == (int)c.Bits)
        {
            return Make(condition, wide.Operands[0], Constant.Int32((int)c.Bits), i.Location);
        }

        return null;
    }

    /// <summary>The comparison that is true exactly when the given one is false.</summary>
    public static Instruction Inverse(Instruction compare, SourceLocation? location) =>
        Make(Inverse((Condition)compare.Kind, compare.Operands[0].Type.IsFloat()), compare.Operands[0], compare.Operands[1], location);

    private static Condition Inverse(Condition condition, bool isFloat)
    {
        var inverse = condition.Inverse();

        // On floats Un means "or unordered", so the inverse of an ordered comparison is an unordered one.
        if (!isFloat || inverse is Condition.Eq or Condition.Ne)
        {
            return inverse;
        }

        return inverse >= Condition.LtUn ? inverse - 4 : inverse + 4;
    }

    private static Instruction Make(Condition condition, Value a, Value b, SourceLocation? location) =>
        new(Opcode.Compare, IrType.Bool, a, b) { Id = Simplifier.NotPlaced, Kind = (int)condition, Location = location };

    // The flag is 0 or 1: see what the comparison says of each.
    private static Value OfBool(Condition condition, Value flag, Constant c, SourceLocation? location)
    {
        var ifFalse = ConstantFolding.Compare(condition, Constant.Int32(0), c);
        var ifTrue = ConstantFolding.Compare(condition, Constant.Int32(1), c);
        if (ifFalse == ifTrue)
        {
            return Constant.Bool(ifTrue);
        }

        return ifTrue ? flag : Simplifier.New(Opcode.Not, IrType.Bool, location, flag);
    }
}
