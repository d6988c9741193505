using IlgpuGan.TestsCommon.PtxMachine.Execution;
using IlgpuGan.TestsCommon.PtxMachine.Instructions;
using IlgpuGan.TestsCommon.PtxMachine.Syntax;

namespace IlgpuGan.TestsCommon.PtxMachine.Decoding;

// Barriers, fences, atomics, warp operations (section 9.7.12).
internal sealed partial class PtxDecoder
{
    private static PtxNode Barrier(PtxForm form)
    {
        if (form.Name == "bar" && form.Take(".warp"))
        {
            form.One(".sync");
            form.Needs(30, 60);
            form.End(1);
            return new WarpBarrierNode(form.Source(0, PtxType.B32));
        }

        if (form.Take(".cta"))
        {
            form.Needs(0, 78, ".cta");
        }
        if (form.Name == "barrier")
        {
            form.Needs(30, 60);
        }
        var kind = form.One(".sync", ".arrive", ".red");
        if (kind == ".red")
        {
            return BarrierReduction(form);
        }
        if (form.Name == "barrier")
        {
            form.Take(".aligned");
        }
        form.End(kind == ".arrive" ? 2 : 1, 2);
        return new BarrierNode(
            form.Source(0, PtxType.U32), form.Operands > 1 ? form.Source(1, PtxType.U32) : -1, PtxReduction.None, 0, 0,
            isNegated: false) { OnlyArrives = kind == ".arrive" };
    }

    private static BarrierNode BarrierReduction(PtxForm form)
    {
        var reduction =
            form.One(".popc", ".and", ".or") switch { ".popc" => PtxReduction.PopCount, ".and" => PtxReduction.And, _ => PtxReduction.Or };
        if (form.Name == "barrier")
        {
            form.Take(".aligned");
        }
        form.Type(reduction == PtxReduction.PopCount ? PtxType.U32 : PtxType.Pred);
        form.End(3, 4);
        var (source, isNegated) = form.Predicate(form[form.Operands - 1]);
        var target = reduction == PtxReduction.PopCount ? form.Target(0, PtxType.U32) : form.TargetPredicate(form[0]);
        return new BarrierNode(
            form.Source(1, PtxType.U32), form.Operands > 3 ? form.Source(2, PtxType.U32) : -1, reduction, target, source, isNegated);
    }

    private static FenceNode Fence(PtxForm form)
    {
        if (form.Name == "fence")
        {
            form.Needs(70, 60);
            form.TakeOneOf(".sc", ".acq_rel");
        }

        var isBeyondGroup = form.One(".cta", form.Name == "fence" ? ".gpu" : ".gl", ".sys") != ".cta";
        form.End(0);
        return new FenceNode(isBeyondGroup);
    }

    private static ShuffleNode Shuffle(PtxForm form)
    {
        form.Refuse(!form.Take(".sync"), "shfl without .sync is gone since sm_70");
        form.Needs(30, 60);
        var mode = form.One(".up", ".down", ".bfly", ".idx");
        var type = form.Type(PtxType.B32);
        form.End(5);
        var (d, p) = form[0] is PairOperand pair
            ? (form.TargetRegister(pair.First, type, relaxed: false).Slot, form.TargetPredicate(pair.Second))
            : (form.Target(0, type), -1);
        return new ShuffleNode(
            mode, d, p, form.Source(1, type), form.Source(2, PtxType.B32), form.Source(3, PtxType.B32), form.Source(4, PtxType.B32));
    }

    private static VoteNode Vote(PtxForm form)
    {
        form.Refuse(!form.Take(".sync"), "vote without .sync is gone since sm_70");
        form.Needs(30, 60);
        var mode = form.One(".all", ".any", ".uni", ".ballot");
        form.Type(mode == ".ballot" ? PtxType.B32 : PtxType.Pred);
        form.End(3);
        var (a, isNegated) = form.Predicate(form[1]);
        return new VoteNode(
            mode, mode == ".ballot" ? form.Target(0, PtxType.B32) : form.TargetPredicate(form[0]), a, isNegated,
            form.Source(2, PtxType.B32));
    }

    private static MatchNode Match(PtxForm form)
    {
        var isAll = form.One(".any", ".all") == ".all";
        form.One(".sync");
        form.Needs(70, 60);
        var type = form.Type(PtxType.B32, PtxType.B64);
        form.End(3);
        var (d, p) = isAll && form[0] is PairOperand pair
            ? (form.TargetRegister(pair.First, PtxType.B32, relaxed: false).Slot, form.TargetPredicate(pair.Second))
            : (form.Target(0, PtxType.B32), -1);
        return new MatchNode(isAll, d, p, form.Source(1, type), form.Source(2, PtxType.B32));
    }

