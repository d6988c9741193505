using ILGPU.IR;
using ILGPU.IR.Ranges;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler.Ranges;

/// <summary>
/// Whatever two members of two intervals make of each other is in the interval that the arithmetic says, with C#'s wrap-around; and each
/// operation has cases whose both ends are reached, so that a bound that is too tight by one would be noticed.
/// </summary>
public sealed class IntervalArithmeticTests
{
    private static readonly long[] s_edges32 =
        [int.MinValue, int.MinValue + 1, -65537, -46341, -1000, -33, -32, -2, -1, 0, 1, 2, 3, 7, 31, 32, 33, 63, 255, 256, 1000, 46340,
            46341, 65535, 65536, 1 << 30, int.MaxValue - 1, int.MaxValue];

    private static readonly long[] s_edges64 =
        [.. s_edges32, long.MinValue, long.MinValue + 1, -3037000500, -4294967296, 2147483648, 3037000499, 3037000500, 4294967295,
            4294967296, 1L << 62, long.MaxValue - 1, long.MaxValue];

    private static readonly Opcode[] s_opcodes =
    [
        Opcode.Add, Opcode.Sub, Opcode.Mul, Opcode.DivS, Opcode.DivU, Opcode.RemS, Opcode.RemU, Opcode.Neg, Opcode.And, Opcode.Or,
        Opcode.Xor,
        Opcode.Not, Opcode.Shl, Opcode.ShrS, Opcode.ShrU, Opcode.MulHighS, Opcode.MulHighU,
    ];

    [Test]
    public void OperationsStayInside([ValueSource(nameof(s_opcodes))] Opcode opcode, [Values(IrType.Int32, IrType.Int64)] IrType type)
    {
        bool isShift = opcode is Opcode.Shl or Opcode.ShrS or Opcode.ShrU;
        var (lowReached, highReached) = (0, 0);
        foreach ((Interval a, Interval b) in Pairs(type, isShift ? IrType.Int32 : type, 3000))
        {
            Interval bound = IntervalArithmetic.Of(opcode, type, a, b);
            Assert.That(bound.Low, Is.LessThanOrEqualTo(bound.High));
            var (low, high) = (false, false);
            foreach (long x in Members(a))
            {
                foreach (long y in Members(b))
                {
                    if (Compute(opcode, type, x, y) is not { } result)
                    {
                        continue;
                    }
                    if (!bound.Contains(result))
                    {
                        Assert.Fail($"{opcode} of {x} in {a} and {y} in {b} is {result}, not in {bound}");
                    }
                    low |= result == bound.Low;
                    high |= result == bound.High;
                }
            }

            lowReached += low ? 1 : 0;
            highReached += high ? 1 : 0;
        }

        Assert.That(
            (lowReached, highReached),
            Is.GreaterThan((20, 20)).Using<(int Low, int High)>((p, q) => Math.Min(p.Low, p.High).CompareTo(Math.Min(q.Low, q.High))),
            "ends that a tighter bound would cut off");
    }

    [TestCase(Conversion.SignExtend8)]
    [TestCase(Conversion.SignExtend16)]
    [TestCase(Conversion.ZeroExtend8)]
    [TestCase(Conversion.ZeroExtend16)]
    [TestCase(Conversion.SignExtend32)]
    [TestCase(Conversion.ZeroExtend32)]
    [TestCase(Conversion.Truncate)]
    public void ConversionsStayInside(Conversion conversion)
    {
        IrType from = conversion == Conversion.Truncate ? IrType.Int64 : IrType.Int32;
        IrType to = conversion is Conversion.SignExtend32 or Conversion.ZeroExtend32 ? IrType.Int64 : IrType.Int32;
        int reached = 0;
        foreach ((Interval a, _) in Pairs(from, from, 1000))
        {
            Interval bound = IntervalArithmetic.Convert(conversion, to, a);
            foreach (long x in Members(a))
            {
                long result = Convert(conversion, x);
                Assert.That(bound.Contains(result), Is.True, $"{conversion} of {x} in {a} is {result}, not in {bound}");
                reached += result == bound.Low || result == bound.High ? 1 : 0;
            }
        }

        Assert.That(reached, Is.GreaterThan(100));
    }

