using ILGPU.IR;
using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>
/// Divergence analysis: which values are uniform (the same in all lanes of a batch) or strided (a constant step from lane to lane), and
/// which blocks all lanes run together.
/// Values vary if they depend on the position in the group. A branch on a varying value makes the lanes diverge until the post-dominator
/// where they reconverge.
/// </summary>
/// <remarks>
/// An optimistic fixed point: a block's parameter is taken for what its first argument is until another one contradicts it.
/// <para/>
/// Lanes that take an edge to a block that only returns leave the batch for good, so such an edge causes no divergence: the others go on
/// together. That is the bounds check of nearly every kernel. Nor does an edge to a block that only fails, which ends the launch.
/// </remarks>
internal sealed class Divergence
{
    private readonly Block[] _order;

    private readonly Dictionary<Block, int> _index = [];

    private readonly List<(int From, Value[] Arguments)>[] _incoming;

    private readonly int[][] _successors;

    private readonly PostDominators _meetings;

    /// <summary>With the edges by which lanes leave: for blocks in front of a loop that has no other end.</summary>
    private readonly PostDominators _meetingsOfLeavers;

    private readonly LockstepLoops _loops;

    /// <summary>Of values that have been looked at.</summary>
    private readonly Dictionary<Value, LaneStep> _steps = [];

    private readonly bool _hasRows;

    private readonly bool[] _isMasked;

    private readonly bool[] _isFork;

    private readonly Dictionary<Block, MaskedRegion> _regions = [];

    /// <param name="function">The kernel.</param>
    /// <param name="hasRows">Whether the lanes of a batch are neighbours along X, with the same Y and Z.</param>
    public Divergence(KernelFunction function, bool hasRows)
    {
        _hasRows = hasRows;
        _order = ControlFlow.Reachable(function);
        _incoming = new List<(int, Value[])>[_order.Length];
        _successors = new int[_order.Length][];
        _isMasked = new bool[_order.Length];
        _isFork = new bool[_order.Length];
        for (int i = 0; i < _order.Length; i++)
        {
            _index[_order[i]] = i;
            _incoming[i] = [];
        }

        for (int i = 0; i < _order.Length; i++)
        {
            foreach (Edge edge in _order[i].Terminator.Edges)
            {
                _incoming[_index[edge.Target]].Add((i, edge.Arguments));
            }

            int leaving = LeavingEdge(_order[i]);
            _successors[i] =
                [.. _order[i].Terminator.Edges.Where((_, edge) => edge != leaving).Select(edge => _index[edge.Target]).Distinct()];
        }

        _meetings = new(_successors);
        _meetingsOfLeavers = new([.. _order.Select(block => block.Successors.Select(next => _index[next]).Distinct().ToArray())]);
        _loops = new(_order, _incoming);
        while (Spread())
        {
        }

        Refusal = FormRegions();
    }

    /// <summary>The blocks that can be reached.</summary>
    public IReadOnlyList<Block> Order => _order;

    /// <summary>Why the kernel can't be vectorised by masked regions; null if it can.</summary>
    public string? Refusal { get; }

    /// <summary>Which edge of a condition takes lanes out of the batch, to a block that only returns or fails; -1 if none does.</summary>
    public static int LeavingEdge(Block block)
    {
        if (block.Terminator is not { Kind: TerminatorKind.Conditional, Edges: [var first, var second] })
        {
            return -1;
        }

        return (OnlyEnds(first.Target), OnlyEnds(second.Target)) switch
        {
            (true, false) => 0,
            (false, true) => 1,
            _ => -1,
        };
    }

    /// <summary>Whether the value is uniform over the lanes that run its block.</summary>
    public bool IsUniform(Value value) => StepOf(value).IsUniform;

    /// <summary>The step of a value from lane to lane.</summary>
    public LaneStep StepOf(Value value) => Known(value) ?? LaneStep.Same;

    /// <summary>Whether the block runs under a mask: by some lanes without the others.</summary>
    public bool IsMasked(Block block) => _isMasked[_index[block]];

