namespace ILGPU.IR.Passes;

/// <summary>How often a loop turns, found by running the part of it that depends on constants alone.</summary>
/// <param name="Turns">Complete turns: how often the way back is taken.</param>
/// <param name="Exit">The block through which the loop is left after them; it is passed on every turn.</param>
/// <param name="LeavesIfTrue">Whether the exit's edge 0 leaves.</param>
internal sealed record TripCount(int Turns, int Exit, bool LeavesIfTrue)
{
    public static TripCount? Find(ControlFlow flow, Loop loop)
    {
        var header = flow.Order[loop.Header];
        var latch = loop.Latches[0];
        var entering = EdgeInto(flow.Order[flow.Predecessors(loop.Header).Single(p => !loop.Body.Contains(p))], header);
        var returning = EdgeInto(flow.Order[latch], header);
        if (entering is null || returning is null)
        {
            return null;
        }

        var exits = loop.Body.Where(index => flow.Dominates(index, latch) && LeavesOnOneSide(flow, loop, index)).Order().ToList();
        var inside = loop.Body.SelectMany(index => flow.Order[index].Instructions).ToHashSet();

        var state = new Dictionary<Value, Constant>();
        for (var i = 0; i < header.Parameters.Count; i++)
        {
            if (entering.Arguments[i] is Constant start)
            {
                state[header.Parameters[i]] = start;
            }
        }

        for (var turn = 0; turn <= LoopUnrolling.LongestTrip && state.Count > 0; turn++)
        {
            var values = new Dictionary<Value, Constant?>();
            foreach (var (parameter, value) in state)
            {
                values[parameter] = value;
            }

            foreach (var exit in exits)
            {
                var leavesIfTrue = !loop.Body.Contains(flow.Index(flow.Order[exit].Terminator.Edges[0].Target));
                if (Evaluate(flow.Order[exit].Terminator.Condition!, values, inside) is { } condition && condition.IsZero != leavesIfTrue)
                {
                    return new TripCount(turn, exit, leavesIfTrue);
                }
            }

            state = [];
            for (var i = 0; i < header.Parameters.Count; i++)
            {
                if (Evaluate(returning.Arguments[i], values, inside) is { } next)
                {
                    state[header.Parameters[i]] = next;
                }
            }
        }

        return null;
    }

    private static Edge? EdgeInto(Block from, Block to)
    {
        var edges = from.Terminator.Edges.Where(edge => edge.Target == to).ToList();
        return edges.Count == 1 ? edges[0] : null;
    }

    private static bool LeavesOnOneSide(ControlFlow flow, Loop loop, int index) =>
        flow.Order[index].Terminator is { Kind: TerminatorKind.Conditional } terminator
        && loop.Body.Contains(flow.Index(terminator.Edges[0].Target)) != loop.Body.Contains(flow.Index(terminator.Edges[1].Target));

    private static Constant? Evaluate(Value value, Dictionary<Value, Constant?> values, HashSet<Instruction> inside)
    {
        if (value is Constant constant)
        {
            return constant;
        }

        if (values.TryGetValue(value, out var known))
        {
            return known;
        }

        Constant? result = null;
        if (value is Instruction { IsPure: true, Operands.Length: > 0 } instruction && inside.Contains(instruction))
        {
            var operands = new Value[instruction.Operands.Length];
            var complete = true;
            for (var i = 0; i < operands.Length && complete; i++)
            {
                complete = Evaluate(instruction.Operands[i], values, inside) is { } operand;
                if (complete)
                {
                    operands[i] = values.GetValueOrDefault(instruction.Operands[i]) ?? (Constant)instruction.Operands[i];
                }
            }

            if (complete)
            {
                result = ConstantFolding.Evaluate(instruction.Clone(operands));
            }
        }

        values[value] = result;
        return result;
    }
}
