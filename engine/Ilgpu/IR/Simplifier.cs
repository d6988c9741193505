namespace ILGPU.IR;

/// <summary>
/// Local rewriting: constants, identities, comparisons of comparisons, address arithmetic. Used while the frontend builds the IR and again
/// by the passes, so the two can't disagree.
/// </summary>
/// <param name="insert">Puts a further instruction before the one being simplified and returns its simplified value.</param>
public sealed class Simplifier(Func<Instruction, Value> insert)
{
    /// <summary>The instruction itself, an existing value, or a new instruction that is not yet placed.</summary>
    public Value Simplify(Instruction instruction)
    {
        for (var rounds = 0; rounds < 16; rounds++)
        {
            var next = Step(instruction);
            if (next is null)
            {
                return instruction;
            }

            if (next is not Instruction { Id: NotPlaced } rewritten)
            {
                return next;
            }

            instruction = rewritten;
        }

        return instruction;
    }

    /// <summary>Mark of an instruction that no block holds yet.</summary>
    public const int NotPlaced = -1;

    internal static Instruction New(Opcode opcode, IrType type, SourceLocation? location, params Value[] operands) =>
        new(opcode, type, operands) { Id = NotPlaced, Location = location };

    private Value? Step(Instruction i)
    {
        if (ConstantFolding.Evaluate(i) is { } constant)
        {
            return constant;
        }

        return i.Opcode switch
        {
            Opcode.Add or Opcode.Mul or Opcode.And or Opcode.Or or Opcode.Xor => Commutative(i),
            Opcode.Sub => Subtract(i),
            Opcode.Shl or Opcode.ShrS or Opcode.ShrU => i.Operands[1] is Constant { IsZero: true } ? i.Operands[0] : null,
            Opcode.DivS or Opcode.DivU => IsOne(i.Operands[1]) ? i.Operands[0] : null,
            Opcode.Div => i.Operands[1] is Constant c && ConstantFolding.Float(c) == 1 ? i.Operands[0] : null,
            Opcode.Not => Not(i),
            Opcode.Compare => ComparisonFolding.Simplify(i),
            Opcode.Select => Select(i),
            Opcode.Convert => ConversionFolding.Simplify(i),
            Opcode.Address => AddressFolding.Simplify(i),
            _ => null,
        };
    }

    private Value? Commutative(Instruction i)
    {
        var (a, b) = (i.Operands[0], i.Operands[1]);
        if (a is Constant)
        {
            return New(i.Opcode, i.Type, i.Location, b, a);
        }

        if (i.Type.IsFloat())
        {
            return i.Opcode == Opcode.Mul && b is Constant f && ConstantFolding.Float(f) == 1 ? a : null;
        }

        if (ReferenceEquals(a, b) && i.Opcode is Opcode.And or Opcode.Or)
        {
            return a;
        }

        if (BothBools(i) is { } bools)
        {
            return bools;
        }

        if (b is not Constant c)
        {
            return i.Opcode == Opcode.Add ? ConstantLast(i) : null;
        }

        var ones = i.Type == IrType.Bool ? 1 : -1;
        return i.Opcode switch
        {
            Opcode.Add or Opcode.Or or Opcode.Xor when c.IsZero => a,
            Opcode.Mul or Opcode.And when c.IsZero => c,
            Opcode.Mul when IsOne(c) => a,
            Opcode.Mul when a is Instruction { Opcode: Opcode.Add, Operands: [var x, Constant addend] } =>
                New(
                    Opcode.Add, i.Type, i.Location, insert(New(Opcode.Mul, i.Type, i.Location, x, c)),
                    ConstantFolding.Integer(i.Type, addend.Bits * c.Bits)),
            Opcode.And when c.Bits == ones => a,
            Opcode.Or when c.Bits == ones => c,
            Opcode.Xor when i.Type == IrType.Bool => New(Opcode.Not, IrType.Bool, i.Location, a),
            Opcode.And when c.Bits == 1 && a is Instruction { Opcode: Opcode.Convert, Kind: (int)Conversion.BoolToInt } => a,
            Opcode.Add or Opcode.And or Opcode.Or or Opcode.Xor or Opcode.Mul
                when a is Instruction inner && inner.Opcode == i.Opcode && inner.Operands[1] is Constant => Reassociate(i, inner, c),
            _ => null,
        };
    }

