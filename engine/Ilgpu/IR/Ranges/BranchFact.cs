namespace ILGPU.IR.Ranges;

/// <summary>
/// A comparison of integers that holds wherever a branch leads. Sign extensions are left out on both sides: they change no number.
/// </summary>
internal readonly record struct BranchFact(Condition Condition, Value A, Value B)
{
    private const int Less = 1;
    private const int Equal = 2;
    private const int Greater = 4;

    public bool Mentions(Value value) => ReferenceEquals(A, value) || ReferenceEquals(B, value);

    /// <summary>The fact that a comparison states, or its opposite.</summary>
    public static BranchFact Of(Instruction compare, bool holds) =>
        new(
            holds ? (Condition)compare.Kind : ((Condition)compare.Kind).Inverse(), Narrow(compare.Operands[0]),
            Narrow(compare.Operands[1]));

    /// <summary>The integer that a sign extension widens, or the value itself.</summary>
    public static Value Narrow(Value value) =>
        value is Instruction { Opcode: Opcode.Convert, Kind: (int)Conversion.SignExtend32 } wide ? wide.Operands[0] : value;

    /// <summary>What the fact leaves of an interval of one of its two values.</summary>
    /// <param name="value">The value.</param>
    /// <param name="known">What is known of it.</param>
    /// <param name="other">What is known of the other value.</param>
    public Interval Refine(Value value, Interval known, Interval other)
    {
        var condition = ReferenceEquals(A, value) ? Condition : Condition.Swapped();
        return condition switch
        {
            Condition.Eq => known.Intersect(other),
            Condition.Ne when other.IsConstant => Without(known, other.Low),
            Condition.Lt when other.High > long.MinValue => known.Intersect(new(long.MinValue, other.High - 1)),
            Condition.Le => known.Intersect(new(long.MinValue, other.High)),
            Condition.Gt when other.Low < long.MaxValue => known.Intersect(new(other.Low + 1, long.MaxValue)),
            Condition.Ge => known.Intersect(new(other.Low, long.MaxValue)),

            // Below a number without sign bit there is none with it.
            Condition.LtUn when other.Low >= 0 && other.High > 0 => known.Intersect(new(0, other.High - 1)),
            Condition.LeUn when other.Low >= 0 => known.Intersect(new(0, other.High)),
            Condition.GtUn when known.IsNotNegative && other.Low is >= 0 and < long.MaxValue =>
                known.Intersect(new(other.Low + 1, long.MaxValue)),
            Condition.GeUn when known.IsNotNegative && other.Low >= 0 => known.Intersect(new(other.Low, long.MaxValue)),
            _ => known,
        };
    }

    /// <summary>Whether a comparison of the same two values is decided by this one: true, false, or null.</summary>
    public bool? Decides(Condition condition, Value a, Value b)
    {
        var own = Condition;
        if (ReferenceEquals(A, b) && ReferenceEquals(B, a))
        {
            own = own.Swapped();
        }
        else if (!ReferenceEquals(A, a) || !ReferenceEquals(B, b))
        {
            return null;
        }

        var isEquality = own is Condition.Eq or Condition.Ne || condition is Condition.Eq or Condition.Ne;
        if (!isEquality && (own >= Condition.LtUn) != (condition >= Condition.LtUn))
        {
            return null;
        }

        var (possible, asked) = (Orders(own), Orders(condition));
        return (possible & asked) == possible ? true : (possible & asked) == 0 ? false : null;
    }

    private static Interval Without(Interval known, long value)
    {
        if (known.IsConstant)
        {
            return known;
        }

        return known.Low == value ? new(value + 1, known.High) : known.High == value ? new(known.Low, value - 1) : known;
    }

    private static int Orders(Condition condition) => condition switch
    {
        Condition.Eq => Equal,
        Condition.Ne => Less | Greater,
        Condition.Lt or Condition.LtUn => Less,
        Condition.Le or Condition.LeUn => Less | Equal,
        Condition.Gt or Condition.GtUn => Greater,
        _ => Greater | Equal,
    };
}
