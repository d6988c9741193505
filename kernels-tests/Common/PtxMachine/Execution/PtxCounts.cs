using System.Numerics;
using IlgpuGan.TestsCommon.PtxMachine.Instructions;
using IlgpuGan.TestsCommon.PtxMachine.Syntax;

namespace IlgpuGan.TestsCommon.PtxMachine.Execution;

/// <summary>Memory traffic of warps.</summary>
/// <param name="GlobalAccesses">Warp instructions that access global memory.</param>
/// <param name="GlobalSectors">32-byte sectors that these access, each counted once per instruction.</param>
/// <param name="SharedAccesses">Warp instructions that access shared memory.</param>
/// <param name="BankConflicts">Repetitions of these because lanes access different words of a bank.</param>
/// <param name="LocalAccesses">Warp instructions that access local memory: arrays that are not in registers.</param>
internal readonly record struct PtxTraffic(
    long GlobalAccesses, long GlobalSectors, long SharedAccesses, long BankConflicts, long LocalAccesses)
{
    public static PtxTraffic operator +(PtxTraffic a, PtxTraffic b) => new(
        a.GlobalAccesses + b.GlobalAccesses, a.GlobalSectors + b.GlobalSectors, a.SharedAccesses + b.SharedAccesses,
        a.BankConflicts + b.BankConflicts, a.LocalAccesses + b.LocalAccesses);
}

/// <summary>Counts the traffic of launches, in total and per line of the PTX.</summary>
internal sealed class PtxCounts
{
    public const int SectorBytes = 32;
    private const int Banks = 32;
    private const int BankBytes = 4;
    private readonly SortedDictionary<int, PtxTraffic> _lines = [];
    private readonly HashSet<ulong> _seen = [];
    private readonly int[] _wordsOfBank = new int[Banks];

    public IReadOnlyDictionary<int, PtxTraffic> Lines => _lines;

    public PtxTraffic Total => _lines.Values.Aggregate(default(PtxTraffic), (sum, line) => sum + line);

    /// <summary>Counts an instruction of a warp.</summary>
    /// <param name="line">The line of the instruction.</param>
    /// <param name="space">The state space.</param>
    /// <param name="bases">The base addresses of the 32 lanes.</param>
    /// <param name="offset">The offset from the base, in bytes.</param>
    /// <param name="size">Bytes accessed per lane.</param>
    /// <param name="lanes">The mask of participating lanes.</param>
    public void Add(int line, PtxSpace space, ReadOnlySpan<ulong> bases, long offset, int size, uint lanes)
    {
        var first = bases[BitOperations.TrailingZeroCount(lanes)] + (ulong)offset;
        var isGlobal = space == PtxSpace.Global || (space == PtxSpace.Generic && !MemoryNode.IsInWindow(first));
        var isShared = space == PtxSpace.Shared || (space == PtxSpace.Generic && first - MemoryNode.SharedWindow < MemoryNode.WindowBytes);
        var isLocal = space == PtxSpace.Local || (space == PtxSpace.Generic && !isGlobal && !isShared);
        var traffic = isGlobal ? new PtxTraffic(1, Sectors(bases, offset, size, lanes), 0, 0, 0)
            : isShared ? new PtxTraffic(0, 0, 1, Repetitions(bases, offset, size, lanes), 0)
            : isLocal ? new PtxTraffic(0, 0, 0, 0, 1)
            : default;
        _lines[line] = _lines.GetValueOrDefault(line) + traffic;
    }

    private int Sectors(ReadOnlySpan<ulong> bases, long offset, int size, uint lanes)
    {
        _seen.Clear();
        for (var rest = lanes; rest != 0; rest &= rest - 1)
        {
            var address = bases[BitOperations.TrailingZeroCount(rest)] + (ulong)offset;
            for (var sector = address / SectorBytes; sector <= (address + (ulong)size - 1) / SectorBytes; sector++)
            {
                _seen.Add(sector);
            }
        }

        return _seen.Count;
    }

    // 32 banks of 4 bytes. Wider accesses are served per half or quarter warp; lanes with the same word share one access.
    private int Repetitions(ReadOnlySpan<ulong> bases, long offset, int size, uint lanes)
    {
        var words = Math.Max(1, size / BankBytes);
        var together = PtxWarp.Lanes / words;
        var repetitions = 0;
        for (var part = 0; part < words; part++)
        {
            var rest = lanes & ((together == PtxWarp.Lanes ? uint.MaxValue : (1u << together) - 1) << (part * together));
            if (rest == 0)
            {
                continue;
            }
            _seen.Clear();
            Array.Clear(_wordsOfBank);
            for (; rest != 0; rest &= rest - 1)
            {
                var word = (bases[BitOperations.TrailingZeroCount(rest)] + (ulong)offset) / BankBytes;
                for (var k = 0; k < words; k++, word++)
                {
                    if (_seen.Add(word))
                    {
                        _wordsOfBank[word % Banks]++;
                    }
                }
            }

            repetitions += _wordsOfBank.Max() - 1;
        }

        return repetitions;
    }
}
