using System.Numerics;

namespace IlgpuGan.TestsCommon.PtxMachine.Instructions;

/// <summary>
/// An exact intermediate result of IEEE arithmetic before rounding: (-1)^sign · significand · 2^exponent. Slow, and independent of the
/// host's rounding modes.
/// </summary>
internal readonly record struct PtxReal
{
    private const int QuotientBits = 130;

    private enum Kind
    {
        Finite,
        Infinite,
        NaN,
    }

    private Kind Class { get; init; }

    private bool IsNegative { get; init; }

    private BigInteger Significand { get; init; }

    private int Exponent { get; init; }

    private bool IsZero => Class == Kind.Finite && Significand.IsZero;

    private static PtxReal NaN => new() { Class = Kind.NaN };

    private static PtxReal Infinity(bool isNegative) => new() { Class = Kind.Infinite, IsNegative = isNegative };

    public static PtxReal Of(Int128 value) => new() { IsNegative = value < 0, Significand = BigInteger.Abs(value) };

    public static PtxReal Of(PtxFormat format, ulong bits)
    {
        var isNegative = (bits & format.SignBit) != 0;
        var magnitude = bits & (format.SignBit - 1);
        if (magnitude >= format.Infinity)
        {
            return magnitude == format.Infinity ? Infinity(isNegative) : NaN;
        }
        var biased = (int)(magnitude >> format.FractionBits);
        var fraction = magnitude & format.FractionMask;
        return new()
        {
            IsNegative = isNegative,
            Significand = biased == 0 ? fraction : fraction | (1UL << format.FractionBits),
            Exponent = format.MinExponent + Math.Max(biased - 1, 0),
        };
    }

    public static PtxReal operator -(PtxReal a) => a with { IsNegative = !a.IsNegative };

    public static PtxReal operator *(PtxReal a, PtxReal b)
    {
        var isNegative = a.IsNegative != b.IsNegative;
        if (a.Class == Kind.NaN || b.Class == Kind.NaN)
        {
            return NaN;
        }
        if (a.Class == Kind.Infinite || b.Class == Kind.Infinite)
        {
            return a.IsZero || b.IsZero ? NaN : Infinity(isNegative);
        }
        return new() { IsNegative = isNegative, Significand = a.Significand * b.Significand, Exponent = a.Exponent + b.Exponent };
    }

    /// <summary>Addition. The sign of a zero sum depends on the rounding (IEEE 754, section 6.3).</summary>
    public static PtxReal Add(PtxReal a, PtxReal b, PtxRounding rounding)
    {
        if (a.Class != Kind.Finite || b.Class != Kind.Finite)
        {
            return a.Class == Kind.NaN || b.Class == Kind.NaN
                || (a.Class == b.Class && a.IsNegative != b.IsNegative) ? NaN : a.Class == Kind.Infinite ? a : b;
        }
        if (a.IsZero && b.IsZero && a.IsNegative == b.IsNegative)
        {
            return a;
        }
        var exponent = Math.Min(a.Exponent, b.Exponent);
        var sum = a.Signed(exponent) + b.Signed(exponent);
        var isNegative = sum.IsZero ? rounding == PtxRounding.Down : sum.Sign < 0;
        return new() { IsNegative = isNegative, Significand = BigInteger.Abs(sum), Exponent = exponent };
    }

    /// <summary>Division, to many bits and a last sticky bit for the remainder.</summary>
    public static PtxReal operator /(PtxReal a, PtxReal b)
    {
        var isNegative = a.IsNegative != b.IsNegative;
        if (a.Class == Kind.NaN || b.Class == Kind.NaN || (a.IsZero && b.IsZero) || (a.Class == Kind.Infinite && b.Class == Kind.Infinite))
        {
            return NaN;
        }
        if (a.Class == Kind.Infinite || b.IsZero)
        {
            return Infinity(isNegative);
        }
        if (b.Class == Kind.Infinite)
        {
            return new() { IsNegative = isNegative };
        }
        var (quotient, rest) = BigInteger.DivRem(a.Significand << QuotientBits, b.Significand);
        return new() { IsNegative = isNegative, Significand = WithRest(quotient, rest),
            Exponent = a.Exponent - b.Exponent - QuotientBits - 1 };
    }

    /// <summary>Square root, to many bits and a last sticky bit for the remainder.</summary>
    public static PtxReal SquareRoot(PtxReal a)
    {
        if (a.IsZero || a.Class == Kind.NaN)
        {
            return a;
        }
        if (a.IsNegative)
        {
            return NaN;
        }
        if (a.Class == Kind.Infinite)
        {
            return a;
        }
        var odd = a.Exponent & 1;
        var radicand = a.Significand << (QuotientBits + odd);
        var root = IntegerRoot(radicand);
        return new() { Significand = WithRest(root, radicand - (root * root)), Exponent = ((a.Exponent - odd - QuotientBits) / 2) - 1 };
    }

    /// <summary>Rounds to a format. Overflow yields infinity or the largest finite number, by the rounding.</summary>
    public ulong Round(PtxFormat format, PtxRounding rounding)
    {
        if (Class == Kind.NaN)
        {
            return format.NaN;
        }
        var sign = IsNegative ? format.SignBit : 0;
        if (Class == Kind.Infinite)
        {
            return sign | format.Infinity;
        }
        if (IsZero)
        {
            return sign;
        }
        var unit = Math.Max((int)Significand.GetBitLength() - 1 + Exponent - format.FractionBits, format.MinExponent);
        var (kept, isUp) = Cut(unit - Exponent, rounding);
        kept += isUp ? 1 : 0;
        if (kept.GetBitLength() > format.FractionBits + 1)
        {
            (kept, unit) = (kept >> 1, unit + 1);
        }
        if (unit + format.FractionBits > format.Bias)
        {
            var staysFinite = rounding == PtxRounding.TowardsZero || rounding == (IsNegative ? PtxRounding.Up : PtxRounding.Down);
            return sign | (staysFinite ? format.Infinity - 1 : format.Infinity);
        }

        // The leading one of a normal number adds one to the exponent field, which is zero for denormals.
        return sign | ((ulong)kept + ((ulong)(unit - format.MinExponent) << format.FractionBits));
    }

    private (BigInteger Kept, bool IsUp) Cut(int shift, PtxRounding rounding)
    {
        if (shift <= 0)
        {
            return (Significand << -shift, false);
        }
        var kept = Significand >> shift;
        var rest = Significand - (kept << shift);
        var toHalf = rest.CompareTo(BigInteger.One << (shift - 1));
        return (kept, rounding switch
        {
            PtxRounding.NearestEven => toHalf > 0 || (toHalf == 0 && !kept.IsEven),
            PtxRounding.TowardsZero => false,
            PtxRounding.Down => IsNegative && !rest.IsZero,
            _ => !IsNegative && !rest.IsZero,
        });
    }

    private BigInteger Signed(int exponent)
    {
        var shifted = Significand << (Exponent - exponent);
        return IsNegative ? -shifted : shifted;
    }

    private static BigInteger WithRest(BigInteger value, BigInteger rest) => (value << 1) + (rest.IsZero ? 0 : 1);

    private static BigInteger IntegerRoot(BigInteger value)
    {
        var root = BigInteger.One << (((int)value.GetBitLength() + 1) / 2);
        while (true)
        {
            var next = (root + (value / root)) >> 1;
            if (next >= root)
            {
                return root;
            }
            root = next;
        }
    }
}
