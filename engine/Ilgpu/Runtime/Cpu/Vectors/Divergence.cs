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
    private readonly Block[] order;

    private readonly Dictionary<Block, int> index = [];

    private readonly List<(int From, Value[] Arguments)>[] incoming;

    private readonly int[][] successors;

    private readonly PostDominators meetings;

    private readonly LockstepLoops loops;

    /// <summary>Of values that have been looked at.</summary>
    private readonly Dictionary<Value, LaneStep> steps = [];

    private readonly bool hasRows;

    private readonly bool[] isMasked;

    private readonly bool[] isFork;

    private readonly Dictionary<Block, MaskedRegion> regions = [];

    /// <param name="function">The kernel.</param>
    /// <param name="hasRows">Whether the lanes of a batch are neighbours along X, with the same Y and Z.</param>
    public Divergence(KernelFunction function, bool hasRows)
    {
        this.hasRows = hasRows;
        order = ControlFlow.Reachable(function);
        incoming = new List<(int, Value[])>[order.Length];
        successors = new int[order.Length][];
        isMasked = new bool[order.Length];
        isFork = new bool[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            index[order[i]] = i;
            incoming[i] = [];
        }

        for (int i = 0; i < order.Length; i++)
        {
            foreach (Edge edge in order[i].Terminator.Edges)
            {
                incoming[index[edge.Target]].Add((i, edge.Arguments));
            }

            int leaving = LeavingEdge(order[i]);
            successors[i] =
                [.. order[i].Terminator.Edges.Where((_, edge) => edge != leaving).Select(edge => index[edge.Target]).Distinct()];
        }

        meetings = new(successors);
        loops = new(order, incoming);
        while (Spread())
        {
        }

        Refusal = FormRegions();
    }

    /// <summary>The blocks that can be reached.</summary>
    public IReadOnlyList<Block> Order => order;

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
    public bool IsMasked(Block block) => isMasked[index[block]];

    /// <summary>Whether lanes diverge at the block's end.</summary>
    public bool IsFork(Block block) => isFork[index[block]];

    /// <summary>The region of a masked block.</summary>
    public MaskedRegion RegionOf(Block block) => regions[block];

    /// <summary>
    /// Whether a loop begins at the masked block that lanes run in step: all that are still in it begin each turn together.
    /// </summary>
    public bool BeginsLockstep(Block block) => loops.BeginsAt(index[block], isMasked);

    /// <summary>Whether but one edge leads to the block.</summary>
    public bool HasOneWayIn(Block block) => incoming[index[block]].Count == 1;

    /// <summary>Whether a block comes before another, or is the same, in the order in which blocks are run.</summary>
    public bool IsBackward(Block from, Block to) => index[to] <= index[from];

    /// <summary>The region after a divergent block that all lanes run; null if they take the same edge after all.</summary>
    public MaskedRegion? RegionBehind(Block fork)
    {
        foreach (int successor in successors[index[fork]])
        {
            if (isMasked[successor])
            {
                return regions[order[successor]];
            }
        }

        return null;
    }

    private static bool OnlyEnds(Block block) =>
        block.Instructions.Count == 0 && block.Terminator.Kind is (TerminatorKind.Return or TerminatorKind.Trap);

    private bool Spread()
    {
        bool changed = false;
        for (int b = 0; b < order.Length; b++)
        {
            Block block = order[b];
            for (int p = 0; p < block.Parameters.Count; p++)
            {
                changed |= Learn(block.Parameters[p], OfParameter(b, p));
            }

            foreach (Instruction instruction in block.Instructions)
            {
                changed |= Learn(instruction, OfInstruction(b, instruction));
            }

            if (!isFork[b] && block.Terminator.Condition is { } condition && !IsUniform(condition) && LeavingEdge(block) < 0)
            {
                isFork[b] = true;
                changed = true;
                foreach (int between in Between(b))
                {
                    isMasked[between] = true;
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
        _ => steps.TryGetValue(value, out LaneStep step) ? step : null,
    };

    /// <summary>Lowers a value in the lattice; never raises it.</summary>
    private bool Learn(Value value, LaneStep? found)
    {
        if (found is not { } step)
        {
            return false;
        }

        bool isNew = !steps.TryGetValue(value, out LaneStep before);
        steps[value] = isNew ? step : before.Meet(step);
        return isNew || steps[value] != before;
    }

    /// <summary>Blocks on the paths from a fork up to its post-dominator.</summary>
    private HashSet<int> Between(int fork)
    {
        int meeting = meetings.Next(fork);
        var found = new HashSet<int>();
        var open = new Stack<int>(successors[fork]);
        while (open.TryPop(out int block))
        {
            if (block == meeting || !found.Add(block))
            {
                continue;
            }

            foreach (int successor in successors[block])
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
            case Opcode.ThreadIndex when hasRows:
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

        if (isMasked[block] && loops.Escapes(instruction))
        {
            return LaneStep.Unknown;
        }

        // Lanes that come through here one after the other may find other things in memory.
        return instruction.Opcode is Opcode.Load or Opcode.LoadVector
            ? !isMasked[block] && operands[0].IsUniform ? LaneStep.Same : LaneStep.Unknown
            : LaneSteps.Of(instruction, operands);
    }

    /// <summary>A parameter is what its arguments are, if lanes come together, from one place at a time.</summary>
    private LaneStep? OfParameter(int block, int parameter)
    {
        bool comeTogether = isMasked[block]
            ? loops.BeginsAt(block, isMasked) && !loops.Escapes(order[block].Parameters[parameter])
            : !incoming[block].Exists(edge => isMasked[edge.From] || isFork[edge.From]);
        if (!comeTogether)
        {
            return LaneStep.Unknown;
        }

        LaneStep? all = null;
        foreach ((_, Value[] arguments) in incoming[block])
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
        int[] leader = [.. Enumerable.Range(0, order.Length)];
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
        for (int fork = 0; fork < order.Length; fork++)
        {
            if (!isFork[fork])
            {
                continue;
            }

            // A masked fork and a masked meeting belong to the region as well.
            int meeting = meetings.Next(fork);
            List<int> members = [.. Between(fork)];
            if (isMasked[fork])
            {
                members.Add(fork);
            }

            if (meeting != meetings.End && isMasked[meeting])
            {
                members.Add(meeting);
            }

            foreach (int member in members)
            {
                Join(member, members[0]);
            }

            if (members.Count > 0 && (meeting == meetings.End || !isMasked[meeting]))
            {
                exits.Add((members[0], meeting));
            }
        }

        foreach (IGrouping<int, int> group in Enumerable.Range(0, order.Length).Where(b => isMasked[b]).GroupBy(Find))
        {
            int[] members = [.. group.Order()];
            int[] ends = [.. exits.Where(exit => Find(exit.Block) == group.Key).Select(exit => exit.Exit).Distinct()];
            if (ends.Length != 1)
            {
                return "lanes that part meet in several places";
            }

            bool isCyclic = members.Any(b => successors[b].Any(s => s <= b && isMasked[s]));
            var region = new MaskedRegion(
                [.. members.Select(b => order[b])], ends[0] == meetings.End ? null : order[ends[0]], isCyclic);
            foreach (int member in members)
            {
                regions[order[member]] = region;
            }
        }

        return LeavesItsRegion() is { } stray ? $"lanes leave the region of {stray} another way than by its exit" : null;
    }

    /// <summary>A masked block with an edge that leaves its region other than to the exit; null unless the analysis is wrong.</summary>
    private Block? LeavesItsRegion()
    {
        foreach ((Block block, MaskedRegion region) in regions)
        {
            if (Array.Exists(successors[index[block]], s => !region.Contains(order[s]) && order[s] != region.Exit))
            {
                return block;
            }
        }

        return null;
    }
}
