using IlgpuGan.TestsCommon.PtxMachine.Execution;

namespace IlgpuGan.TestsCommon.PtxMachine.Instructions;

internal interface IPtxTest
{
    static abstract bool Of(ulong a, ulong b);
}

/// <summary>How setp combines a comparison with another predicate.</summary>
internal enum PtxBoolean
{
    None,
    And,
    Or,
    Xor,
}

/// <summary>setp: p = (a compared with b) combined with c, q = the opposite comparison combined with c.</summary>
internal sealed class CompareNode<TTest>(int p, int q, int a, int b, PtxBoolean boolean, int c, bool isNegated) : PtxNode
    where TTest : struct, IPtxTest
{
    public override void Execute(PtxWarp warp, uint lanes)
    {
        var x = warp.Values.AsSpan(a * PtxWarp.Lanes, PtxWarp.Lanes);
        var y = warp.Values.AsSpan(b * PtxWarp.Lanes, PtxWarp.Lanes);
        uint holds = 0;
        for (var k = 0; k < PtxWarp.Lanes; k++)
        {
            if (TTest.Of(x[k], y[k]))
            {
                holds |= 1u << k;
            }
        }

        var defined = warp.Defined[a] & warp.Defined[b];
        var other = boolean == PtxBoolean.None ? 0 : isNegated ? ~warp.Predicates[c] : warp.Predicates[c];
        if (boolean != PtxBoolean.None)
        {
            defined &= warp.PredicatesDefined[c];
        }
        warp.SetPredicate(p, lanes, Combine(holds, other), defined);
        if (q >= 0)
        {
            warp.SetPredicate(q, lanes, Combine(~holds, other), defined);
        }
    }

    private uint Combine(uint holds, uint other) => boolean switch
    {
        PtxBoolean.And => holds & other,
        PtxBoolean.Or => holds | other,
        PtxBoolean.Xor => holds ^ other,
        _ => holds,
    };
}

/// <summary>set: like setp, with a register as target.</summary>
internal sealed class SetNode<TTest>(int d, ulong yes, int a, int b, PtxBoolean boolean, int c, bool isNegated) : PtxNode
    where TTest : struct, IPtxTest
{
    public override void Execute(PtxWarp warp, uint lanes)
    {
        var other = boolean == PtxBoolean.None ? 0 : isNegated ? ~warp.Predicates[c] : warp.Predicates[c];
        for (var k = 0; k < PtxWarp.Lanes; k++)
        {
            if ((lanes >> k & 1) == 0)
            {
                continue;
            }
            var holds = TTest.Of(warp.Values[(a * PtxWarp.Lanes) + k], warp.Values[(b * PtxWarp.Lanes) + k]);
            var with = (other >> k & 1) != 0;
            holds = boolean switch { PtxBoolean.And => holds && with, PtxBoolean.Or => holds || with, PtxBoolean.Xor => holds != with,
                _ => holds };
            warp.Values[(d * PtxWarp.Lanes) + k] = holds ? yes : 0;
        }

        warp.Define(d, lanes, warp.Defined[a] & warp.Defined[b] & (boolean == PtxBoolean.None ? uint.MaxValue : warp.PredicatesDefined[c]));
    }
}

/// <summary>setp of half precision. For pairs, p is the result of the lower half and q of the upper.</summary>
internal sealed class HalfCompareNode(int p, int q, int a, int b, Func<ulong, ulong, bool> holds) : PtxNode
{
    public override void Execute(PtxWarp warp, uint lanes)
    {
        var (low, high) = (0u, 0u);
        for (var k = 0; k < PtxWarp.Lanes; k++)
        {
            var (x, y) = (warp.Values[(a * PtxWarp.Lanes) + k], warp.Values[(b * PtxWarp.Lanes) + k]);
            low |= holds(x & 0xFFFF, y & 0xFFFF) ? 1u << k : 0;
            high |= holds(x >> 16 & 0xFFFF, y >> 16 & 0xFFFF) ? 1u << k : 0;
        }

        warp.SetPredicate(p, lanes, low, warp.Defined[a] & warp.Defined[b]);
        if (q >= 0)
        {
            warp.SetPredicate(q, lanes, high, warp.Defined[a] & warp.Defined[b]);
        }
    }
}

/// <summary>and, or, xor, not and mov on predicates; a predicate's 32 lanes are one word.</summary>
internal sealed class PredicateNode(int d, int a, int b, Func<uint, uint, uint> function) : PtxNode
{
    public override void Execute(PtxWarp warp, uint lanes) =>
        warp.SetPredicate(
            d, lanes, function(warp.Predicates[a], warp.Predicates[b]), warp.PredicatesDefined[a] & warp.PredicatesDefined[b]);
}

/// <summary>testp.</summary>
internal sealed class TestNode(int p, int a, Func<ulong, bool> function) : PtxNode
{
    public override void Execute(PtxWarp warp, uint lanes)
    {
        uint holds = 0;
        for (var k = 0; k < PtxWarp.Lanes; k++)
        {
            if (function(warp.Values[(a * PtxWarp.Lanes) + k]))
            {
                holds |= 1u << k;
            }
        }

        warp.SetPredicate(p, lanes, holds, warp.Defined[a]);
    }
}

/// <summary>selp. The unselected value may be undefined.</summary>
internal sealed class SelectNode(int d, int a, int b, int p, bool isNegated) : PtxNode
{
    public override void Execute(PtxWarp warp, uint lanes)
    {
        var chosen = isNegated ? ~warp.Predicates[p] : warp.Predicates[p];
        var x = warp.Values.AsSpan(a * PtxWarp.Lanes, PtxWarp.Lanes);
        var y = warp.Values.AsSpan(b * PtxWarp.Lanes, PtxWarp.Lanes);
        var result = warp.Values.AsSpan(d * PtxWarp.Lanes, PtxWarp.Lanes);
        for (var k = 0; k < PtxWarp.Lanes; k++)
        {
            if ((lanes >> k & 1) != 0)
            {
                result[k] = (chosen >> k & 1) != 0 ? x[k] : y[k];
            }
        }

        warp.Define(d, lanes, warp.PredicatesDefined[p] & ((chosen & warp.Defined[a]) | (~chosen & warp.Defined[b])));
    }
}
