using IlgpuGan.TestsCommon.PtxMachine.Execution;

namespace IlgpuGan.TestsCommon.PtxMachine.Instructions;

/// <summary>bra.</summary>
internal sealed class BranchNode(int target) : PtxJump
{
    public override int Target(PtxWarp warp, int lane) => target;
}

/// <summary>brx.idx.</summary>
internal sealed class IndexedBranchNode(int index, int[] targets) : PtxJump
{
    public override bool IsUniform => false;

    public override int Target(PtxWarp warp, int lane)
    {
        warp.RequireDefined(this, warp.Defined[index], 1u << lane, "the index");
        var chosen = warp.Values[(index * PtxWarp.Lanes) + lane];
        return chosen < (ulong)targets.Length
            ? targets[chosen]
            : throw warp.Fault(this, lane, $"index {chosen} is beyond {targets.Length} targets");
    }
}

internal sealed class TrapNode : PtxNode
{
    public override void Execute(PtxWarp warp, uint lanes) =>
        throw warp.Fault(this, System.Numerics.BitOperations.TrailingZeroCount(lanes), "the kernel gave up");
}

/// <summary>membar and fence. The machine executes memory accesses in order, so they do nothing.</summary>
internal sealed class FenceNode(bool isBeyondGroup) : PtxNode
{
    public bool IsBeyondGroup => isBeyondGroup;

    public override void Execute(PtxWarp warp, uint lanes)
    {
    }
}
