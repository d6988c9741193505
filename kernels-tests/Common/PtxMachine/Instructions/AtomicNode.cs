using IlgpuGan.TestsCommon.PtxMachine.Execution;
using IlgpuGan.TestsCommon.PtxMachine.Syntax;

namespace IlgpuGan.TestsCommon.PtxMachine.Instructions;

/// <summary>atom and red. The lanes execute one after the other, in order.</summary>
/// <param name="space">Global, shared or generic.</param>
/// <param name="address">Slot of the base address.</param>
/// <param name="offset">Offset in bytes.</param>
/// <param name="type">Type of the memory operand.</param>
/// <param name="target">Slot of the old value, or -1 for red.</param>
/// <param name="operands">Slots of b and, for cas, c.</param>
/// <param name="operation">The new value, from the old value, b and c.</param>
internal sealed class AtomicNode(
    PtxSpace space, int address, long offset, PtxType type, int target, int[] operands, Func<ulong, ulong, ulong, ulong> operation)
    : MemoryNode(space, address, offset, type.Size())
{
    public override void Execute(PtxWarp warp, uint lanes)
    {
        RequireAddress(warp, lanes);
        foreach (var operand in operands)
        {
            warp.RequireDefined(this, warp.Defined[operand], lanes, "an operand of an atomic operation");
        }
        Span<byte> value = stackalloc byte[Size];
        var isDefined = true;
        for (var rest = lanes; rest != 0;)
        {
            var lane = NextLane(ref rest);
            var place = Locate(warp, lane);
            var old = Get(place.Bytes, type.Bits(), ulong.MaxValue);
            var b = warp.Values[(operands[0] * PtxWarp.Lanes) + lane];
            var c = operands.Length > 1 ? warp.Values[(operands[1] * PtxWarp.Lanes) + lane] : 0;
            Put(value, operation(old, b, c));
            if (place.Space == PtxSpace.Shared)
            {
                isDefined &= CheckShared(warp, lane, place.Offset, value);
            }
            else if (place.Space != PtxSpace.Global)
            {
                throw warp.Fault(this, lane, "atomic operations are for global and shared memory");
            }
            else
            {
                CheckGlobal(warp, lane, place);
            }
            value.CopyTo(place.Bytes);
            if (target >= 0)
            {
                warp.Values[(target * PtxWarp.Lanes) + lane] = old;
            }
        }

        if (!isDefined)
        {
            throw warp.Fault(
                this, System.Numerics.BitOperations.TrailingZeroCount(lanes), "an atomic operation on undefined shared memory");
        }
        if (target >= 0)
        {
            warp.Define(target, lanes, lanes);
        }
    }

    private void CheckGlobal(PtxWarp warp, int lane, in PtxPlace place)
    {
        if (warp.Group.Kernel.ReadsThroughTexture && place.Block!.Conflicts(warp.Group.Launch.Id, place.Offset, Size, isWrite: true))
        {
            throw warp.Fault(this, lane, "writes what the kernel reads through the read-only cache");
        }
        Record(warp, lane, place.Block!, place.Offset, Size, PtxAccessKind.Strong);
    }

    private bool CheckShared(PtxWarp warp, int lane, int at, ReadOnlySpan<byte> value)
    {
        var isDefined = warp.Group.Shared.Read(at, Size, warp.Now(lane), isStrong: true, out var problem);
        problem ??= warp.Group.Shared.Write(at, value, warp.Now(lane), isDefined: true, atomic: true);
        return problem is null ? isDefined : throw warp.Fault(this, lane, problem);
    }
}
