using System.Numerics;
using IlgpuGan.TestsCommon.PtxMachine.Execution;

namespace IlgpuGan.TestsCommon.PtxMachine.Instructions;

internal enum PtxReduction
{
    None,
    PopCount,
    And,
    Or,
}

/// <summary>bar.sync, bar.red, bar.arrive: all live lanes of a warp arrive together.</summary>
/// <param name="barrier">Slot of the barrier's number.</param>
/// <param name="threads">Slot of the number of threads, or -1 for all.</param>
/// <param name="reduction">What bar.red computes.</param>
/// <param name="target">Slot of the result: a predicate; a register for popc.</param>
/// <param name="source">Slot of the predicate to reduce.</param>
/// <param name="isNegated">Whether the predicate is negated.</param>
internal sealed class BarrierNode(int barrier, int threads, PtxReduction reduction, int target, int source, bool isNegated) : PtxCollective
{
    public bool OnlyArrives { get; init; }

    public override void Execute(PtxWarp warp, uint lanes)
    {
        var lane = BitOperations.TrailingZeroCount(lanes);
        warp.RequireDefined(this, warp.Defined[barrier], lanes, "the barrier's number");
        var number = warp.Values[(barrier * PtxWarp.Lanes) + lane];
        if (number > 15)
        {
            throw warp.Fault(this, lane, $"there is no barrier {number}");
        }
        var count = threads < 0 ? 0 : (int)warp.Values[(threads * PtxWarp.Lanes) + lane];
        if (count % PtxWarp.Lanes != 0)
        {
            throw warp.Fault(this, lane, $"{count} threads at a barrier are no multiple of the warp size");
        }
        if (reduction != PtxReduction.None)
        {
            warp.RequireDefined(this, warp.PredicatesDefined[source], lanes, "the predicate");
        }
        if (!OnlyArrives)
        {
            warp.AtBarrier |= lanes;
        }
        warp.Group.Arrive(warp, this, lanes, (int)number, count);
    }

    /// <summary>Computes the reduction over all waiting lanes and writes it to each of them.</summary>
    public static void Reduce(List<(PtxWarp Warp, BarrierNode Node, uint Lanes)> waiting)
    {
        var kind = waiting[0].Node.Reduction;
        if (waiting.Exists(w => w.Node.Reduction != kind))
        {
            throw waiting[0].Warp.Fault(waiting[0].Node, 0, "others wait at the barrier for another reduction");
        }
        if (kind == PtxReduction.None)
        {
            return;
        }
        var votes = waiting.Sum(w => BitOperations.PopCount(w.Node.Votes(w.Warp) & w.Lanes));
        var all = waiting.Sum(w => BitOperations.PopCount(w.Lanes));
        foreach (var (warp, node, lanes) in waiting)
        {
            node.Deliver(warp, lanes, votes, all);
        }
    }

    private PtxReduction Reduction => reduction;

    private uint Votes(PtxWarp warp) => isNegated ? ~warp.Predicates[source] : warp.Predicates[source];

    private void Deliver(PtxWarp warp, uint lanes, int votes, int all)
    {
        if (reduction == PtxReduction.PopCount)
        {
            for (var lane = 0; lane < PtxWarp.Lanes; lane++)
            {
                if ((lanes >> lane & 1) != 0)
                {
                    warp.Values[(target * PtxWarp.Lanes) + lane] = (ulong)votes;
                }
            }

            warp.Define(target, lanes, lanes);
            return;
        }

        var holds = reduction == PtxReduction.And ? votes == all : votes > 0;
        warp.SetPredicate(target, lanes, holds ? uint.MaxValue : 0, lanes);
    }
}

/// <summary>Collectives with a member mask operand.</summary>
internal abstract class MemberCollective(int members) : PtxCollective
{
    public override uint Members(PtxWarp warp, int lane)
    {
        warp.RequireDefined(this, warp.Defined[members], 1u << lane, "the member mask");
        return (uint)warp.Values[(members * PtxWarp.Lanes) + lane];
    }
}

/// <summary>bar.warp.sync: orders the memory accesses of the warp's lanes.</summary>
internal sealed class WarpBarrierNode(int members) : MemberCollective(members)
{
    public override void Execute(PtxWarp warp, uint lanes)
    {
        if (lanes == warp.Live)
        {
            warp.Epoch++;
        }
    }
}

