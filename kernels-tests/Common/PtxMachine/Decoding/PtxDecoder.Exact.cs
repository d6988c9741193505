using IlgpuGan.TestsCommon.PtxMachine.Execution;
using IlgpuGan.TestsCommon.PtxMachine.Instructions;
using IlgpuGan.TestsCommon.PtxMachine.Syntax;

namespace IlgpuGan.TestsCommon.PtxMachine.Decoding;

// Arithmetic whose rounding .NET's operators lack: directed roundings (9.7.3), half precision and bfloat16 (9.7.4).
internal sealed partial class PtxDecoder
{
    private static readonly PtxType[] s_halfTypes = [PtxType.F16, PtxType.F16x2, PtxType.BF16, PtxType.BF16x2];

    private static bool IsHalf(PtxType? type) => type is PtxType.F16 or PtxType.F16x2 or PtxType.BF16 or PtxType.BF16x2;

    private static bool IsPair(PtxType type) => type is PtxType.F16x2 or PtxType.BF16x2;

    private static bool IsBFloat(PtxType type) => type is PtxType.BF16 or PtxType.BF16x2;

    private static PtxFormat FormatOf(PtxType type) => type switch
    {
        PtxType.F16 or PtxType.F16x2 => PtxFormat.Half,
        PtxType.BF16 or PtxType.BF16x2 => PtxFormat.BFloat16,
        PtxType.F32 => PtxFormat.Single,
        _ => PtxFormat.Double,
    };

    /// <summary>{.rnd}.</summary>
    private static PtxRounding Rounding(PtxForm form, bool isRequired) => form.TakeOneOf(".rn", ".rz", ".rm", ".rp") switch
    {
        null when isRequired => throw form.Wrong("the rounding is missing"),
        { } mode => RoundingOf(mode),
        _ => PtxRounding.NearestEven,
    };

    private static PtxRounding RoundingOf(string mode) => mode switch
    {
        ".rz" => PtxRounding.TowardsZero,
        ".rm" => PtxRounding.Down,
        ".rp" => PtxRounding.Up,
        _ => PtxRounding.NearestEven,
    };

    private static PtxReal Compute(string name, PtxReal[] x, PtxRounding rounding) => name switch
    {
        "add" => PtxReal.Add(x[0], x[1], rounding),
        "sub" => PtxReal.Add(x[0], -x[1], rounding),
        "mul" => x[0] * x[1],
        "fma" or "mad" => PtxReal.Add(x[0] * x[1], x[2], rounding),
        "div" => x[0] / x[1],
        "rcp" => PtxReal.Of(1) / x[0],
        _ => PtxReal.SquareRoot(x[0]),
    };

    /// <summary>The form's operation, computed exactly and rounded once; pairs element by element.</summary>
    private static MapNode Exact(PtxForm form, PtxType type, PtxRounding rounding, bool flush, Func<ulong, ulong>? finish = null)
    {
        var format = FormatOf(type);
        var name = form.Name;
        ulong One(ulong[] bits)
        {
            var result = Compute(name, Array.ConvertAll(bits, x => PtxReal.Of(format, flush ? format.Flush(x) : x)), rounding)
                .Round(format, rounding);
            result = flush ? format.Flush(result) : result;
            return finish is null ? result : finish(result);
        }

        return ByHalves(form, type, form.Operands - 1, One);
    }

    /// <summary>A function of bits, applied to each element of the type.</summary>
    private static MapNode ByHalves(PtxForm form, PtxType type, int sources, Func<ulong[], ulong> function)
    {
        Func<ulong[], ulong> both = x =>
            function(Array.ConvertAll(x, bits => bits & 0xFFFF)) | (function(Array.ConvertAll(x, bits => bits >> 16)) << 16);
        return new MapNode(
            form.Target(0, type), [.. Enumerable.Range(1, sources).Select(k => form.Source(k, type))], IsPair(type) ? both : function);
    }

    /// <summary>Whether the type, the last suffix, is of half precision.</summary>
    private static bool IsHalfArithmetic(PtxForm form) => IsHalf(form.LastType);

    private static MapNode HalfApproximation(PtxForm form, PtxType type, bool flush)
    {
        if (IsBFloat(type))
        {
            form.Needs(90, 78);
        }
        else
        {
            form.Needs(75, 70);
        }
        form.Refuse(flush != (form.Name == "ex2" && IsBFloat(type)), "of these only ex2 of bfloat16 is flushed, and always");
        var format = FormatOf(type);
        Func<double, double> function = form.Name == "ex2" ? x => Math.Pow(2, x) : Math.Tanh;
        return ByHalves(form, type, 1, x =>
        {
            var exact = BitConverter.DoubleToUInt64Bits(function(Value(format, flush ? format.Flush(x[0]) : x[0])));
            var result = PtxReal.Of(PtxFormat.Double, exact).Round(format, PtxRounding.NearestEven);
            return flush ? format.Flush(result) : result;
        });
    }

