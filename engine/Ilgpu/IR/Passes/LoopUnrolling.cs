namespace ILGPU.IR.Passes;

/// <summary>
/// Replaces loops whose number of turns is known by that many copies. Indices of thread-local arrays become constants by it, which lets
/// <see cref="MemoryToRegisters"/> put register tiles into registers.
/// </summary>
public static class LoopUnrolling
{
    /// <summary>Each round unrolls the loops that are innermost then.</summary>
    public const int MostRounds = 6;

    private const int MostTurns = 128;
    private const int MostInstructionsForRegisters = 16384;

    /// <summary>Unrolls every innermost loop that is worth it.</summary>
    /// <param name="function">The kernel.</param>
    /// <param name="mostInstructions">
    /// What a loop may become that indexes no thread-local array: others are unrolled to have those in registers.
    /// </param>
    /// <returns>Whether anything changed.</returns>
    public static bool Run(KernelFunction function, int mostInstructions)
    {
        Preheaders.Insert(function);
        var flow = new ControlFlow(function);
        var changed = false;
        var innermost = flow.Loops.FindAll(loop => !flow.Loops.Exists(other => other != loop && loop.Body.Contains(other.Header)));
        var escaping = Escaping(flow, innermost);
        foreach (var loop in innermost)
        {
            if (loop.Latches.Count != 1 || TripCount.Find(flow, loop) is not { } trip || !IsWorthwhile(flow, loop, trip, mostInstructions))
            {
                continue;
            }

            new LoopCloner(function, flow, loop, trip).Unroll(escaping.Contains(loop));
            changed = true;
        }

        if (changed)
        {
            ControlFlowSimplification.Prune(function);
        }

        return changed;
    }

    // The loops of which a value is read outside. Copying other loops does not make more of them: it copies readers that are outside
    // already.
    private static HashSet<Loop> Escaping(ControlFlow flow, List<Loop> innermost)
    {
        var home = new Dictionary<Value, Loop>();
        foreach (var loop in innermost)
        {
            foreach (var value in loop.Body.SelectMany(index => flow.Order[index].Instructions.Concat<Value>(flow.Order[index].Parameters)))
            {
                home.Add(value, loop);
            }
        }

        var escaping = new HashSet<Loop>(ReferenceEqualityComparer.Instance);
        for (var index = 0; index < flow.Order.Length; index++)
        {
            var block = flow.Order[index];
            foreach (var instruction in block.Instructions)
            {
                Read(instruction.Operands, index);
            }

            if (block.Terminator.Condition is { } condition)
            {
                Read([condition], index);
            }

            foreach (var edge in block.Terminator.Edges)
            {
                Read(edge.Arguments, index);
            }
        }

        return escaping;

        void Read(Value[] values, int block)
        {
            foreach (var value in values)
            {
                if (value is not Constant && home.TryGetValue(value, out var loop) && !loop.Body.Contains(block))
                {
                    escaping.Add(loop);
                }
            }
        }
    }

    internal static int LongestTrip => MostTurns;

    private static bool IsWorthwhile(ControlFlow flow, Loop loop, TripCount trip, int mostInstructions)
    {
        var instructions = loop.Body.SelectMany(index => flow.Order[index].Instructions).ToList();
        if (instructions.Exists(i => i.Opcode is Opcode.Barrier or Opcode.BarrierReduce) && trip.Turns > 8)
        {
            return false;
        }

        var size = (long)instructions.Count * trip.Turns;
        return size <= (instructions.Exists(IndexesThreadMemory) ? MostInstructionsForRegisters : mostInstructions);
    }

    private static bool IndexesThreadMemory(Instruction i) =>
        i.Opcode == Opcode.Address && i.Operands.Length == 2 && PointerRoots.KnownSpace(i) == AddressSpace.Local;
}