    /// <summary>Whether lanes diverge at the block's end.</summary>
    public bool IsFork(Block block) => _isFork[_index[block]];

    /// <summary>The region of a masked block.</summary>
    public MaskedRegion RegionOf(Block block) => _regions[block];

    /// <summary>
    /// Whether a loop begins at the masked block that lanes run in step: all that are still in it begin each turn together.
    /// </summary>
    public bool BeginsLockstep(Block block) => _loops.BeginsAt(_index[block], _isMasked);

    /// <summary>Whether but one edge leads to the block.</summary>
    public bool HasOneWayIn(Block block) => _incoming[_index[block]].Count == 1;

    /// <summary>Whether a block comes before another, or is the same, in the order in which blocks are run.</summary>
    public bool IsBackward(Block from, Block to) => _index[to] <= _index[from];

    /// <summary>The region after a divergent block that all lanes run; null if they take the same edge after all.</summary>
    public MaskedRegion? RegionBehind(Block fork)
    {
        foreach (int successor in _successors[_index[fork]])
        {
            if (_isMasked[successor])
            {
                return _regions[_order[successor]];
            }
        }

        return null;
    }

    private static bool OnlyEnds(Block block) =>
        block.Instructions.Count == 0 && block.Terminator.Kind is (TerminatorKind.Return or TerminatorKind.Trap);

    private bool Spread()
    {
        bool changed = false;
        for (int b = 0; b < _order.Length; b++)
        {
            Block block = _order[b];
            for (int p = 0; p < block.Parameters.Count; p++)
            {
                changed |= Learn(block.Parameters[p], OfParameter(b, p));
            }

            foreach (Instruction instruction in block.Instructions)
            {
                changed |= Learn(instruction, OfInstruction(b, instruction));
            }

            if (!_isFork[b] && block.Terminator.Condition is { } condition && !IsUniform(condition) && LeavingEdge(block) < 0)
            {
                _isFork[b] = true;
                changed = true;
                foreach (int between in Between(b))
                {
                    _isMasked[between] = true;
                }
            }
        }

        return changed;
    }

    /// <summary>Null for a value not analysed yet.</summary>
    private LaneStep? Known(Value value) => value switch
    {
        Constant constant => LaneSteps.OfConstant(constant),
        KernelArgument => LaneStep.Same,
        _ => _steps.TryGetValue(value, out LaneStep step) ? step : null,
    };

    /// <summary>Lowers a value in the lattice; never raises it.</summary>
    private bool Learn(Value value, LaneStep? found)
    {
        if (found is not { } step)
        {
            return false;
        }

        bool isNew = !_steps.TryGetValue(value, out LaneStep before);
        _steps[value] = isNew ? step : before.Meet(step);
        return isNew || _steps[value] != before;
    }

    /// <summary>Where lanes that part at a fork come together.</summary>
    private int Meeting(int fork) => (_meetings.ReachesEnd(fork) ? _meetings : _meetingsOfLeavers).Next(fork);

    /// <summary>Blocks on the paths from a fork up to its post-dominator.</summary>
    private HashSet<int> Between(int fork)
    {
        int meeting = Meeting(fork);
        var found = new HashSet<int>();
        var open = new Stack<int>(_successors[fork]);
        while (open.TryPop(out int block))
        {
            if (block == meeting || !found.Add(block))
            {
                continue;
            }

            foreach (int successor in _successors[block])
            {
                open.Push(successor);
            }
        }

        return found;
    }

