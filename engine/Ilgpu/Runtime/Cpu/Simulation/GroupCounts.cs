using System.Runtime.InteropServices;
using ILGPU.IR;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>Counts what one group does; see <see cref="SimulationCounts"/>.</summary>
/// <param name="kernel">What it runs.</param>
internal sealed class GroupCounts(TranslatedKernel kernel)
{
    /// <summary>How often each thread has passed each place of the source, by which accesses of a warp are matched.</summary>
    private readonly Dictionary<(int Thread, int Site), int> _passes = [];

    private readonly HashSet<(int Warp, int Site, int Pass, long Sector)> _sectors = [];

    /// <summary>The same for shared memory and for jumps, since the last barrier.</summary>
    private readonly Dictionary<(int Thread, int Site), int> _sharedPasses = [];

    private readonly BankTurns _banks = new();

    private readonly Dictionary<(int Thread, int Block), int> _jumps = [];

    /// <summary>Which way the first thread of a warp went, and whether another went elsewhere.</summary>
    private readonly Dictionary<(int Warp, int Block, int Pass), (int Way, bool Diverges)> _ways = [];

    private readonly long[] _blocks = new long[kernel.Blocks.Length];

    private readonly SiteCounts[] _sites = new SiteCounts[kernel.Sites.Length];

    private readonly (long Branches, long Divergent)[] _branches = new (long Branches, long Divergent)[kernel.Blocks.Length];

    public long Instructions => Total(work => work.Instructions);

    public long Multiplications => Total(work => work.Multiplications);

    public long FloatOperations => Total(work => work.FloatOperations);

    public long GlobalReads { get; private set; }

    public long GlobalWrites { get; private set; }

    public long GlobalSectors => _sectors.Count;

    public long SharedReads { get; private set; }

    public long SharedWrites { get; private set; }

    public long SharedTurns { get; private set; }

    public long BankConflicts { get; private set; }

    public long Branches => _branches.Sum(block => block.Branches);

    public long DivergentBranches => _branches.Sum(block => block.Divergent);

    public long Barriers { get; private set; }

    /// <summary>Counts a thread's pass through a block; translated kernels call this.</summary>
    public void Pass(int block) => _blocks[block]++;

    /// <summary>Notes which way a thread goes at the end of a block; translated kernels call this.</summary>
    /// <param name="selector">The condition, or what a switch selects by.</param>
    /// <param name="thread">The thread.</param>
    /// <param name="block">The number of the block.</param>
    /// <param name="cases">How many cases a switch has before its default; 1 for a condition.</param>
    /// <returns>The selector.</returns>
    public static int Jump(int selector, SimulatedThread thread, int block, int cases)
    {
        thread.Group.Counts!.Note(thread, block, (int)Math.Min((uint)selector, (uint)cases));
        return selector;
    }

    public void PassBarrier()
    {
        Barriers++;
        Settle();
    }

    /// <summary>Counts what is still open once all threads have returned.</summary>
    public void Finish() => Settle();

    public void Read(SimulatedThread thread, long pointer, int size, int site)
    {
        if (TaggedPointer.AllocationOf(pointer) >= TaggedPointer.FirstBuffer)
        {
            GlobalReads++;
            Touch(thread, pointer, site);
        }
        else if (TaggedPointer.AllocationOf(pointer) == TaggedPointer.Shared)
        {
            SharedReads++;
            TouchShared(thread, pointer, size, site);
        }
    }

    public void Write(SimulatedThread thread, long pointer, int size, int site)
    {
        if (TaggedPointer.AllocationOf(pointer) >= TaggedPointer.FirstBuffer)
        {
            GlobalWrites++;
            Touch(thread, pointer, site);
        }
        else if (TaggedPointer.AllocationOf(pointer) == TaggedPointer.Shared)
        {
            SharedWrites++;
            TouchShared(thread, pointer, size, site);
        }
    }

    /// <summary>Adds what has been counted to the lines of the source.</summary>
    /// <param name="lineOf">Finds the line of a place.</param>
    public void AddTo(Func<SourceLocation, LineCounts> lineOf)
    {
        for (int i = 0; i < _blocks.Length; i++)
        {
            foreach (var (place, instructions) in kernel.Blocks[i].Places)
            {
                lineOf(place).Instructions += _blocks[i] * instructions;
            }

            if (kernel.Blocks[i].Jump is not { } jump || _branches[i].Branches == 0)
            {
                continue;
            }

            LineCounts line = lineOf(jump);
            line.Branches += _branches[i].Branches;
            line.DivergentBranches += _branches[i].Divergent;
        }

        for (int i = 0; i < _sites.Length; i++)
        {
            if (kernel.Sites[i] is not { } place || _sites[i] is { GlobalAccesses: 0, SharedAccesses: 0 })
            {
                continue;
            }

            LineCounts line = lineOf(place);
            line.GlobalAccesses += _sites[i].GlobalAccesses;
            line.GlobalSectors += _sites[i].GlobalSectors;
            line.SharedAccesses += _sites[i].SharedAccesses;
            line.BankConflicts += _sites[i].BankConflicts;
        }
    }

    private static int WarpOf(SimulatedThread thread) => thread.LinearIndex / thread.Group.WarpSize;

    private long Total(Func<BlockWork, int> part)
    {
        long total = 0;
        for (int i = 0; i < _blocks.Length; i++)
        {
            total += _blocks[i] * part(kernel.Blocks[i]);
        }

        return total;
    }

    private void Touch(SimulatedThread thread, long pointer, int site)
    {
        ref int pass = ref CollectionsMarshal.GetValueRefOrAddDefault(_passes, (thread.LinearIndex, site), out _);
        _sites[site].GlobalAccesses++;
        if (_sectors.Add((WarpOf(thread), site, pass++, pointer / SimulationCounts.SectorBytes)))
        {
            _sites[site].GlobalSectors++;
        }
    }

    private void TouchShared(SimulatedThread thread, long pointer, int size, int site)
    {
        ref int pass = ref CollectionsMarshal.GetValueRefOrAddDefault(_sharedPasses, (thread.LinearIndex, site), out _);
        _sites[site].SharedAccesses++;
        _banks.Note(WarpOf(thread), site, pass++, TaggedPointer.OffsetOf(pointer), size);
    }

    private void Note(SimulatedThread thread, int block, int way)
    {
        ref int pass = ref CollectionsMarshal.GetValueRefOrAddDefault(_jumps, (thread.LinearIndex, block), out _);
        ref var taken = ref CollectionsMarshal.GetValueRefOrAddDefault(_ways, (WarpOf(thread), block, pass++), out bool isKnown);
        taken = isKnown ? (taken.Way, taken.Diverges || taken.Way != way) : (way, false);
    }

    private void Settle()
    {
        _banks.Settle((site, turns, conflicts) =>
        {
            SharedTurns += turns;
            BankConflicts += conflicts;
            _sites[site].BankConflicts += conflicts;
        });
        foreach (var ((_, block, _), (_, diverges)) in _ways)
        {
            _branches[block].Branches++;
            _branches[block].Divergent += diverges ? 1 : 0;
        }

        _sharedPasses.Clear();
        _jumps.Clear();
        _ways.Clear();
    }

    private struct SiteCounts
    {
        public long GlobalAccesses, GlobalSectors, SharedAccesses, BankConflicts;
    }
}