    // x + (y + 1) and (x + 1) + y are (x + y) + 1, whose constant an address can take.
    private Instruction? ConstantLast(Instruction i)
    {
        for (var side = 0; side < 2; side++)
        {
            if (i.Operands[side] is Instruction { Opcode: Opcode.Add, Operands: [var x, Constant addend] })
            {
                return New(Opcode.Add, i.Type, i.Location, insert(New(Opcode.Add, i.Type, i.Location, x, i.Operands[1 - side])), addend);
            }
        }

        return null;
    }

    private static Instruction Reassociate(Instruction outer, Instruction inner, Constant c)
    {
        var both = ConstantFolding.Evaluate(new Instruction(outer.Opcode, outer.Type, inner.Operands[1], c))!;
        return New(outer.Opcode, outer.Type, outer.Location, inner.Operands[0], both);
    }

    // (int)p & (int)q is (int)(p & q): logic on C# bools becomes logic on predicates.
    private Instruction? BothBools(Instruction i)
    {
        if (i.Type != IrType.Int32 || i.Opcode is not (Opcode.And or Opcode.Or or Opcode.Xor))
        {
            return null;
        }

        if (AsBool(i.Operands[0]) is not { } p || AsBool(i.Operands[1]) is not { } q || (p is Constant && q is Constant))
        {
            return null;
        }

        var logic = insert(New(i.Opcode, IrType.Bool, i.Location, p, q));
        return ConversionFolding.Convert(Conversion.BoolToInt, IrType.Int32, logic, i.Location);
    }

    private static Value? AsBool(Value value) => value switch
    {
        Instruction { Opcode: Opcode.Convert, Kind: (int)Conversion.BoolToInt } convert => convert.Operands[0],
        Constant { Type: IrType.Int32, Bits: 0 or 1 } c => Constant.Bool(c.Bits != 0),
        _ => null,
    };

    private static Value? Subtract(Instruction i)
    {
        if (!i.Type.IsInteger())
        {
            return null;
        }

        if (ReferenceEquals(i.Operands[0], i.Operands[1]))
        {
            return Constant.Zero(i.Type);
        }

        if (i.Operands[1] is Constant c)
        {
            return New(Opcode.Add, i.Type, i.Location, i.Operands[0], ConstantFolding.Integer(i.Type, -c.Bits));
        }

        return null;
    }

    private static Value? Not(Instruction i) => i.Operands[0] switch
    {
        Instruction { Opcode: Opcode.Not } inner => inner.Operands[0],
        Instruction { Opcode: Opcode.Compare } compare => ComparisonFolding.Inverse(compare, i.Location),
        _ => null,
    };

    private static Value? Select(Instruction i)
    {
        var (condition, a, b) = (i.Operands[0], i.Operands[1], i.Operands[2]);
        if (ReferenceEquals(a, b))
        {
            return a;
        }

        if (condition is Constant c)
        {
            return c.IsZero ? b : a;
        }

        if (condition is Instruction { Opcode: Opcode.Not } not)
        {
            return New(Opcode.Select, i.Type, i.Location, not.Operands[0], b, a);
        }

        if (a is Constant x && b is Constant y)
        {
            if (x.Bits == y.Bits)
            {
                return x;
            }

            if (i.Type is IrType.Int32 && x.Bits == 1 && y.Bits == 0)
            {
                return ConversionFolding.Convert(Conversion.BoolToInt, IrType.Int32, condition, i.Location);
            }

            if (i.Type is IrType.Bool)
            {
                return x.Bits == 1 ? condition : New(Opcode.Not, IrType.Bool, i.Location, condition);
            }
        }

        return null;
    }

    private static bool IsOne(Value value) => value is Constant { Bits: 1 } c && c.Type.IsInteger();
}
