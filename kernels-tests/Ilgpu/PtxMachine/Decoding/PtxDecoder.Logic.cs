using System.Numerics;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Execution;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Instructions;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Syntax;

namespace IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Decoding;

// Bits, comparisons, selections (sections 9.7.1, 9.7.5, 9.7.7).
internal sealed partial class PtxDecoder
{
    private static PtxNode Logic(PtxForm form)
    {
        var type = form.Type([PtxType.Pred, .. BitTypes]);
        form.End(3);
        if (type != PtxType.Pred)
            return Binary(form, form.Name switch { "and" => typeof(BitAnd), "or" => typeof(BitOr), _ => typeof(BitXor) }, type);
        var (a, isANegated) = form.Predicate(form[1]);
        var (b, isBNegated) = form.Predicate(form[2]);
        if (isANegated || isBNegated)
            throw form.Wrong("only the guard and some operands of predicates are negated in place");
        return new PredicateNode(form.TargetPredicate(form[0]), a, b, form.Name switch { "and" => (x, y) => x & y, "or" => (x, y) => x | y, _ => (x, y) => x ^ y });
    }

    private static PtxNode Not(PtxForm form)
    {
        var type = form.Type([PtxType.Pred, .. BitTypes]);
        form.End(2);
        if (type != PtxType.Pred)
            return Unary(form, typeof(BitNot<>).MakeGenericType(Clr(type)), type);
        var a = form.TargetPredicate(form[1]);
        return new PredicateNode(form.TargetPredicate(form[0]), a, a, (x, _) => ~x);
    }

    private static PtxNode Shift(PtxForm form)
    {
        var isLeft = form.Name == "shl";
        var type = form.Type(isLeft ? BitTypes : [.. BitTypes, .. IntegerTypes]);
        form.End(3);
        var function = (isLeft ? typeof(ShiftLeft<>) : typeof(ShiftRight<>)).MakeGenericType(Clr(type));
        return PtxForm.Make(typeof(BinaryNode<>), function, form.Target(0, type), form.Source(1, type), form.Source(2, PtxType.U32));
    }

    private static PtxNode Count(PtxForm form)
    {
        var type = form.Type(PtxType.B32, PtxType.B64);
        form.End(2);
        var function = form.Name == "popc" ? typeof(PopulationCount) : typeof(LeadingZeros<>).MakeGenericType(Clr(type));
        return PtxForm.Make(typeof(UnaryNode<>), function, form.Target(0, PtxType.U32), form.Source(1, type));
    }

    private static PtxNode BitField(PtxForm form)
    {
        switch (form.Name)
        {
            case "brev":
                var reversed = form.Type(PtxType.B32, PtxType.B64);
                form.End(2);
                return Unary(form, typeof(ReverseBits<>).MakeGenericType(Clr(reversed)), reversed);
            case "bfe":
                var extracted = form.Type(PtxType.U32, PtxType.U64, PtxType.S32, PtxType.S64);
                form.End(4);
                return new MapNode(form.Target(0, extracted), [form.Source(1, extracted), form.Source(2, PtxType.U32), form.Source(3, PtxType.U32)], x => Extract(extracted, x[0], (int)(x[1] & 255), (int)(x[2] & 255)));
            case "shf":
                var isLeft = form.One(".l", ".r") == ".l";
                var isClamped = form.One(".clamp", ".wrap") == ".clamp";
                var shifted = form.Type(PtxType.B32);
                form.Needs(32, 31);
                form.End(4);
                return new MapNode(form.Target(0, shifted), [form.Source(1, shifted), form.Source(2, shifted), form.Source(3, PtxType.U32)], x => Funnel(isLeft, x[0] | (x[1] << 32), isClamped ? (int)Math.Min(x[2], 32) : (int)(x[2] & 31)));
            case "lop3":
                var combined = form.Type(PtxType.B32);
                form.Needs(50, 43);
                form.End(5);
                var table = form.Immediate(4);
                return new MapNode(form.Target(0, combined), [form.Source(1, combined), form.Source(2, combined), form.Source(3, combined)], x => Lookup(table, x[0], x[1], x[2]));
            default:
                throw form.Unknown("the instruction");
        }
    }

