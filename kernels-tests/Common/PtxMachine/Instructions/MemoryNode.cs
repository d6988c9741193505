using System.Buffers.Binary;
using System.Numerics;
using IlgpuGan.TestsCommon.PtxMachine.Execution;
using IlgpuGan.TestsCommon.PtxMachine.Syntax;

namespace IlgpuGan.TestsCommon.PtxMachine.Instructions;

/// <summary>The location of an access.</summary>
internal readonly ref struct PtxPlace(PtxSpace space, Span<byte> bytes, int offset, PtxAllocation? block)
{
    public PtxSpace Space { get; } = space;

    public Span<byte> Bytes { get; } = bytes;

    /// <summary>Offset from the start of the space or block.</summary>
    public int Offset { get; } = offset;

    public PtxAllocation? Block { get; } = block;
}

/// <summary>An instruction that accesses memory. Bounds, alignment and state space are checked for every lane.</summary>
internal abstract class MemoryNode(PtxSpace space, int address, long offset, int size) : PtxNode
{
    /// <summary>The first generic address of shared memory. Generic addresses of global memory are global addresses.</summary>
    public const ulong SharedWindow = 0x7000_0000_0000;

    public const ulong LocalWindow = 0x7100_0000_0000;

    public const ulong WindowBytes = 1 << 24;
    private PtxAllocation? _last;

    /// <summary>Bytes accessed per lane.</summary>
    protected int Size { get; } = size;

    /// <summary>Bytes of a vector's element.</summary>
    public virtual int ElementBytes => Size;

    /// <summary>Whether a generic address is in shared or local memory.</summary>
    public static bool IsInWindow(ulong address) => address - SharedWindow < WindowBytes || address - LocalWindow < WindowBytes;

    /// <summary>The location that a lane addresses.</summary>
    protected PtxPlace Locate(PtxWarp warp, int lane) => Locate(warp, lane, space, address, offset, Size);

    protected PtxPlace Locate(PtxWarp warp, int lane, PtxSpace space, int address, long offset, int size)
    {
        var target = warp.Values[(address * PtxWarp.Lanes) + lane] + (ulong)offset;
        if (space == PtxSpace.Generic)
        {
            space = target is >= SharedWindow and < SharedWindow + WindowBytes ? PtxSpace.Shared
                : target is >= LocalWindow and < LocalWindow + WindowBytes ? PtxSpace.Local
                : PtxSpace.Global;
            target -= space == PtxSpace.Shared ? SharedWindow : space == PtxSpace.Local ? LocalWindow : 0;
        }

        if ((target & (ulong)(size - 1)) != 0)
        {
            throw warp.Fault(this, lane, $"address 0x{target:x} is no multiple of {size}");
        }
        return space switch
        {
            PtxSpace.Global => InGlobal(warp, lane, space, target, size),
            PtxSpace.Shared when warp.Group.Shared.Contains(target, size) =>
                new PtxPlace(space, warp.Group.Shared.Bytes.AsSpan((int)target, size), (int)target, null),
            PtxSpace.Local when target + (ulong)size <= (ulong)warp.LocalBytes =>
                new PtxPlace(space, warp.Local(lane, (int)target, size), (int)target, null),
            PtxSpace.Param when target + (ulong)size <= (ulong)warp.Group.Launch.Arguments.Length =>
                new PtxPlace(space, warp.Group.Launch.Arguments.AsSpan((int)target, size), (int)target, null),
            PtxSpace.Const => InGlobal(warp, lane, space, target, size),
            _ =>
                throw warp.Fault(
                    this, lane, $"address 0x{target:x} with {size} bytes is outside of {space.ToString().ToLowerInvariant()} memory"),
        };
    }

    /// <summary>Records an access to global memory. Throws if it races with another one.</summary>
    protected void Record(PtxWarp warp, int lane, PtxAllocation block, int offset, int size, PtxAccessKind kind)
    {
        var launch = warp.Group.Launch;
        if (block.Races.Record(launch, offset, size, launch.Clock.Now(warp, lane, Line), kind) is { } problem)
        {
            throw warp.Fault(this, lane, problem);
        }
    }

    protected void RequireAddress(PtxWarp warp, uint lanes)
    {
        warp.RequireDefined(this, warp.Defined[address], lanes, "the address");
        Count(warp, lanes, space, address, offset);
    }

    protected void Count(PtxWarp warp, uint lanes, PtxSpace space, int address, long offset) => warp.Group.Launch.Counts?.Add(
        Line, space, warp.Values.AsSpan(address * PtxWarp.Lanes, PtxWarp.Lanes), offset, Size, lanes);

    private PtxPlace InGlobal(PtxWarp warp, int lane, PtxSpace space, ulong target, int size)
    {
        if (_last is null || target - _last.Address >= (ulong)_last.Bytes.Length)
        {
            _last = warp.Group.Launch.Memory.Find(target);
        }
        if (_last is null || target - _last.Address + (ulong)size > (ulong)_last.Bytes.Length)
        {
            throw warp.Fault(
                this, lane,
                _last is null
                    ? $"address 0x{target:x} is outside of global memory"
                    : $"{size} bytes at {target - _last.Address} are outside of a block of {_last.Bytes.Length} bytes");
        }
        var at = (int)(target - _last.Address);
        return new PtxPlace(space, _last.Bytes.AsSpan(at, size), at, _last);
    }

    /// <summary>Reads one element and extends it to the register's width, signed types by their sign.</summary>
    protected static ulong Get(ReadOnlySpan<byte> bytes, PtxType type, ulong mask) => type switch
    {
        PtxType.S8 => (ulong)(sbyte)bytes[0] & mask,
        PtxType.S16 => (ulong)BinaryPrimitives.ReadInt16LittleEndian(bytes) & mask,
        PtxType.S32 => (ulong)BinaryPrimitives.ReadInt32LittleEndian(bytes) & mask,
        _ => bytes.Length switch
        {
            1 => bytes[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        },
    };

    protected static void Put(Span<byte> bytes, ulong value)
    {
        switch (bytes.Length)
        {
            case 1:
                bytes[0] = (byte)value;
                break;
            case 2:
                BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
                break;
            case 4:
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)value);
                break;
            default:
                BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
                break;
        }
    }

    protected static ulong Mask(int registerBytes) => registerBytes == 8 ? ulong.MaxValue : (1UL << (8 * registerBytes)) - 1;

    protected static int NextLane(ref uint rest)
    {
        var lane = BitOperations.TrailingZeroCount(rest);
        rest &= rest - 1;
        return lane;
    }
}