    private static ReduxNode Redux(PtxForm form)
    {
        form.One(".sync");
        form.Needs(80, 70);
        var operation = form.One(".add", ".min", ".max", ".and", ".or", ".xor");
        var type = form.Type(operation is ".and" or ".or" or ".xor" ? [PtxType.B32] : [PtxType.U32, PtxType.S32]);
        form.End(3);
        return new ReduxNode(form.Target(0, type), form.Source(1, type), form.Source(2, PtxType.B32), Accumulation(operation, type));
    }

    private static ActiveMaskNode ActiveMask(PtxForm form)
    {
        form.Type(PtxType.B32);
        form.Needs(30, 62);
        form.End(1);
        return new ActiveMaskNode(form.Target(0, PtxType.B32));
    }

    private AtomicNode Atomic(PtxForm form)
    {
        var returns = form.Name == "atom";
        if (form.TakeOneOf(returns ? [".relaxed", ".acquire", ".release", ".acq_rel"] : [".relaxed", ".release"]) is not null)
        {
            form.Needs(70, 60, "a memory ordering");
        }
        if (form.TakeOneOf(".cta", ".gpu", ".sys") is not null)
        {
            form.Needs(60, 50, "a scope");
        }
        var space = form.Space(".global", ".shared", ".shared::cta");
        var operation = returns
            ? form.One(".add", ".min", ".max", ".inc", ".dec", ".and", ".or", ".xor", ".exch", ".cas")
            : form.One(".add", ".min", ".max", ".inc", ".dec", ".and", ".or", ".xor");
        var isHalf = operation == ".add" && form.Take(".noftz");
        if (isHalf)
        {
            form.Needs(IsBFloat(form.LastType ?? PtxType.B16) ? 90 : 70, IsBFloat(form.LastType ?? PtxType.B16) ? 78 : 63);
        }
        var type = form.Type(operation switch
        {
            ".add" when isHalf => s_halfTypes,
            ".cas" when module.Sm >= 70 && module.Isa >= 63 => [PtxType.B16, PtxType.B32, PtxType.B64],
            ".add" => [PtxType.U32, PtxType.S32, PtxType.U64, PtxType.F32, PtxType.F64],
            ".min" or ".max" => [PtxType.U32, PtxType.S32, PtxType.U64, PtxType.S64],
            ".inc" or ".dec" => [PtxType.U32],
            _ => [PtxType.B32, PtxType.B64],
        });
        var first = returns ? 1 : 0;
        form.End(operation == ".cas" ? 4 : first + 2);
        var (address, offset) = form.Address(first, space);
        int[] operands = operation == ".cas" ? [form.Source(2, type), form.Source(3, type)] : [form.Source(first + 1, type)];
        return new AtomicNode(
            space, address, offset, type, returns ? form.Target(0, type) : -1, operands, AtomicOperation(operation, type));
    }

    private static Func<ulong, ulong, ulong, ulong> AtomicOperation(string operation, PtxType type)
    {
        switch (operation)
        {
            case ".cas":
                return (old, b, c) => old == b ? c : old;
            case ".exch":
                return (_, b, _) => b;
            case ".inc":
                return (old, b, _) => old >= b ? 0 : old + 1;
            case ".dec":
                return (old, b, _) => old == 0 || old > b ? b : old - 1;
            default:
                var combine = Accumulation(operation, type);
                return (old, b, _) => combine(old, b);
        }
    }

    private static Func<ulong, ulong, ulong> Accumulation(string operation, PtxType type) => (operation, type) switch
    {
        (".and", _) => BitAnd.Of,
        (".or", _) => BitOr.Of,
        (".xor", _) => BitXor.Of,
        (".add", PtxType.F16 or PtxType.BF16) => (a, b) => HalfSum(type, a, b),
        (".add", PtxType.F16x2 or PtxType.BF16x2) =>
            (a, b) => HalfSum(type, a & 0xFFFF, b & 0xFFFF) | (HalfSum(type, a >> 16, b >> 16) << 16),
        (".add", PtxType.F32) => OfNumbers<float>.Add.Of,
        (".add", PtxType.F64) => OfNumbers<double>.Add.Of,
        (".add", PtxType.U64) => OfNumbers<ulong>.Add.Of,
        (".add", _) => OfNumbers<uint>.Add.Of,
        (".min", PtxType.S32) => OfNumbers<int>.Minimum.Of,
        (".min", PtxType.S64) => OfNumbers<long>.Minimum.Of,
        (".min", _) => OfNumbers<ulong>.Minimum.Of,
        (_, PtxType.S32) => OfNumbers<int>.Maximum.Of,
        (_, PtxType.S64) => OfNumbers<long>.Maximum.Of,
        _ => OfNumbers<ulong>.Maximum.Of,
    };

    private static ulong HalfSum(PtxType type, ulong a, ulong b) =>
        PtxReal.Add(PtxReal.Of(FormatOf(type), a), PtxReal.Of(FormatOf(type), b), PtxRounding.NearestEven)
            .Round(FormatOf(type), PtxRounding.NearestEven);
}
