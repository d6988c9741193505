using IlgpuGan.TestsCommon.PtxMachine.Execution;
using IlgpuGan.TestsCommon.PtxMachine.Instructions;
using IlgpuGan.TestsCommon.PtxMachine.Syntax;

namespace IlgpuGan.TestsCommon.PtxMachine.Decoding;

// Sections 9.7.1 and 9.7.3: integer and floating-point arithmetic.
internal sealed partial class PtxDecoder
{
    private static readonly PtxType[] s_integerTypes = [PtxType.U16, PtxType.U32, PtxType.U64, PtxType.S16, PtxType.S32, PtxType.S64];
    private static readonly PtxType[] s_signedTypes = [PtxType.S16, PtxType.S32, PtxType.S64];
    private static readonly PtxType[] s_floatTypes = [PtxType.F32, PtxType.F64];
    private static readonly PtxType[] s_bitTypes = [PtxType.B16, PtxType.B32, PtxType.B64];
    private static readonly PtxType[] s_comparedTypes = [.. s_bitTypes, .. s_integerTypes, .. s_floatTypes];

    private static Type Clr(PtxType type) => type switch
    {
        PtxType.U8 or PtxType.B8 => typeof(byte),
        PtxType.U16 or PtxType.B16 => typeof(ushort),
        PtxType.U32 or PtxType.B32 => typeof(uint),
        PtxType.U64 or PtxType.B64 => typeof(ulong),
        PtxType.S8 => typeof(sbyte),
        PtxType.S16 => typeof(short),
        PtxType.S32 => typeof(int),
        PtxType.S64 => typeof(long),
        PtxType.F32 => typeof(float),
        _ => typeof(double),
    };

    /// <summary>A function for numbers of a type, if it is not for any bits.</summary>
    private static Type Closed(Type function, PtxType type) =>
        function.IsGenericTypeDefinition ? function.MakeGenericType(Clr(type)) : function;

    private static PtxNode Unary(PtxForm form, Type function, PtxType type, bool flush = false)
    {
        function = Closed(function, type);
        return PtxForm.Make(
            typeof(UnaryNode<>), flush ? typeof(FlushedUnary<>).MakeGenericType(function) : function, form.Target(0, type),
            form.Source(1, type));
    }

    private static PtxNode Binary(PtxForm form, Type function, PtxType type, bool flush = false, bool saturate = false)
    {
        function = Closed(function, type);
        if (flush)
        {
            function = typeof(FlushedBinary<>).MakeGenericType(function);
        }
        if (saturate)
        {
            function = typeof(SaturatedBinary<>).MakeGenericType(function);
        }
        return PtxForm.Make(typeof(BinaryNode<>), function, form.Target(0, type), form.Source(1, type), form.Source(2, type));
    }

    private static (bool Flush, bool Saturate, PtxType Type) FloatSuffixes(
        PtxForm form, bool canSaturate, params ReadOnlySpan<PtxType> types)
    {
        var flush = form.Take(".ftz");
        var saturate = canSaturate && form.Take(".sat");
        var type = form.Type(types);
        form.Refuse((flush || saturate) && type != PtxType.F32, "only single precision is flushed or saturated");
        return (flush, saturate, type);
    }

    private static PtxNode AddOrSubtract(PtxForm form)
    {
        var function = form.Name == "add" ? typeof(OfNumbers<>.Add) : typeof(OfNumbers<>.Subtract);
        if (form.Peek() is { } peeked && peeked.IsInteger())
        {
            var integer = form.Type(s_integerTypes);
            form.End(3);
            return Binary(form, function, integer);
        }

        var rounding = Rounding(form, isRequired: false);
        if (IsHalfArithmetic(form))
        {
            return HalfArithmetic(form, rounding);
        }
        var (flush, saturate, type) = FloatSuffixes(form, canSaturate: true, s_floatTypes);
        form.End(3);
        if (rounding != PtxRounding.NearestEven)
        {
            return Exact(form, type, rounding, flush, saturate ? PtxFormat.Single.Saturate : null);
        }
        return Binary(form, function, type, flush, saturate);
    }

    private static PtxNode Multiply(PtxForm form)
    {
        var isMad = form.Name == "mad";
        if (form.TakeOneOf(".lo", ".hi", ".wide") is { } part)
        {
            return MultiplyIntegers(form, part, isMad);
        }
        var rounding = Rounding(form, isRequired: isMad);
        if (!isMad && IsHalfArithmetic(form))
        {
            return HalfArithmetic(form, rounding);
        }
        var (flush, saturate, type) = FloatSuffixes(form, canSaturate: true, s_floatTypes);
        form.End(isMad ? 4 : 3);
        if (rounding != PtxRounding.NearestEven)
        {
            return Exact(form, type, rounding, flush, saturate ? PtxFormat.Single.Saturate : null);
        }
        return isMad
            ? Ternary(form, type, flush, saturate)
            : Binary(form, typeof(OfNumbers<>.Multiply), type, flush, saturate);
    }