    private LaneStep? OfInstruction(int block, Instruction instruction)
    {
        switch (instruction.Opcode)
        {
            case Opcode.ThreadIndex when _hasRows:
                return instruction.Kind == 0 ? new LaneStep(IsKnown: true, Step: 1, IsAligned: true) : LaneStep.Same;
            case Opcode.ThreadIndex or Opcode.LaneIndex or Opcode.LocalAlloca or Opcode.Atomic or Opcode.AtomicCompareExchange
                or Opcode.Shuffle:
                return LaneStep.Unknown;
            case Opcode.BarrierReduce:
                return LaneStep.Same;
            default:
                break;
        }

        var operands = new LaneStep[instruction.Operands.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            if (Known(instruction.Operands[i]) is not { } step)
            {
                return null;
            }

            operands[i] = step;
        }

        if (_isMasked[block] && _loops.Escapes(instruction))
        {
            return LaneStep.Unknown;
        }

        // Lanes that come through here one after the other may find other things in memory.
        return instruction.Opcode is Opcode.Load or Opcode.LoadVector
            ? !_isMasked[block] && operands[0].IsUniform ? LaneStep.Same : LaneStep.Unknown
            : LaneSteps.Of(instruction, operands);
    }

    /// <summary>A parameter is what its arguments are, if lanes come together, from one place at a time.</summary>
    private LaneStep? OfParameter(int block, int parameter)
    {
        bool comeTogether = _isMasked[block]
            ? _loops.BeginsAt(block, _isMasked) && !_loops.Escapes(_order[block].Parameters[parameter])
            : !_incoming[block].Exists(edge => _isMasked[edge.From] || _isFork[edge.From]);
        if (!comeTogether)
        {
            return LaneStep.Unknown;
        }

        LaneStep? all = null;
        foreach ((_, Value[] arguments) in _incoming[block])
        {
            if (Known(arguments[parameter]) is { } step)
            {
                all = all?.Meet(step) ?? step;
            }
        }

        return all;
    }

    /// <summary>Merges the regions of forks where they overlap.</summary>
    private string? FormRegions()
    {
        int[] leader = [.. Enumerable.Range(0, _order.Length)];
        int Find(int block)
        {
            while (leader[block] != block)
            {
                block = leader[block];
            }

            return block;
        }

        void Join(int a, int b) => leader[Math.Max(Find(a), Find(b))] = Math.Min(Find(a), Find(b));

        var exits = new List<(int Block, int Exit)>();
        for (int fork = 0; fork < _order.Length; fork++)
        {
            if (!_isFork[fork])
            {
                continue;
            }

            // A masked fork and a masked meeting belong to the region as well.
            int meeting = Meeting(fork);
            List<int> members = [.. Between(fork)];
            if (_isMasked[fork])
            {
                members.Add(fork);
            }

            if (meeting != _meetings.End && _isMasked[meeting])
            {
                members.Add(meeting);
            }

            foreach (int member in members)
            {
                Join(member, members[0]);
            }

            if (members.Count > 0 && (meeting == _meetings.End || !_isMasked[meeting]))
            {
                exits.Add((members[0], meeting));
            }
        }

        foreach (IGrouping<int, int> group in Enumerable.Range(0, _order.Length).Where(b => _isMasked[b]).GroupBy(Find))
        {
            int[] members = [.. group.Order()];
            int[] ends = [.. exits.Where(exit => Find(exit.Block) == group.Key).Select(exit => exit.Exit).Distinct()];
            if (ends.Length != 1)
            {
                return "lanes that part meet in several places";
            }

            bool isCyclic = members.Any(b => _successors[b].Any(s => s <= b && _isMasked[s]));
            var region = new MaskedRegion(
                [.. members.Select(b => _order[b])], ends[0] == _meetings.End ? null : _order[ends[0]], isCyclic);
            foreach (int member in members)
            {
                _regions[_order[member]] = region;
            }
        }

        return LeavesItsRegion() is { } stray ? $"lanes leave the region of {stray} another way than by its exit" : null;
    }

    /// <summary>A masked block with an edge that leaves its region other than to the exit; null unless the analysis is wrong.</summary>
    private Block? LeavesItsRegion()
    {
        foreach ((Block block, MaskedRegion region) in _regions)
        {
            if (Array.Exists(_successors[_index[block]], s => !region.Contains(_order[s]) && _order[s] != region.Exit))
            {
                return block;
            }
        }

        return null;
    }
}