    // add, sub, mul, fma.
    private static MapNode HalfArithmetic(PtxForm form, PtxRounding rounding)
    {
        form.Refuse(rounding != PtxRounding.NearestEven, "half precision is rounded to nearest even");
        var flush = form.Take(".ftz");
        var saturate = form.Take(".sat");
        var clamps = form.Name == "fma" && form.Take(".relu");
        var type = form.Type(s_halfTypes);
        form.Refuse(IsBFloat(type) && (flush || saturate), "bfloat16 is neither flushed nor saturated");
        form.Refuse(saturate && clamps, ".sat and .relu exclude each other");
        if (form.Name == "fma" && (IsBFloat(type) || clamps))
        {
            form.Needs(80, 70);
        }
        else if (IsBFloat(type))
        {
            form.Needs(90, 78);
        }
        form.End(form.Name == "fma" ? 4 : 3);
        var format = FormatOf(type);
        return Exact(form, type, rounding, flush, saturate ? format.Saturate : clamps ? format.ClampNegative : null);
    }

    // abs and neg, on the bits.
    private static MapNode HalfSign(PtxForm form)
    {
        var flush = form.Take(".ftz");
        var type = form.Type(s_halfTypes);
        form.Refuse(flush && IsBFloat(type), "bfloat16 is not flushed");
        if (IsBFloat(type))
        {
            form.Needs(80, 70);
        }
        form.End(2);
        var format = FormatOf(type);
        var isNegation = form.Name == "neg";
        return ByHalves(form, type, 1, x =>
        {
            var a = flush ? format.Flush(x[0]) : x[0];
            return isNegation ? a ^ format.SignBit : a & ~format.SignBit;
        });
    }

    // min and max ignore NaN; with .NaN they propagate it. -0 is below +0.
    private static MapNode HalfExtreme(PtxForm form, bool flush)
    {
        var propagates = form.Take(".NaN");
        var type = form.Type(s_halfTypes);
        form.Refuse(flush && IsBFloat(type), "bfloat16 is not flushed");
        form.Needs(80, 70);
        form.End(3);
        var format = FormatOf(type);
        var isMinimum = form.Name == "min";
        return ByHalves(form, type, 2, x =>
        {
            var (a, b) = flush ? (format.Flush(x[0]), format.Flush(x[1])) : (x[0], x[1]);
            if (format.IsNaN(a) || format.IsNaN(b))
            {
                return propagates || (format.IsNaN(a) && format.IsNaN(b)) ? format.NaN : format.IsNaN(a) ? b : a;
            }
            return Ordered(format, a) < Ordered(format, b) == isMinimum ? a : b;
        });
    }

    // setp and set: for pairs, setp has two results, one per half.
    private static PtxNode HalfComparison(PtxForm form, string comparison, PtxBoolean boolean, bool flush, PtxType result)
    {
        var type = form.Type(s_halfTypes);
        if (result != PtxType.Pred || boolean != PtxBoolean.None)
        {
            throw form.Unknown("set, or another predicate, with half precision");
        }
        if (IsBFloat(type))
        {
            form.Needs(90, 78);
        }
        form.End(3);
        var format = FormatOf(type);
        var test = HalfTest(form, comparison);
        bool Holds(ulong a, ulong b) => test(Value(format, flush ? format.Flush(a) : a), Value(format, flush ? format.Flush(b) : b));
        if (!IsPair(type))
        {
            return new HalfCompareNode(form.TargetPredicate(form[0]), -1, form.Source(1, type), form.Source(2, type), Holds);
        }
        if (form[0] is not PairOperand pair)
        {
            throw form.Wrong("the comparison of pairs has two results");
        }
        return new HalfCompareNode(
            form.TargetPredicate(pair.First), form.TargetPredicate(pair.Second), form.Source(1, type), form.Source(2, type), Holds);
    }

    private static Func<double, double, bool> HalfTest(PtxForm form, string comparison) => comparison switch
    {
        "eq" => (a, b) => a == b,
        "ne" => (a, b) => a < b || a > b,
        "lt" => (a, b) => a < b,
        "le" => (a, b) => a <= b,
        "gt" => (a, b) => a > b,
        "ge" => (a, b) => a >= b,
        "equ" => (a, b) => !(a < b || a > b),
        "neu" => (a, b) => a != b,
        "ltu" => (a, b) => !(a >= b),
        "leu" => (a, b) => !(a > b),
        "gtu" => (a, b) => !(a <= b),
        "geu" => (a, b) => !(a < b),
        "num" => (a, b) => !double.IsNaN(a) && !double.IsNaN(b),
        "nan" => (a, b) => double.IsNaN(a) || double.IsNaN(b),
        _ => throw form.Wrong($"half precision has no comparison .{comparison}"),
    };

    private static double Value(PtxFormat format, ulong bits) =>
        PtxFloat.Double(PtxReal.Of(format, bits).Round(PtxFormat.Double, PtxRounding.NearestEven));

    // Maps numbers, including both zeros, to integers in the same order.
    private static long Ordered(PtxFormat format, ulong bits) =>
        (bits & format.SignBit) == 0 ? (long)bits : -1 - (long)(bits & ~format.SignBit);
}