    private static PtxNode MultiplyIntegers(PtxForm form, string part, bool isMad)
    {
        var type = form.Type(s_integerTypes);
        form.End(isMad ? 4 : 3);
        var result = type;
        Type function;
        if (part == ".wide")
        {
            result = type switch
            {
                PtxType.U16 => PtxType.U32,
                PtxType.S16 => PtxType.S32,
                PtxType.U32 => PtxType.U64,
                PtxType.S32 => PtxType.S64,
                _ => throw form.Wrong("there is no wider type"),
            };
            function = typeof(MultiplyWide<,>).MakeGenericType(Clr(type), Clr(result));
        }
        else
        {
            var low = isMad ? typeof(OfNumbers<>.MultiplyAdd) : typeof(OfNumbers<>.Multiply);
            function = Closed(part == ".hi" ? typeof(OfIntegers<>.MultiplyHigh) : low, type);
        }

        var (d, a, b) = (form.Target(0, result), form.Source(1, type), form.Source(2, type));
        return isMad
            ? PtxForm.Make(typeof(TernaryNode<>), function, d, a, b, form.Source(3, result))
            : PtxForm.Make(typeof(BinaryNode<>), function, d, a, b);
    }

    private static PtxNode Ternary(PtxForm form, PtxType type, bool flush, bool saturate)
    {
        var function = typeof(OfFloats<>.Fused).MakeGenericType(Clr(type));
        if (flush)
        {
            function = typeof(FlushedTernary<>).MakeGenericType(function);
        }
        if (saturate)
        {
            function = typeof(SaturatedTernary<>).MakeGenericType(function);
        }
        return PtxForm.Make(
            typeof(TernaryNode<>), function, form.Target(0, type), form.Source(1, type), form.Source(2, type), form.Source(3, type));
    }

    private static PtxNode Fma(PtxForm form)
    {
        var rounding = Rounding(form, isRequired: true);
        if (IsHalfArithmetic(form))
        {
            return HalfArithmetic(form, rounding);
        }
        var (flush, saturate, type) = FloatSuffixes(form, canSaturate: true, s_floatTypes);
        form.End(4);
        if (rounding != PtxRounding.NearestEven)
        {
            return Exact(form, type, rounding, flush, saturate ? PtxFormat.Single.Saturate : null);
        }
        return Ternary(form, type, flush, saturate);
    }

    private static PtxNode Division(PtxForm form)
    {
        if (form.Peek() is { } peeked && peeked.IsInteger())
        {
            return IntegerDivision(form, s_integerTypes);
        }
        var isApproximate = form.TakeOneOf(".approx", ".full") is not null;
        var rounding = isApproximate ? PtxRounding.NearestEven : Rounding(form, isRequired: true);
        var (flush, _, type) = FloatSuffixes(form, canSaturate: false, isApproximate ? [PtxType.F32] : s_floatTypes);
        form.End(3);
        if (rounding != PtxRounding.NearestEven)
        {
            return Exact(form, type, rounding, flush);
        }
        return Binary(form, typeof(OfNumbers<>.Divide), type, flush);
    }

    private static DivideNode IntegerDivision(PtxForm form, PtxType[] types)
    {
        var isRemainder = form.Name == "rem";
        var type = form.Type(types);
        form.End(3);
        return new DivideNode(form.Target(0, type), form.Source(1, type), form.Source(2, type), type switch
        {
            PtxType.S16 => (a, b) => (ushort)(isRemainder ? (short)a % (short)b : (short)a / (short)b),
            PtxType.S32 => (a, b) => (uint)(isRemainder ? (long)(int)a % (int)b : (long)(int)a / (int)b),
            PtxType.S64 => (a, b) => (ulong)(isRemainder ? (Int128)(long)a % (long)b : (Int128)(long)a / (long)b),
            _ => (a, b) => isRemainder ? a % b : a / b,
        });
    }

    private static PtxNode Root(PtxForm form)
    {
        var isApproximate = form.Take(".approx");
        var rounding = isApproximate ? PtxRounding.NearestEven : Rounding(form, isRequired: true);
        var (flush, _, type) = FloatSuffixes(form, canSaturate: false, isApproximate ? [PtxType.F32] : s_floatTypes);
        form.End(2);
        if (rounding != PtxRounding.NearestEven)
        {
            return Exact(form, type, rounding, flush);
        }
        return Unary(form, form.Name == "rcp" ? typeof(OfFloats<>.Reciprocal) : typeof(OfFloats<>.SquareRoot), type, flush);
    }