    [TestCase(MathFunction.Abs)]
    [TestCase(MathFunction.MinS)]
    [TestCase(MathFunction.MaxS)]
    [TestCase(MathFunction.MinU)]
    [TestCase(MathFunction.MaxU)]
    [TestCase(MathFunction.PopCount)]
    [TestCase(MathFunction.LeadingZeros)]
    [TestCase(MathFunction.TrailingZeros)]
    public void FunctionsStayInside(MathFunction function)
    {
        foreach (IrType type in new[] { IrType.Int32, IrType.Int64 })
        {
            foreach ((Interval a, Interval b) in Pairs(type, type, 1000))
            {
                Interval bound = IntervalArithmetic.Of(function, type, a, b);
                foreach (long x in Members(a))
                {
                    foreach (long y in Members(b))
                    {
                        long result = Compute(function, type, x, y);
                        Assert.That(
                            bound.Contains(result), Is.True, $"{function} of {x} in {a} and {y} in {b} is {result}, not in {bound}");
                    }
                }
            }
        }
    }

    /// <summary>What intervals say of a comparison is what every two members say.</summary>
    [Test]
    public void ComparisonsAreDecidedRight([Values] Condition condition)
    {
        int decided = 0;
        foreach ((Interval a, Interval b) in Pairs(IrType.Int32, IrType.Int32, 4000))
        {
            if (RangeAnalysis.Ordered(condition, a, b) is not { } claim)
            {
                continue;
            }
            decided++;
            foreach (long x in Members(a))
            {
                foreach (long y in Members(b))
                {
                    Assert.That(Compare(condition, (int)x, (int)y), Is.EqualTo(claim), $"{x} in {a}, {y} in {b}");
                }
            }
        }

        Assert.That(decided, Is.GreaterThan(100));
    }

    /// <summary>What a branch leaves of an interval holds every member that takes the branch, and no end that it rules out.</summary>
    [Test]
    public void BranchesLeaveWhatTakesThem([Values] Condition condition)
    {
        var (a, b) = (new KernelArgument(IrType.Int32, "a"), new KernelArgument(IrType.Int32, "b"));
        var fact = BranchFact.Of(new Instruction(Opcode.Compare, IrType.Bool, a, b) { Kind = (int)condition }, true);
        var opposite = BranchFact.Of(new Instruction(Opcode.Compare, IrType.Bool, a, b) { Kind = (int)condition }, false);
        int cut = 0;
        foreach ((Interval first, Interval second) in Pairs(IrType.Int32, IrType.Int32, 4000))
        {
            foreach (long x in Members(first))
            {
                foreach (long y in Members(second))
                {
                    BranchFact taken = Compare(condition, (int)x, (int)y) ? fact : opposite;
                    Assert.That(taken.Refine(a, first, second).Contains(x), Is.True, $"{taken.Condition}: {x} in {first}, {y} in {second}");
                    Assert.That(taken.Refine(b, second, first).Contains(y), Is.True, $"{taken.Condition}: {x} in {first}, {y} in {second}");
                }
            }

            cut += fact.Refine(a, first, second) != first ? 1 : 0;
        }

        Assert.That(cut, Is.GreaterThan(condition == Condition.Ne ? 5 : 100), "intervals that become smaller");
    }

    private static IEnumerable<(Interval A, Interval B)> Pairs(IrType first, IrType second, int count)
    {
        var random = new Random(20261120);
        for (int i = 0; i < count; i++)
        {
            yield return (Draw(random, first), Draw(random, second));
        }
    }