/// <summary>shfl.sync, by the manual's pseudo-code.</summary>
internal sealed class ShuffleNode(string mode, int d, int p, int a, int b, int c, int members) : MemberCollective(members)
{
    public override void Execute(PtxWarp warp, uint lanes)
    {
        warp.RequireDefined(this, warp.Defined[b] & warp.Defined[c], lanes, "the source lane or the clamp");
        var (defined, inRange) = (0u, 0u);
        Span<ulong> values = stackalloc ulong[PtxWarp.Lanes];
        warp.Values.AsSpan(a * PtxWarp.Lanes, PtxWarp.Lanes).CopyTo(values);
        for (var rest = lanes; rest != 0; rest &= rest - 1)
        {
            var lane = BitOperations.TrailingZeroCount(rest);
            var by = (int)warp.Values[(b * PtxWarp.Lanes) + lane] & 31;
            var packed = (int)warp.Values[(c * PtxWarp.Lanes) + lane];
            var (clamp, mask) = (packed & 31, (packed >> 8) & 31);
            var maxLane = (lane & mask) | (clamp & ~mask);
            var minLane = lane & mask;
            var (from, isIn) = mode switch
            {
                ".up" => (lane - by, lane - by >= maxLane),
                ".down" => (lane + by, lane + by <= maxLane),
                ".bfly" => (lane ^ by, (lane ^ by) <= maxLane),
                _ => (minLane | (by & ~mask), (minLane | (by & ~mask)) <= maxLane),
            };
            if (!isIn)
            {
                from = lane;
            }
            else
            {
                inRange |= 1u << lane;
            }

            // A value from a lane that does not participate is undefined.
            defined |= (lanes & warp.Defined[a]) >> from << lane & 1u << lane;
            warp.Values[(d * PtxWarp.Lanes) + lane] = values[from];
        }

        warp.Define(d, lanes, defined);
        if (p >= 0)
        {
            warp.SetPredicate(p, lanes, inRange, lanes);
        }
    }
}

/// <summary>vote.sync.</summary>
internal sealed class VoteNode(string mode, int d, int a, bool isNegated, int members) : MemberCollective(members)
{
    public override void Execute(PtxWarp warp, uint lanes)
    {
        warp.RequireDefined(this, warp.PredicatesDefined[a], lanes, "the predicate");
        var votes = (isNegated ? ~warp.Predicates[a] : warp.Predicates[a]) & lanes;
        if (mode == ".ballot")
        {
            for (var rest = lanes; rest != 0; rest &= rest - 1)
            {
                warp.Values[(d * PtxWarp.Lanes) + BitOperations.TrailingZeroCount(rest)] = votes;
            }
            warp.Define(d, lanes, lanes);
            return;
        }

        var holds = mode switch { ".all" => votes == lanes, ".any" => votes != 0, _ => votes == lanes || votes == 0 };
        warp.SetPredicate(d, lanes, holds ? uint.MaxValue : 0, lanes);
    }
}

/// <summary>redux.sync.</summary>
internal sealed class ReduxNode(int d, int a, int members, Func<ulong, ulong, ulong> function) : MemberCollective(members)
{
    public override void Execute(PtxWarp warp, uint lanes)
    {
        warp.RequireDefined(this, warp.Defined[a], lanes, "the operand");
        ulong? total = null;
        for (var rest = lanes; rest != 0; rest &= rest - 1)
        {
            var value = warp.Values[(a * PtxWarp.Lanes) + BitOperations.TrailingZeroCount(rest)];
            total = total is { } sum ? function(sum, value) : value;
        }

        for (var rest = lanes; rest != 0; rest &= rest - 1)
        {
            warp.Values[(d * PtxWarp.Lanes) + BitOperations.TrailingZeroCount(rest)] = total!.Value;
        }
        warp.Define(d, lanes, lanes);
    }
}

/// <summary>
/// match.any.sync: the lanes with the same value. match.all.sync: all lanes if they have the same value, and whether they do.
/// </summary>
internal sealed class MatchNode(bool isAll, int d, int p, int a, int members) : MemberCollective(members)
{
    public override void Execute(PtxWarp warp, uint lanes)
    {
        warp.RequireDefined(this, warp.Defined[a], lanes, "the operand");
        for (var rest = lanes; rest != 0; rest &= rest - 1)
        {
            var lane = BitOperations.TrailingZeroCount(rest);
            uint same = 0;
            for (var others = lanes; others != 0; others &= others - 1)
            {
                var other = BitOperations.TrailingZeroCount(others);
                if (warp.Values[(a * PtxWarp.Lanes) + other] == warp.Values[(a * PtxWarp.Lanes) + lane])
                {
                    same |= 1u << other;
                }
            }

            warp.Values[(d * PtxWarp.Lanes) + lane] = isAll && same != lanes ? 0 : same;
            if (p >= 0)
            {
                warp.SetPredicate(p, 1u << lane, same == lanes ? uint.MaxValue : 0, uint.MaxValue);
            }
        }

        warp.Define(d, lanes, lanes);
    }
}

/// <summary>activemask.</summary>
internal sealed class ActiveMaskNode(int d) : PtxNode
{
    public override void Execute(PtxWarp warp, uint lanes)
    {
        for (var rest = lanes; rest != 0; rest &= rest - 1)
        {
            warp.Values[(d * PtxWarp.Lanes) + BitOperations.TrailingZeroCount(rest)] = lanes;
        }
        warp.Define(d, lanes, lanes);
    }
}
