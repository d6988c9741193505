using System.Numerics;
using IlgpuGan.TestsCommon.PtxMachine.Execution;
using IlgpuGan.TestsCommon.PtxMachine.Instructions;
using IlgpuGan.TestsCommon.PtxMachine.Syntax;

namespace IlgpuGan.TestsCommon.PtxMachine.Decoding;

// Logic, comparisons, selections (sections 9.7.5 to 9.7.7).
internal sealed partial class PtxDecoder
{
    private static PtxNode Logic(PtxForm form)
    {
        var type = form.Type([PtxType.Pred, .. s_bitTypes]);
        form.End(3);
        if (type != PtxType.Pred)
        {
            return Binary(form, form.Name switch { "and" => typeof(BitAnd), "or" => typeof(BitOr), _ => typeof(BitXor) }, type);
        }
        return new PredicateNode(
            form.TargetPredicate(form[0]), form.PlainPredicate(form[1]), form.PlainPredicate(form[2]),
            form.Name switch { "and" => (x, y) => x & y, "or" => (x, y) => x | y, _ => (x, y) => x ^ y });
    }

    private static PtxNode Not(PtxForm form)
    {
        var type = form.Type([PtxType.Pred, .. s_bitTypes]);
        form.End(2);
        if (type != PtxType.Pred)
        {
            return Unary(form, typeof(OfIntegers<>.BitNot), type);
        }
        var a = form.PlainPredicate(form[1]);
        return new PredicateNode(form.TargetPredicate(form[0]), a, a, (x, _) => ~x);
    }

    private static PtxNode Shift(PtxForm form)
    {
        var isLeft = form.Name == "shl";
        var type = form.Type(isLeft ? s_bitTypes : [.. s_bitTypes, .. s_integerTypes]);
        form.End(3);
        var function = (isLeft ? typeof(OfIntegers<>.ShiftLeft) : typeof(OfIntegers<>.ShiftRight)).MakeGenericType(Clr(type));
        return PtxForm.Make(typeof(BinaryNode<>), function, form.Target(0, type), form.Source(1, type), form.Source(2, PtxType.U32));
    }

    private static PtxNode Count(PtxForm form)
    {
        var type = form.Type(PtxType.B32, PtxType.B64);
        form.End(2);
        var function = form.Name == "popc" ? typeof(PopulationCount) : typeof(OfIntegers<>.LeadingZeros).MakeGenericType(Clr(type));
        return PtxForm.Make(typeof(UnaryNode<>), function, form.Target(0, PtxType.U32), form.Source(1, type));
    }

    private static PtxNode Comparison(PtxForm form)
    {
        var comparison = form.One(
            ".eq", ".ne", ".lt", ".le", ".gt", ".ge", ".lo", ".ls", ".hi", ".hs", ".equ", ".neu", ".ltu", ".leu", ".gtu", ".geu", ".num",
            ".nan");
        var boolean = form.TakeOneOf(
            ".and", ".or", ".xor") switch { ".and" => PtxBoolean.And, ".or" => PtxBoolean.Or, ".xor" => PtxBoolean.Xor,
            _ => PtxBoolean.None };
        var flush = form.Take(".ftz");
        var isSet = form.Name == "set";
        var result = isSet ? form.Type(PtxType.U32, PtxType.S32, PtxType.F32) : PtxType.Pred;
        if (IsHalfArithmetic(form))
        {
            return HalfComparison(form, comparison[1..], boolean, flush, result);
        }
        var type = form.Type(s_comparedTypes);
        form.Refuse(flush && type != PtxType.F32, "only single precision is flushed");
        form.End(boolean == PtxBoolean.None ? 3 : 4);
        var function = TestOf(form, comparison[1..], type);
        if (flush)
        {
            function = typeof(FlushedTest<>).MakeGenericType(function);
        }
        if (isSet)
        {
            return Set(form, function, type, boolean, result);
        }
        var (p, q) = form[0] is PairOperand pair
            ? (form.TargetPredicate(pair.First), form.TargetPredicate(pair.Second))
            : (form.TargetPredicate(form[0]), -1);
        var (c, isNegated) = boolean == PtxBoolean.None ? (0, false) : form.Predicate(form[3]);
        return PtxForm.Make(typeof(CompareNode<>), function, p, q, form.Source(1, type), form.Source(2, type), boolean, c, isNegated);
    }

    /// <summary>set: all ones, or 1.0, if the comparison holds.</summary>
    private static PtxNode Set(PtxForm form, Type test, PtxType type, PtxBoolean boolean, PtxType result)
    {
        var (c, isNegated) = boolean == PtxBoolean.None ? (0, false) : form.Predicate(form[3]);
        return PtxForm.Make(
            typeof(SetNode<>), test, form.Target(0, result), result == PtxType.F32 ? 0x3F800000UL : uint.MaxValue, form.Source(1, type),
            form.Source(2, type), boolean, c, isNegated);
    }

    private static Type TestOf(PtxForm form, string comparison, PtxType type)
    {
        var isFloat = type.IsFloat();
        var allowed = type switch
        {
            _ when isFloat => "eq ne lt le gt ge equ neu ltu leu gtu geu num nan",
            _ when type.IsBits() => "eq ne",
            _ when type.IsSigned() => "eq ne lt le gt ge",
            _ => "eq ne lt le gt ge lo ls hi hs",
        };
        form.Refuse(!allowed.Split(' ').Contains(comparison), $"{type.Name()} has no comparison .{comparison}");
        var number = Clr(type);
        if (comparison is "num" or "nan")
        {
            var nan = typeof(Unordered<,>).MakeGenericType(number, typeof(Never));
            return comparison == "nan" ? nan : typeof(Opposite<>).MakeGenericType(nan);
        }

        var isUnordered = isFloat && comparison.Length == 3;
        var test = (isUnordered ? comparison[..2] : comparison) switch
        {
            "eq" => typeof(OfNumbers<>.Equal),
            "ne" => typeof(OfNumbers<>.Different),
            "lt" or "lo" => typeof(OfNumbers<>.Less),
            "le" or "ls" => typeof(OfNumbers<>.LessThanOrEqual),
            "gt" or "hi" => typeof(OfNumbers<>.Greater),
            _ => typeof(OfNumbers<>.GreaterThanOrEqual),
        };
        test = test.MakeGenericType(number);
        return isUnordered ? typeof(Unordered<,>).MakeGenericType(number, test) : test;
    }

    private static SelectNode Selection(PtxForm form)
    {
        var type = form.Type(s_comparedTypes);
        form.End(4);
        var (p, isNegated) = form.Predicate(form[3]);
        return isNegated
            ? throw form.Wrong("the predicate of selp is not negated")
            : new SelectNode(form.Target(0, type), form.Source(1, type), form.Source(2, type), p, isNegated: false);
    }

    /// <summary>slct: a if c is not negative, else b; b also if c is NaN.</summary>
    private static MapNode SelectBySign(PtxForm form)
    {
        var flush = form.Take(".ftz");
        var type = form.Type(s_comparedTypes);
        var sign = form.Type(PtxType.S32, PtxType.F32);
        form.Refuse(flush && sign != PtxType.F32, "only single precision is flushed");
        form.End(4);
        return new MapNode(form.Target(0, type), [form.Source(1, type), form.Source(2, type), form.Source(3, sign)], sign == PtxType.S32
            ? x => (int)x[2] >= 0 ? x[0] : x[1]
            : x => PtxFloat.Single(flush ? PtxFloat.Flush(x[2]) : x[2]) >= 0 ? x[0] : x[1]);
    }
}