    private static ulong Extract(PtxType type, ulong a, int position, int length)
    {
        var width = 8 * type.Size();
        var signBit = Math.Min(position + length - 1, width - 1);
        var isNegative = type.IsSigned() && length > 0 && (a >> signBit & 1) != 0;
        ulong result = 0;
        for (var k = 0; k < width; k++)
        {
            var bit = k < length && position + k < width ? a >> (position + k) & 1 : isNegative ? 1UL : 0;
            result |= bit << k;
        }

        return result;
    }

    private static ulong Funnel(bool isLeft, ulong pair, int by) =>
        isLeft ? (uint)((UInt128)pair << by >> 32) : (uint)(pair >> by);

    private static ulong Lookup(int table, ulong a, ulong b, ulong c)
    {
        ulong result = 0;
        for (var k = 0; k < 32; k++)
        {
            var row = (int)(((a >> k & 1) << 2) | ((b >> k & 1) << 1) | (c >> k & 1));
            result |= (ulong)(table >> row & 1) << k;
        }

        return result;
    }

    private static PtxNode Comparison(PtxForm form)
    {
        var comparison = form.One(".eq", ".ne", ".lt", ".le", ".gt", ".ge", ".lo", ".ls", ".hi", ".hs", ".equ", ".neu", ".ltu", ".leu", ".gtu", ".geu", ".num", ".nan");
        var boolean = form.TakeOneOf(".and", ".or", ".xor") switch { ".and" => PtxBoolean.And, ".or" => PtxBoolean.Or, ".xor" => PtxBoolean.Xor, _ => PtxBoolean.None };
        var flush = form.Take(".ftz");
        var type = form.Type(ComparedTypes);
        if (flush && type != PtxType.F32)
            throw form.Wrong("only single precision is flushed");
        form.End(boolean == PtxBoolean.None ? 3 : 4);
        var function = TestOf(form, comparison[1..], type);
        if (flush)
            function = typeof(FlushedTest<>).MakeGenericType(function);
        var (p, q) = form[0] is PairOperand pair ? (form.TargetPredicate(pair.First), form.TargetPredicate(pair.Second)) : (form.TargetPredicate(form[0]), -1);
        var (c, isNegated) = boolean == PtxBoolean.None ? (0, false) : form.Predicate(form[3]);
        return PtxForm.Make(typeof(CompareNode<>), function, p, q, form.Source(1, type), form.Source(2, type), boolean, c, isNegated);
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
        if (!allowed.Split(' ').Contains(comparison))
            throw form.Wrong($"{type.Name()} has no comparison .{comparison}");
        var number = Clr(type);
        if (comparison is "num" or "nan")
        {
            var nan = typeof(Unordered<,>).MakeGenericType(number, typeof(Never));
            return comparison == "nan" ? nan : typeof(Opposite<>).MakeGenericType(nan);
        }

        var isUnordered = isFloat && comparison.Length == 3;
        var test = (isUnordered ? comparison[..2] : comparison) switch
        {
            "eq" => typeof(Equal<>),
            "ne" => typeof(Different<>),
            "lt" or "lo" => typeof(Less<>),
            "le" or "ls" => typeof(LessOrEqual<>),
            "gt" or "hi" => typeof(Greater<>),
            _ => typeof(GreaterOrEqual<>),
        };
        test = test.MakeGenericType(number);
        return isUnordered ? typeof(Unordered<,>).MakeGenericType(number, test) : test;
    }

    private static SelectNode Selection(PtxForm form)
    {
        var type = form.Type(ComparedTypes);
        form.End(4);
        var (p, isNegated) = form.Predicate(form[3]);
        return isNegated ? throw form.Wrong("the predicate of selp is not negated") : new SelectNode(form.Target(0, type), form.Source(1, type), form.Source(2, type), p, isNegated: false);
    }
}
