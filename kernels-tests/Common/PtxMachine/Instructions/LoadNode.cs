using IlgpuGan.TestsCommon.PtxMachine.Execution;
using IlgpuGan.TestsCommon.PtxMachine.Syntax;

namespace IlgpuGan.TestsCommon.PtxMachine.Instructions;

/// <summary>ld, including vectors.</summary>
internal sealed class LoadNode(PtxSpace space, int address, long offset, PtxType type, PtxRegister?[] targets)
    : MemoryNode(space, address, offset, type.Size() * targets.Length)
{
    private readonly int _bytes = type.Size();
    private readonly ulong[] _masks = [.. targets.Select(target => target is null ? 0 : Mask(target.Type.Size()))];

    public bool IsNonCoherent { get; init; }

    /// <summary>Volatile, relaxed or acquire.</summary>
    public bool IsStrong { get; init; }

    public override int ElementBytes => _bytes;

    public override void Execute(PtxWarp warp, uint lanes)
    {
        RequireAddress(warp, lanes);
        uint defined = 0;
        for (var rest = lanes; rest != 0;)
        {
            var lane = NextLane(ref rest);
            var place = Locate(warp, lane);
            if (IsDefined(warp, lane, place))
            {
                defined |= 1u << lane;
            }
            for (var k = 0; k < targets.Length; k++)
            {
                if (targets[k] is { } target)
                {
                    warp.Values[(target.Slot * PtxWarp.Lanes) + lane] =
                        Get(place.Bytes.Slice(k * _bytes, _bytes), type, _masks[k]);
                }
            }
        }

        foreach (var target in targets)
        {
            if (target is not null)
            {
                warp.Define(target.Slot, lanes, defined);
            }
        }
    }

    private bool IsDefined(PtxWarp warp, int lane, in PtxPlace place)
    {
        switch (place.Space)
        {
            case PtxSpace.Shared:
                var isDefined = warp.Group.Shared.Read(place.Offset, Size, warp.Now(lane), IsStrong, out var problem);
                return problem is null ? isDefined : throw warp.Fault(this, lane, problem);
            case PtxSpace.Local:
                return !warp.LocalDefined(lane, place.Offset, Size).Contains(false);
            case PtxSpace.Global:
                if (IsNonCoherent && place.Block!.Conflicts(warp.Group.Launch.Id, place.Offset, Size, isWrite: false))
                {
                    throw warp.Fault(this, lane, "reads through the read-only cache what the kernel writes");
                }
                Record(warp, lane, place.Block!, place.Offset, Size, IsStrong ? PtxAccessKind.Strong : PtxAccessKind.Read);
                return true;
            default:
                return true;
        }
    }
}

/// <summary>st, including vectors.</summary>
internal sealed class StoreNode(PtxSpace space, int address, long offset, PtxType type, int[] sources)
    : MemoryNode(space, address, offset, type.Size() * sources.Length)
{
    private readonly int _bytes = type.Size();

    /// <summary>Volatile, relaxed or release.</summary>
    public bool IsStrong { get; init; }

    public override int ElementBytes => _bytes;

    public override void Execute(PtxWarp warp, uint lanes)
    {
        RequireAddress(warp, lanes);
        var defined = uint.MaxValue;
        foreach (var source in sources)
        {
            defined &= warp.Defined[source];
        }
        Span<byte> value = stackalloc byte[Size];
        for (var rest = lanes; rest != 0;)
        {
            var lane = NextLane(ref rest);
            for (var k = 0; k < sources.Length; k++)
            {
                Put(value.Slice(k * _bytes, _bytes), warp.Values[(sources[k] * PtxWarp.Lanes) + lane]);
            }
            var place = Locate(warp, lane);
            Check(warp, lane, place, value, (defined >> lane & 1) != 0);
            value.CopyTo(place.Bytes);
        }
    }

    private void Check(PtxWarp warp, int lane, in PtxPlace place, ReadOnlySpan<byte> value, bool isDefined)
    {
        switch (place.Space)
        {
            case PtxSpace.Shared:
                if (warp.Group.Shared.Write(place.Offset, value, warp.Now(lane), isDefined, atomic: false) is { } problem)
                {
                    throw warp.Fault(this, lane, problem);
                }
                break;
            case PtxSpace.Local:
                warp.LocalDefined(lane, place.Offset, Size).Fill(isDefined);
                break;
            case PtxSpace.Global:
                if (!isDefined)
                {
                    throw warp.Fault(this, lane, "an undefined value is written to global memory");
                }
                if (place.Block!.IsConstant)
                {
                    throw warp.Fault(this, lane, "writes to constant memory");
                }
                if (warp.Group.Kernel.ReadsThroughTexture && place.Block.Conflicts(warp.Group.Launch.Id, place.Offset, Size, isWrite: true))
                {
                    throw warp.Fault(this, lane, "writes what the kernel reads through the read-only cache");
                }
                Record(warp, lane, place.Block, place.Offset, Size, IsStrong ? PtxAccessKind.Strong : PtxAccessKind.Write);
                break;
        }
    }
}
