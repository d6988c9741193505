using System.Numerics;

namespace ILGPU.IR.Ranges;

/// <summary>
/// What arithmetic makes of intervals. A result that may leave its type wraps around in C#, so nothing is known of it then.
/// </summary>
public static class IntervalArithmetic
{
    /// <summary>The interval of an operation of one or two integers of the result's type (shifts: the count is an Int32).</summary>
    public static Interval Of(Opcode opcode, IrType type, Interval a, Interval b)
    {
        var all = Interval.All(type);
        return opcode switch
        {
            Opcode.Add => Fit((Int128)a.Low + b.Low, (Int128)a.High + b.High, all),
            Opcode.Sub => Fit((Int128)a.Low - b.High, (Int128)a.High - b.Low, all),
            Opcode.Neg => Fit(-(Int128)a.High, -(Int128)a.Low, all),
            Opcode.Mul => Multiply(a, b, all),
            Opcode.And => And(a, b, all),
            Opcode.Or => Or(a, b, all),
            Opcode.Xor => Xor(a, b, all),
            Opcode.Not => type == IrType.Bool ? new(1 - a.High, 1 - a.Low) : new(~a.High, ~a.Low),
            Opcode.Shl => ShiftLeft(a, Count(type, b), all),
            Opcode.ShrS => ShiftRight(a, Count(type, b)),
            Opcode.ShrU => a.IsNotNegative ? ShiftRight(a, Count(type, b)) : ShiftRightUnsigned(type, Count(type, b), all),
            Opcode.DivS => Divide(a, b, all),
            Opcode.DivU => DivideUnsigned(type, a, b, all),
            Opcode.RemS => Remainder(a, b),
            Opcode.RemU => RemainderUnsigned(a, b, all),
            Opcode.MulHighS => MultiplyHigh(type, a, b),
            Opcode.MulHighU => a.IsNotNegative && b.IsNotNegative ? MultiplyHigh(type, a, b) : all,
            _ => all,
        };
    }

    public static Interval Convert(Conversion conversion, IrType to, Interval a) => conversion switch
    {
        Conversion.SignExtend8 => a.IsWithin(Interval.All(MemoryType.Int8)) ? a : Interval.All(MemoryType.Int8),
        Conversion.SignExtend16 => a.IsWithin(Interval.All(MemoryType.Int16)) ? a : Interval.All(MemoryType.Int16),
        Conversion.ZeroExtend8 => a.IsWithin(Interval.All(MemoryType.UInt8)) ? a : Interval.All(MemoryType.UInt8),
        Conversion.ZeroExtend16 => a.IsWithin(Interval.All(MemoryType.UInt16)) ? a : Interval.All(MemoryType.UInt16),
        Conversion.SignExtend32 or Conversion.BoolToInt => a,
        Conversion.ZeroExtend32 when a.IsNotNegative => a,
        Conversion.ZeroExtend32 when a.High < 0 => new(a.Low + (1L << 32), a.High + (1L << 32)),
        Conversion.ZeroExtend32 => new(0, uint.MaxValue),
        Conversion.Truncate => a.FitsInt32 ? a : Interval.Int32,
        Conversion.FloatToHalf => Interval.All(MemoryType.UInt16),
        _ => Interval.All(to),
    };

    public static Interval Of(MathFunction function, IrType type, Interval a, Interval b)
    {
        var all = Interval.All(type);
        var bothPositive = a.IsNotNegative && b.IsNotNegative;
        return function switch
        {
            // The absolute value of the least number is no number.
            MathFunction.Abs when a.Low > all.Low =>
                a.Contains(0) ? new(0, Math.Max(-a.Low, a.High)) : a.Low > 0 ? a : new(-a.High, -a.Low),
            MathFunction.MinS => new(Math.Min(a.Low, b.Low), Math.Min(a.High, b.High)),
            MathFunction.MaxS => new(Math.Max(a.Low, b.Low), Math.Max(a.High, b.High)),
            MathFunction.MinU when bothPositive => new(Math.Min(a.Low, b.Low), Math.Min(a.High, b.High)),
            MathFunction.MaxU when bothPositive => new(Math.Max(a.Low, b.Low), Math.Max(a.High, b.High)),
            MathFunction.MinU when a.IsNotNegative => new(0, a.High),
            MathFunction.MinU when b.IsNotNegative => new(0, b.High),
            MathFunction.PopCount or MathFunction.LeadingZeros or MathFunction.TrailingZeros => new(0, 64),
            _ => all,
        };
    }

    private static Interval Fit(Int128 low, Int128 high, Interval all) =>
        low >= all.Low && high <= all.High ? new((long)low, (long)high) : all;

