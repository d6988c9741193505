using System.Numerics;
using IlgpuGan.TestsCommon.PtxMachine.Execution;
using IlgpuGan.TestsCommon.PtxMachine.Syntax;

namespace IlgpuGan.TestsCommon.PtxMachine.Instructions;

/// <summary>cvta: converts between addresses of a state space and generic addresses.</summary>
internal sealed class AddressConversionNode(int d, int a, PtxSpace space, bool toSpace) : PtxNode
{
    public override void Execute(PtxWarp warp, uint lanes)
    {
        var window = space switch { PtxSpace.Shared => MemoryNode.SharedWindow, PtxSpace.Local => MemoryNode.LocalWindow, _ => 0UL };
        for (var rest = lanes; rest != 0; rest &= rest - 1)
        {
            var lane = BitOperations.TrailingZeroCount(rest);
            var address = warp.Values[(a * PtxWarp.Lanes) + lane];
            if (toSpace && (warp.Defined[a] >> lane & 1) != 0
                && (window == 0 ? MemoryNode.IsInWindow(address) : address - window >= MemoryNode.WindowBytes))
            {
                throw warp.Fault(this, lane, $"0x{address:x} is no address of {space.ToString().ToLowerInvariant()} memory");
            }
            warp.Values[(d * PtxWarp.Lanes) + lane] = toSpace ? address - window : address + window;
        }

        warp.Define(d, lanes, warp.Defined[a]);
    }
}

/// <summary>mov of one register into several.</summary>
internal sealed class UnpackNode(int[] targets, int a, int bits) : PtxNode
{
    public override void Execute(PtxWarp warp, uint lanes)
    {
        var (mask, defined) = ((1UL << bits) - 1, warp.Defined[a]);
        for (var rest = lanes; rest != 0; rest &= rest - 1)
        {
            var lane = BitOperations.TrailingZeroCount(rest);
            var value = warp.Values[(a * PtxWarp.Lanes) + lane];
            for (var k = 0; k < targets.Length; k++)
            {
                warp.Values[(targets[k] * PtxWarp.Lanes) + lane] = value >> (k * bits) & mask;
            }
        }

        foreach (var target in targets)
        {
            warp.Define(target, lanes, defined);
        }
    }
}