    private static Interval Draw(Random random, IrType type)
    {
        long[] edges = type == IrType.Int32 ? s_edges32 : s_edges64;
        long x = edges[random.Next(edges.Length)];
        long y = random.Next(4) == 0 ? x : edges[random.Next(edges.Length)];
        return new(Math.Min(x, y), Math.Max(x, y));
    }

    private static long[] Members(Interval interval) =>
        [.. new[] { interval.Low, interval.High, interval.Low / 2 + interval.High / 2 }.Concat(s_edges64.Where(interval.Contains))
            .Where(interval.Contains).Distinct()];

    private static long? Compute(Opcode opcode, IrType type, long x, long y)
    {
        if (type == IrType.Int64)
        {
            return Compute(opcode, x, y, 64, y == 0, x == long.MinValue && y == -1, (ulong)x, (ulong)y);
        }
        return Compute(opcode, x, y, 32, y == 0, x == int.MinValue && y == -1, (uint)x, (uint)y) is { } result ? (int)result : null;
    }

    private static long? Compute(Opcode opcode, long x, long y, int width, bool isZero, bool overflows, ulong u, ulong v) => opcode switch
    {
        Opcode.Add => unchecked(x + y),
        Opcode.Sub => unchecked(x - y),
        Opcode.Mul => unchecked(x * y),
        Opcode.Neg => unchecked(-x),
        Opcode.And => x & y,
        Opcode.Or => x | y,
        Opcode.Xor => x ^ y,
        Opcode.Not => ~x,
        Opcode.Shl => x << (int)(y & (width - 1)),
        Opcode.ShrS => x >> (int)(y & (width - 1)),
        Opcode.ShrU => (long)(u >> (int)(y & (width - 1))),
        Opcode.MulHighS => (long)(((Int128)x * y) >> width),
        Opcode.MulHighU => (long)(ulong)(((UInt128)u * v) >> width),
        _ when isZero || overflows => null,
        Opcode.DivS => x / y,
        Opcode.RemS => x % y,
        Opcode.DivU => (long)(u / v),
        _ => (long)(u % v),
    };

    private static long Convert(Conversion conversion, long x) => conversion switch
    {
        Conversion.SignExtend8 => (sbyte)x,
        Conversion.SignExtend16 => (short)x,
        Conversion.ZeroExtend8 => (byte)x,
        Conversion.ZeroExtend16 => (ushort)x,
        Conversion.SignExtend32 => x,
        Conversion.ZeroExtend32 => (uint)x,
        _ => (int)x,
    };

    private static long Compute(MathFunction function, IrType type, long x, long y) => function switch
    {
        MathFunction.Abs => type == IrType.Int32 ? unchecked((int)(x < 0 ? -x : x)) : unchecked(x < 0 ? -x : x),
        MathFunction.MinS => Math.Min(x, y),
        MathFunction.MaxS => Math.Max(x, y),
        MathFunction.MinU => (ulong)x < (ulong)y ? x : y,
        MathFunction.MaxU => (ulong)x > (ulong)y ? x : y,
        MathFunction.PopCount => type == IrType.Int32 ? int.PopCount((int)x) : long.PopCount(x),
        MathFunction.LeadingZeros => type == IrType.Int32 ? int.LeadingZeroCount((int)x) : long.LeadingZeroCount(x),
        _ => type == IrType.Int32 ? int.TrailingZeroCount((int)x) : long.TrailingZeroCount(x),
    };

    private static bool Compare(Condition condition, int x, int y) => condition switch
    {
        Condition.Eq => x == y,
        Condition.Ne => x != y,
        Condition.Lt => x < y,
        Condition.Le => x <= y,
        Condition.Gt => x > y,
        Condition.Ge => x >= y,
        Condition.LtUn => (uint)x < (uint)y,
        Condition.LeUn => (uint)x <= (uint)y,
        Condition.GtUn => (uint)x > (uint)y,
        _ => (uint)x >= (uint)y,
    };
}