    private static Interval Multiply(Interval a, Interval b, Interval all)
    {
        var (p, q, r, s) = ((Int128)a.Low * b.Low, (Int128)a.Low * b.High, (Int128)a.High * b.Low, (Int128)a.High * b.High);
        return Fit(Int128.Min(Int128.Min(p, q), Int128.Min(r, s)), Int128.Max(Int128.Max(p, q), Int128.Max(r, s)), all);
    }

    private static Interval MultiplyHigh(IrType type, Interval a, Interval b)
    {
        var (p, q, r, s) = ((Int128)a.Low * b.Low, (Int128)a.Low * b.High, (Int128)a.High * b.Low, (Int128)a.High * b.High);
        var width = Width(type);
        return new(
            (long)(Int128.Min(Int128.Min(p, q), Int128.Min(r, s)) >> width),
            (long)(Int128.Max(Int128.Max(p, q), Int128.Max(r, s)) >> width));
    }

    private static Interval And(Interval a, Interval b, Interval all) => (a.IsNotNegative, b.IsNotNegative) switch
    {
        (true, true) => new(0, Math.Min(a.High, b.High)),
        (true, false) => new(0, a.High),
        (false, true) => new(0, b.High),
        _ => all,
    };

    private static Interval Or(Interval a, Interval b, Interval all) =>
        a.IsNotNegative && b.IsNotNegative ? new(Math.Max(a.Low, b.Low), AllOnes(a.High | b.High)) : all;

    private static Interval Xor(Interval a, Interval b, Interval all) =>
        a.IsNotNegative && b.IsNotNegative ? new(0, AllOnes(a.High | b.High)) : all;

    // The greatest number with no more bits.
    private static long AllOnes(long value) => value == 0 ? 0 : (long)(ulong.MaxValue >> BitOperations.LeadingZeroCount((ulong)value));

    private static int Width(IrType type) => type == IrType.Int64 ? 64 : 32;

    // Only the low bits of a count matter.
    private static Interval Count(IrType type, Interval count)
    {
        var mask = Width(type) - 1;
        return count.IsConstant ? Interval.Of(count.Low & mask) : count.IsWithin(new(0, mask)) ? count : new(0, mask);
    }

    private static Interval ShiftLeft(Interval a, Interval count, Interval all) =>
        Multiply(a, new(1L << (int)Math.Min(count.Low, 62), 1L << (int)Math.Min(count.High, 62)), all) is var product && count.High <= 62
            ? product
            : all;

    private static Interval ShiftRight(Interval a, Interval count) => new(
        Math.Min(a.Low >> (int)count.Low, a.Low >> (int)count.High),
        Math.Max(a.High >> (int)count.Low, a.High >> (int)count.High));

    private static Interval ShiftRightUnsigned(IrType type, Interval count, Interval all)
    {
        if (count.Low == 0)
        {
            return all;
        }

        var ones = type == IrType.Int64 ? ulong.MaxValue : uint.MaxValue;
        return new(0, (long)(ones >> (int)count.Low));
    }

    private static Interval Divide(Interval a, Interval b, Interval all)
    {
        if (b.Low >= 1)
        {
            return new(
                Math.Min(a.Low / b.Low, a.Low / b.High),
                Math.Max(a.High / b.Low, a.High / b.High));
        }

        // No quotient is larger than the dividend, but for the least number by -1.
        var most = Int128.Max(Int128.Abs(a.Low), Int128.Abs(a.High));
        return Fit(-most, most, all);
    }

    private static Interval DivideUnsigned(IrType type, Interval a, Interval b, Interval all)
    {
        if (a.IsNotNegative)
        {
            return b.Low >= 1 ? new(a.Low / b.High, a.High / b.Low) : new(0, a.High);
        }

        if (b.Low < 2)
        {
            return all;
        }

        var most = type == IrType.Int64 ? ulong.MaxValue : uint.MaxValue;
        return new(0, (long)(most / (ulong)b.Low));
    }

    // It has the dividend's sign and is nearer to zero than the divisor and not farther than the dividend.
    private static Interval Remainder(Interval a, Interval b)
    {
        var most = Int128.Max(Int128.Abs(b.Low), Int128.Abs(b.High)) - 1;
        if (most < 0)
        {
            most = 0;
        }

        if (a.IsNotNegative && b.Low > a.High)
        {
            return a;
        }

        return new(
            a.Low < 0 ? (long)Int128.Max(a.Low, -most) : 0,
            a.High > 0 ? (long)Int128.Min(a.High, most) : 0);
    }

    private static Interval RemainderUnsigned(Interval a, Interval b, Interval all)
    {
        if (a.IsNotNegative && b.Low > a.High)
        {
            return a;
        }

        if (b.Low >= 1)
        {
            return new(0, a.IsNotNegative ? Math.Min(a.High, b.High - 1) : b.High - 1);
        }

        return a.IsNotNegative ? new(0, a.High) : all;
    }
}
