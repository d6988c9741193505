using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Execution;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Syntax;

namespace IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Instructions;

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
        warp.Demand(this, warp.Defined[index], 1u << lane, "the index");
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

/// <summary>membar and fence: what they order, the machine keeps in order anyway.</summary>
internal sealed class FenceNode(bool isBeyondGroup) : PtxNode
{
    public bool IsBeyondGroup => isBeyondGroup;

    public override void Execute(PtxWarp warp, uint lanes)
    {
    }
}

/// <summary>vprintf: the arguments lie as in a C structure, floats promoted to double.</summary>
internal sealed class PrintNode(int result, int format, int values) : MemoryNode(PtxSpace.Generic, 0, 0, 4)
{
    public override void Execute(PtxWarp warp, uint lanes)
    {
        for (var rest = lanes; rest != 0;)
        {
            var lane = NextLane(ref rest);
            warp.Group.Launch.Output.Write(Format(warp, lane, Pointer(warp, lane, format), Pointer(warp, lane, values)));
            Argument(warp, lane, result, 4).Clear();
        }
    }

    private static Span<byte> Argument(PtxWarp warp, int lane, int at, int size) =>
        warp.CallArguments.AsSpan((lane * warp.Group.Kernel.Entry.CallBytes) + at, size);

    private static ulong Pointer(PtxWarp warp, int lane, int at) => BinaryPrimitives.ReadUInt64LittleEndian(Argument(warp, lane, at, 8));

    private string Format(PtxWarp warp, int lane, ulong text, ulong arguments)
    {
        var template = Bytes(warp, text);
        if (arguments < LocalWindow)
        {
            throw warp.Fault(this, lane, "vprintf's arguments are expected in local memory");
        }
        var (result, at) = (new StringBuilder(), (int)(arguments - LocalWindow));
        for (var k = 0; k < template.Length; k++)
        {
            if (template[k] != '%')
            {
                result.Append(template[k]);
                continue;
            }

            var end = template.AsSpan(k + 1).IndexOfAny("diufxc%") + k + 1;
            result.Append(template[k + 1] == '%' ? "%" : Value(warp, lane, template.AsSpan(k + 1, end - k), ref at));
            k = template[k + 1] == '%' ? k + 1 : end;
        }

        return result.ToString();
    }

    private string Value(PtxWarp warp, int lane, ReadOnlySpan<char> specification, ref int at)
    {
        var size = specification[^1] == 'f' || specification.StartsWith("ll") ? 8 : 4;
        at = (at + size - 1) / size * size;
        if (warp.LocalDefined(lane, at, size).Contains(false))
        {
            throw warp.Fault(this, lane, $"vprintf reads undefined bytes at {at}");
        }
        var bytes = warp.Local(lane, at, size);
        at += size;
        return (specification[^1], size) switch
        {
            ('f', _) => BinaryPrimitives.ReadDoubleLittleEndian(bytes).ToString("F6", CultureInfo.InvariantCulture),
            ('u', 4) => BinaryPrimitives.ReadUInt32LittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
            ('u', _) => BinaryPrimitives.ReadUInt64LittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
            ('x', 4) => BinaryPrimitives.ReadUInt32LittleEndian(bytes).ToString("x", CultureInfo.InvariantCulture),
            (_, 4) => BinaryPrimitives.ReadInt32LittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
            _ => BinaryPrimitives.ReadInt64LittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
        };
    }

    private string Bytes(PtxWarp warp, ulong text)
    {
        if (warp.Group.Launch.Memory.Find(text) is not { } block)
        {
            throw warp.Fault(this, 0, "vprintf's format is expected in global memory");
        }
        var bytes = block.Bytes.AsSpan((int)(text - block.Address));
        return Encoding.UTF8.GetString(bytes[..bytes.IndexOf((byte)0)]);
    }
}
