using System.Numerics;
using IlgpuGan.TestsCommon.PtxMachine.Execution;
using IlgpuGan.TestsCommon.PtxMachine.Instructions;
using IlgpuGan.TestsCommon.PtxMachine.Syntax;

namespace IlgpuGan.TestsCommon.PtxMachine.Decoding;

// cvt (section 9.7.8.19).
internal sealed partial class PtxDecoder
{
    private static readonly PtxType[] s_convertedTypes =
    [
        PtxType.U8, PtxType.U16, PtxType.U32, PtxType.U64, PtxType.S8, PtxType.S16, PtxType.S32, PtxType.S64, PtxType.F16, PtxType.F32,
        PtxType.F64,
    ];

    private static PtxNode Conversion(PtxForm form)
    {
        var rounding = form.TakeOneOf(".rni", ".rzi", ".rmi", ".rpi", ".rna", ".rn", ".rz", ".rm", ".rp");
        var clamps = form.Take(".relu");
        if (clamps || form.Peek() is PtxType.TF32 or PtxType.BF16 or PtxType.F16x2 or PtxType.BF16x2)
        {
            return AlternateConversion(form, rounding, clamps);
        }
        var flush = form.Take(".ftz");
        var saturate = form.Take(".sat");
        var to = form.Type(s_convertedTypes);
        var from = form.Type([.. s_convertedTypes, PtxType.BF16]);
        form.End(2);
        CheckRounding(form, rounding, to, from);
        form.Refuse(flush && from != PtxType.F32 && to != PtxType.F32, "only single precision is flushed");
        if (from == PtxType.BF16 && to == PtxType.F32)
        {
            form.Needs(80, 71);
        }
        else if (from == PtxType.BF16)
        {
            form.Needs(90, 78);
        }
        var target = form.TargetRegister(form[0], to, relaxed: true);
        var source = form.WideSource(1, from);
        if (!flush && !saturate && to.Size() == target.Type.Size() && PlainConversion(to, from) is { } plain)
        {
            return PtxForm.Make(typeof(UnaryNode<>), plain, target.Slot, source);
        }
        return new MapNode(target.Slot, [source], Convert(rounding, flush, saturate, to, from, target.Type.Size()));
    }

    // Rounding is required if precision can be lost, and otherwise not allowed (the table of cvt).
    private static void CheckRounding(PtxForm form, string? rounding, PtxType to, PtxType from)
    {
        var isIntegral = rounding is ".rni" or ".rzi" or ".rmi" or ".rpi";
        var fits = (from.IsFloat(), to.IsFloat()) switch
        {
            (true, false) => isIntegral,
            (false, true) => rounding is not null && !isIntegral && rounding != ".rna",
            (false, false) => rounding is null,
            _ when to.Size() < from.Size() => rounding is not null && !isIntegral && rounding != ".rna",
            _ when to == from => rounding is null || isIntegral,
            _ => rounding is null,
        };
        if (!fits)
        {
            throw form.Wrong(rounding is null ? "the rounding is missing" : $"rounding {rounding} does not belong to this conversion");
        }
    }

    private static Type? PlainConversion(PtxType to, PtxType from)
    {
        if (!to.IsFloat() && !from.IsFloat())
        {
            return typeof(Resized<,>).MakeGenericType(Clr(from), Clr(to));
        }
        return null;
    }

    private static Func<ulong[], ulong> Convert(string? rounding, bool flush, bool saturate, PtxType to, PtxType from, int registerBytes)
    {
        var mask = registerBytes == 8 ? ulong.MaxValue : (1UL << (8 * registerBytes)) - 1;
        if (!from.IsFloat())
        {
            if (!to.IsFloat())
            {
                return x => Truncated(saturate ? Clamp(Integer(from, x[0]), to) : Integer(from, x[0]), to) & mask;
            }
            if (rounding == ".rn" && to != PtxType.F16 && !saturate)
            {
                return x => FromInteger(Integer(from, x[0]), to);
            }
            return x => PtxReal.Of(Integer(from, x[0])).Round(FormatOf(to), RoundingOf(rounding!)) is var bits && saturate
                ? FormatOf(to).Saturate(bits)
                : bits;
        }

        if (rounding is ".rz" or ".rm" or ".rp")
        {
            var (mode, narrow, wide) = (RoundingOf(rounding), FormatOf(to), FormatOf(from));
            return x =>
                PtxReal.Of(wide, flush ? wide.Flush(x[0]) : x[0]).Round(narrow, mode) is var bits
                    && saturate ? narrow.Saturate(bits) : flush ? narrow.Flush(bits) : bits;
        }

        Func<ulong, double> read = from switch
        {
            PtxType.F16 => bits => (double)BitConverter.UInt16BitsToHalf((ushort)bits),
            PtxType.BF16 => bits => BitConverter.UInt32BitsToSingle((uint)bits << 16),
            PtxType.F32 => bits => PtxFloat.Single(flush ? PtxFloat.Flush(bits) : bits),
            _ => PtxFloat.Double,
        };
        if (!to.IsFloat())
        {
            return x => ToInteger(Integral(rounding, read(x[0])), to, from) & mask;
        }
        return x =>
            ToFloat(Integral(rounding, read(x[0])), to, saturate) is var bits && flush && to == PtxType.F32 ? PtxFloat.Flush(bits) : bits;
    }

