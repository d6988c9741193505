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
    private const int MostInstructions = 4096;
    private const int MostInstructionsForRegisters = 16384;

    /// <summary>Unrolls every innermost loop that is worth it.</summary>
    /// <returns>Whether anything changed.</returns>
    public static bool Run(KernelFunction function)
    {
        Preheaders.Insert(function);
        var flow = new ControlFlow(function);
        var changed = false;
        foreach (var loop in flow.Loops)
        {
            var isInnermost = !flow.Loops.Exists(other => other != loop && loop.Body.Contains(other.Header));
            if (!isInnermost || loop.Latches.Count != 1 || TripCount.Find(flow, loop) is not { } trip || !IsWorthwhile(flow, loop, trip))
                continue;
            new LoopCloner(function, flow, loop, trip).Unroll();
            changed = true;
        }

        if (changed)
            ControlFlowSimplification.Prune(function);
        return changed;
    }

    internal static int LongestTrip => MostTurns;

    private static bool IsWorthwhile(ControlFlow flow, Loop loop, TripCount trip)
    {
        var instructions = loop.Body.SelectMany(index => flow.Order[index].Instructions).ToList();
        if (instructions.Exists(i => i.Opcode is Opcode.Barrier or Opcode.BarrierReduce) && trip.Turns > 8)
            return false;
        var size = (long)instructions.Count * trip.Turns;
        return size <= (instructions.Exists(IndexesThreadMemory) ? MostInstructionsForRegisters : MostInstructions);
    }

    private static bool IndexesThreadMemory(Instruction i) =>
        i.Opcode == Opcode.Address && i.Operands.Length == 2 && PointerRoots.KnownSpace(i) == AddressSpace.Local;
}
