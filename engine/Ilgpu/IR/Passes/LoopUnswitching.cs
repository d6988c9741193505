namespace ILGPU.IR.Passes;

/// <summary>
/// Decides before a small loop what a branch inside decides anew at each turn: there is a copy of the loop for either answer then. Only
/// where all threads of a group get the same answer: others would run both copies one after the other, and meet at different barriers.
/// </summary>
public static class LoopUnswitching
{
    /// <summary>Instructions by which a kernel grows at most, blocks counted as one each.</summary>
    public const int MostGrowth = 384;

    /// <summary>Of a loop that is worth a second copy: larger ones would push others out of the instruction cache.</summary>
    public const int LargestLoop = 96;

    // Of operands of operands: what a launch decides is a short computation.
    private const int LongestCondition = 6;

    /// <summary>Splits loops until no branch is left to decide or the kernel has grown enough.</summary>
    /// <returns>Whether anything changed.</returns>
    public static bool Run(KernelFunction function)
    {
        var room = MostGrowth;
        while (true)
        {
            Preheaders.Insert(function);
            var flow = new ControlFlow(function);
            if (Find(flow, room) is not { } found)
            {
                return room < MostGrowth;
            }

            room -= Size(flow, found.Loop);
            Split(function, flow, found.Loop, found.Condition);
            ControlFlowSimplification.Run(function);
        }
    }

    private static (Loop Loop, Value Condition)? Find(ControlFlow flow, int room)
    {
        // Outer loops first: what they decide, their inner loops do not ask either.
        for (var i = flow.Loops.Count - 1; i >= 0; i--)
        {
            var loop = flow.Loops[i];
            if (Size(flow, loop) > Math.Min(room, LargestLoop))
            {
                continue;
            }

            var inside = Instructions(flow, loop).ToHashSet();

            // Neither has two places: memory of a thread, and values that no memory holds.
            if (inside.Any(instruction => instruction is { Opcode: Opcode.LocalAlloca } or { TupleTypes: not null }))
            {
                continue;
            }

            foreach (var index in loop.Body.Order())
            {
                if (flow.Order[index].Terminator is { Kind: TerminatorKind.Conditional, Condition: { } condition and not Constant }
                    && IsOneForAll(condition, inside, LongestCondition))
                {
                    return (loop, condition);
                }
            }
        }

        return null;
    }

    private static int Size(ControlFlow flow, Loop loop) => loop.Body.Sum(index => flow.Order[index].Instructions.Count + 1);

    private static IEnumerable<Instruction> Instructions(ControlFlow flow, Loop loop) =>
        loop.Body.SelectMany(index => flow.Order[index].Instructions);

    // Made of arguments and of the group's position alone: the same for a group's threads and, since no block parameter is among it, at
    // each turn. What is computed inside must be fit to be computed before.
    private static bool IsOneForAll(Value value, HashSet<Instruction> inside, int depth) => value switch
    {
        Constant or KernelArgument => true,
        Instruction instruction => depth > 0
            && instruction.Opcode is not (Opcode.ThreadIndex or Opcode.LaneIndex)
            && (inside.Contains(instruction) ? LoopInvariants.IsSpeculatable(instruction) : instruction.IsPure)
            && Array.TrueForAll(instruction.Operands, operand => IsOneForAll(operand, inside, depth - 1)),
        _ => false,
    };

    // before: if (condition) goto copy(start) else goto header(start)
    // copy:   the loop where the condition holds; header: the loop where it does not.
    private static void Split(KernelFunction function, ControlFlow flow, Loop loop, Value condition)
    {
        var header = flow.Order[loop.Header];
        var preheader = flow.Order[flow.Predecessors(loop.Header).Single(p => !loop.Body.Contains(p))];
        var blocks = loop.Body.Order().Select(index => flow.Order[index]).ToList();
        Hoist(condition, blocks, preheader);
        OutsideUses.KeepInMemory(function, flow, loop);
        var copy = new LoopTurn(function, flow, loop).CloneAll(condition, Constant.Bool(true));
        foreach (var block in blocks)
        {
            Put(block, condition, Constant.Bool(false));
        }

        var (start, location) = (preheader.Terminator.Edges[0].Arguments, preheader.Terminator.Location);
        preheader.Terminator = new Terminator(
            TerminatorKind.Conditional, condition, new Edge(copy, start), new Edge(header, [.. start])) { Location = location };
    }

    private static void Hoist(Value value, List<Block> blocks, Block preheader)
    {
        if (value is not Instruction instruction || blocks.Find(block => block.Instructions.Contains(instruction)) is not { } home)
        {
            return;
        }

        foreach (var operand in instruction.Operands)
        {
            Hoist(operand, blocks, preheader);
        }

        home.Instructions.Remove(instruction);
        preheader.Instructions.Add(instruction);
    }

    private static void Put(Block block, Value value, Constant known)
    {
        foreach (var instruction in block.Instructions)
        {
            Replace(instruction.Operands);
        }

        foreach (var edge in block.Terminator.Edges)
        {
            Replace(edge.Arguments);
        }

        if (ReferenceEquals(block.Terminator.Condition, value))
        {
            block.Terminator.Condition = known;
        }

        void Replace(Value[] values)
        {
            for (var i = 0; i < values.Length; i++)
            {
                if (ReferenceEquals(values[i], value))
                {
                    values[i] = known;
                }
            }
        }
    }
}