    private static double Integral(string? rounding, double value) => rounding switch
    {
        ".rni" => Math.Round(value, MidpointRounding.ToEven),
        ".rzi" => Math.Truncate(value),
        ".rmi" => Math.Floor(value),
        ".rpi" => Math.Ceiling(value),
        _ => value,
    };

    private static Int128 Integer(PtxType type, ulong bits) => type switch
    {
        PtxType.S8 => (sbyte)bits,
        PtxType.S16 => (short)bits,
        PtxType.S32 => (int)bits,
        PtxType.S64 => (long)bits,
        PtxType.U8 => (byte)bits,
        PtxType.U16 => (ushort)bits,
        PtxType.U32 => (uint)bits,
        _ => bits,
    };

    private static (Int128 Min, Int128 Max) Range(PtxType type)
    {
        var bits = 8 * type.Size();
        return type.IsSigned() ? (-(Int128.One << (bits - 1)), (Int128.One << (bits - 1)) - 1) : (0, (Int128.One << bits) - 1);
    }

    private static Int128 Clamp(Int128 value, PtxType type) => Int128.Clamp(value, Range(type).Min, Range(type).Max);

    // Truncated to the type, then sign-extended to 64 bits.
    private static ulong Truncated(Int128 value, PtxType type) => unchecked((ulong)(UInt128)Integer(type, (ulong)(UInt128)value));

    private static ulong FromInteger(Int128 value, PtxType to) => to == PtxType.F32
        ? PtxFloat.Bits(value < 0 ? (float)(long)value : (float)(ulong)value)
        : PtxFloat.Bits(value < 0 ? (double)(long)value : (ulong)value);

    // Clamped to the type's range. NaN becomes zero between 32-bit types; otherwise hardware gives the highest bit, so code must not rely
    // on it.
    private static ulong ToInteger(double value, PtxType to, PtxType from)
    {
        if (double.IsNaN(value))
        {
            return from == PtxType.F32 && to.Size() <= 4 ? 0 : 1UL << ((8 * to.Size()) - 1);
        }
        var (least, most) = Range(to);
        var clamped = value <= (double)least ? least : value >= (double)most ? most : (Int128)value;
        return Truncated(clamped, to);
    }

    private static ulong ToFloat(double value, PtxType to, bool saturate)
    {
        if (saturate)
        {
            value = double.IsNaN(value) ? 0 : Math.Clamp(value, 0, 1);
        }
        return to switch
        {
            PtxType.F16 => double.IsNaN(value) ? 0x7FFFu : (ulong)BitConverter.HalfToUInt16Bits((Half)value),
            PtxType.F32 => PtxFloat.Bits((float)value),
            _ => PtxFloat.Bits(value),
        };
    }

    // The formats of tensor cores, stored in untyped registers.
    private static MapNode AlternateConversion(PtxForm form, string? rounding, bool clamps)
    {
        form.Needs(80, 70);
        var to = form.Type(PtxType.TF32, PtxType.F16, PtxType.BF16, PtxType.F16x2, PtxType.BF16x2);
        form.Type(PtxType.F32);
        form.Refuse(clamps && to == PtxType.TF32, ".relu does not belong to .tf32");
        var isPair = to is PtxType.F16x2 or PtxType.BF16x2;
        if (rounding is null || (to == PtxType.TF32 ? rounding != ".rna" : rounding is not (".rn" or ".rz")))
        {
            throw form.Wrong($"rounding {rounding} does not belong to {to.Name()}");
        }
        form.End(isPair ? 3 : 2);
        var toZero = rounding == ".rz";
        var target = form.Target(0, to is PtxType.BF16 or PtxType.F16 ? PtxType.B16 : to == PtxType.F16x2 ? PtxType.F16x2 : PtxType.B32);
        int[] sources = isPair ? [form.Source(1, PtxType.F32), form.Source(2, PtxType.F32)] : [form.Source(1, PtxType.F32)];
        if (to == PtxType.TF32)
        {
            return new MapNode(target, sources, x => PtxFloat.ToTf32(x[0]));
        }
        var (format, mode) = (FormatOf(to), toZero ? PtxRounding.TowardsZero : PtxRounding.NearestEven);
        ulong Narrow(ulong bits) =>
            PtxReal.Of(PtxFormat.Single, bits).Round(format, mode) is var narrow && clamps ? format.ClampNegative(narrow) : narrow;
        return new MapNode(target, sources, isPair ? x => (Narrow(x[0]) << 16) | Narrow(x[1]) : x => Narrow(x[0]));
    }
}

/// <summary>cvt between integers.</summary>
internal readonly struct Resized<TFrom, TTo> : IPtxUnary
    where TFrom : unmanaged, IBinaryInteger<TFrom>
    where TTo : unmanaged, IBinaryInteger<TTo>
{
    public static ulong Of(ulong a) => Instructions.Bits.Of(TTo.CreateTruncating(Instructions.Bits.As<TFrom>(a)));
}