    /// <summary>Computed in double precision and rounded once, which is within all error bounds of the manual.</summary>
    private static MapNode Approximation(PtxForm form)
    {
        form.One(".approx");
        if (form.Name == "tanh")
        {
            form.Needs(75, 70);
        }
        var flush = form.Name != "tanh" && form.Take(".ftz");
        var type =
            form.Type(form.Name switch { "rsqrt" => s_floatTypes, "ex2" or "tanh" => [PtxType.F32, .. s_halfTypes], _ => [PtxType.F32] });
        form.End(2);
        if (IsHalf(type))
        {
            return HalfApproximation(form, type, flush);
        }
        Func<double, double> function = form.Name switch
        {
            "rsqrt" => x => 1 / Math.Sqrt(x),
            "sin" => Math.Sin,
            "cos" => Math.Cos,
            "lg2" => Math.Log2,
            "ex2" => x => Math.Pow(2, x),
            _ => Math.Tanh,
        };
        Func<ulong[], ulong> compute = (type, flush) switch
        {
            (PtxType.F64, _) => x => PtxFloat.Bits(function(PtxFloat.Double(x[0]))),
            (_, true) => x => PtxFloat.Flush(PtxFloat.Bits((float)function(PtxFloat.Single(PtxFloat.Flush(x[0]))))),
            _ => x => PtxFloat.Bits((float)function(PtxFloat.Single(x[0]))),
        };
        return new MapNode(form.Target(0, type), [form.Source(1, type)], compute);
    }

    private static PtxNode SignOperation(PtxForm form)
    {
        var isNegation = form.Name == "neg";
        if (IsHalfArithmetic(form))
        {
            return HalfSign(form);
        }
        if (form.Peek() is { } peeked && peeked.IsInteger())
        {
            var integer = form.Type(s_signedTypes);
            form.End(2);
            return Unary(form, isNegation ? typeof(OfIntegers<>.Negate) : typeof(OfIntegers<>.Absolute), integer);
        }

        var (flush, _, type) = FloatSuffixes(form, canSaturate: false, s_floatTypes);
        form.End(2);
        return Unary(form, isNegation ? typeof(OfFloats<>.Negate) : typeof(OfFloats<>.Absolute), type, flush);
    }

    private static PtxNode Extreme(PtxForm form)
    {
        var isMinimum = form.Name == "min";
        if (form.Peek() is { } peeked && peeked.IsInteger())
        {
            var integer = form.Type(s_integerTypes);
            form.End(3);
            return Binary(form, isMinimum ? typeof(OfNumbers<>.Minimum) : typeof(OfNumbers<>.Maximum), integer);
        }

        var flush = form.Take(".ftz");
        if (IsHalfArithmetic(form))
        {
            return HalfExtreme(form, flush);
        }
        var propagates = form.Take(".NaN");
        if (propagates)
        {
            form.Needs(80, 70, ".NaN");
        }
        var type = form.Type(s_floatTypes);
        form.Refuse(type == PtxType.F64 && (flush || propagates), "double precision has neither .ftz nor .NaN");
        form.End(3);
        var function = propagates
            ? isMinimum ? typeof(OfFloats<>.MinimumOrNaN) : typeof(OfFloats<>.MaximumOrNaN)
            : isMinimum ? typeof(OfFloats<>.Minimum) : typeof(OfFloats<>.Maximum);
        return Binary(form, function, type, flush);
    }

    private static PtxNode CopySignOf(PtxForm form)
    {
        var type = form.Type(s_floatTypes);
        form.End(3);
        return Binary(form, typeof(CopySign<>), type);
    }

    private static TestNode Test(PtxForm form)
    {
        var property = form.One(".finite", ".infinite", ".number", ".notanumber", ".normal", ".subnormal");
        var type = form.Type(s_floatTypes);
        form.End(2);
        Func<double, bool> holds = property switch
        {
            ".finite" => double.IsFinite,
            ".infinite" => double.IsInfinity,
            ".number" => x => !double.IsNaN(x),
            ".notanumber" => double.IsNaN,
            _ => throw form.Unknown(property),
        };
        return new TestNode(
            form.TargetPredicate(form[0]), form.Source(1, type),
            type == PtxType.F32 ? a => holds(PtxFloat.Single(a)) : a => holds(PtxFloat.Double(a)));
    }
}
