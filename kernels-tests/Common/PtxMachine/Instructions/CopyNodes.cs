using IlgpuGan.TestsCommon.PtxMachine.Execution;
using IlgpuGan.TestsCommon.PtxMachine.Syntax;

namespace IlgpuGan.TestsCommon.PtxMachine.Instructions;

/// <summary>cp.async: copies asynchronously from global to shared memory.</summary>
internal sealed class CopyNode(
    (int Slot, long Offset) target, (int Slot, long Offset) source, PtxSpace targetSpace, PtxSpace sourceSpace, int size, int sourceSize,
    int ignore, bool isIgnoreNegated)
    : MemoryNode(targetSpace, target.Slot, target.Offset, size)
{
    public override void Execute(PtxWarp warp, uint lanes)
    {
        RequireAddress(warp, lanes);
        warp.RequireDefined(this, warp.Defined[source.Slot], lanes, "the source address");
        Count(warp, lanes, sourceSpace, source.Slot, source.Offset);
        if (sourceSize >= 0)
        {
            warp.RequireDefined(this, warp.Defined[sourceSize], lanes, "the source size");
        }
        if (ignore >= 0)
        {
            warp.RequireDefined(this, warp.PredicatesDefined[ignore], lanes, "the ignore predicate");
        }
        for (var rest = lanes; rest != 0;)
        {
            var lane = NextLane(ref rest);
            var place = Locate(warp, lane);
            if (place.Space != PtxSpace.Shared)
            {
                throw warp.Fault(this, lane, "the target is not in shared memory");
            }
            var bytes = sourceSize < 0 ? (ulong)Size : warp.Values[(sourceSize * PtxWarp.Lanes) + lane];
            if (bytes > (ulong)Size)
            {
                throw warp.Fault(this, lane, $"the source size {bytes} exceeds the copy's {Size}");
            }
            if (ignore >= 0 && ((warp.Predicates[ignore] >> lane & 1) != 0) != isIgnoreNegated)
            {
                bytes = 0;
            }
            warp.Copies.Begin(this, lane, place.Offset, Size, bytes == 0 ? (ArraySegment<byte>?)null : From(warp, lane, (int)bytes));
        }
    }

    private ArraySegment<byte> From(PtxWarp warp, int lane, int bytes)
    {
        var address = warp.Values[(source.Slot * PtxWarp.Lanes) + lane] + (ulong)source.Offset;
        if ((address & (ulong)(Size - 1)) != 0)
        {
            throw warp.Fault(this, lane, $"the source address 0x{address:x} is no multiple of {Size}");
        }
        if (sourceSpace is not (PtxSpace.Global or PtxSpace.Generic) || warp.Group.Launch.Memory.At(address, bytes) is not { } segment)
        {
            throw warp.Fault(this, lane, $"{bytes} bytes at 0x{address:x} are not in global memory");
        }
        var block = warp.Group.Launch.Memory.Find(address)!;
        Record(warp, lane, block, (int)(address - block.Address), bytes, PtxAccessKind.Read);
        return segment;
    }
}

/// <summary>cp.async.commit_group, wait_group and wait_all.</summary>
internal sealed class CopyGroupNode(Action<PtxCopies, int> action) : PtxNode
{
    public override void Execute(PtxWarp warp, uint lanes)
    {
        for (var lane = 0; lane < PtxWarp.Lanes; lane++)
        {
            if ((lanes >> lane & 1) != 0)
            {
                action(warp.Copies, lane);
            }
        }
    }
}
