namespace ILGPU.IR.Passes;

/// <summary>
/// Decides branches on constants, drops unreachable blocks and superfluous parameters, joins blocks that always follow each other.
/// </summary>
public static class ControlFlowSimplification
{
    public static void Run(KernelFunction function)
    {
        var changed = true;
        while (changed)
        {
            changed = false;
            foreach (var block in function.Blocks)
            {
                changed |= Decide(block);
            }

            Prune(function);
            changed |= RemoveSuperfluousParameters(function);
            changed |= SkipEmptyBlocks(function);
            changed |= Join(function);
        }
    }

    /// <summary>Keeps the reachable blocks, in reverse postorder.</summary>
    public static void Prune(KernelFunction function) => function.Blocks = [.. ControlFlow.Reachable(function)];

    private static bool Decide(Block block)
    {
        var terminator = block.Terminator;
        switch (terminator.Kind)
        {
            case TerminatorKind.Conditional when terminator.Condition is Constant condition:
                Take(terminator.Edges[condition.IsZero ? 1 : 0]);
                return true;
            case TerminatorKind.Conditional when SameEdge(terminator.Edges[0], terminator.Edges[1]):
                Take(terminator.Edges[0]);
                return true;
            case TerminatorKind.Conditional when terminator.Condition is Instruction { Opcode: Opcode.Not } not:
                block.Terminator = new Terminator(
                    TerminatorKind.Conditional, not.Operands[0], terminator.Edges[1],
                    terminator.Edges[0]) { Location = terminator.Location };
                return true;
            case TerminatorKind.Switch when terminator.Condition is Constant selector:
                var index = (uint)selector.AsInt32;
                Take(terminator.Edges[index < terminator.Edges.Length - 1 ? (int)index : ^1]);
                return true;
            case TerminatorKind.Switch when terminator.Edges.Length == 1:
                Take(terminator.Edges[0]);
                return true;
            default:
                return false;
        }

        void Take(Edge edge) => block.Terminator = new Terminator(TerminatorKind.Branch, null, edge) { Location = terminator.Location };
    }

    private static bool SameEdge(Edge a, Edge b) =>
        a.Target == b.Target && a.Arguments.Zip(b.Arguments).All(pair => Same(pair.First, pair.Second));

    private static bool Same(Value a, Value b) =>
        ReferenceEquals(a, b) || (a is Constant x && b is Constant y && x.Type == y.Type && x.Bits == y.Bits);

    private static Dictionary<Block, List<Edge>> IncomingEdges(KernelFunction function)
    {
        var incoming = function.Blocks.ToDictionary(block => block, _ => new List<Edge>());
        foreach (var edge in function.Blocks.SelectMany(block => block.Terminator.Edges))
        {
            incoming[edge.Target].Add(edge);
        }

        return incoming;
    }

    // A parameter that gets the same value on every edge (or itself, around a loop) is that value.
    private static bool RemoveSuperfluousParameters(KernelFunction function)
    {
        var incoming = IncomingEdges(function);
        var map = new Dictionary<Value, Value>();
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var block in function.Blocks)
            {
                for (var i = block.Parameters.Count - 1; i >= 0; i--)
                {
                    if (OnlyValue(incoming[block], i, block.Parameters[i], map) is not { } value)
                    {
                        continue;
                    }

                    map.Add(block.Parameters[i], value);
                    RemoveParameter(block, incoming[block], i);
                    changed = true;
                }
            }
        }

        function.Replace(map);
        return map.Count > 0;
    }

    private static Value? OnlyValue(List<Edge> edges, int index, BlockParameter parameter, Dictionary<Value, Value> map)
    {
        Value? only = null;
        foreach (var edge in edges)
        {
            var value = KernelFunction.Resolve(edge.Arguments[index], map);
            if (ReferenceEquals(value, parameter))
            {
                continue;
            }

            if (only is not null && !Same(only, value))
            {
                return null;
            }

            only = value;
        }

        return only;
    }

    internal static void RemoveParameter(Block block, List<Edge> edges, int index)
    {
        block.Parameters.RemoveAt(index);
        foreach (var edge in edges)
        {
            edge.Arguments = [.. edge.Arguments[..index], .. edge.Arguments[(index + 1)..]];
        }
    }

    // Branches to a block that only branches on go straight to where it goes.
    private static bool SkipEmptyBlocks(KernelFunction function)
    {
        var changed = false;
        foreach (var edge in function.Blocks.SelectMany(block => block.Terminator.Edges))
        {
            var target = edge.Target;
            if (target.Instructions.Count > 0 || target.Parameters.Count > 0 || target.Terminator.Kind != TerminatorKind.Branch)
            {
                continue;
            }

            var next = target.Terminator.Edges[0];
            if (next.Target == target)
            {
                continue;
            }

            edge.Target = next.Target;
            edge.Arguments = [.. next.Arguments];
            changed = true;
        }

        if (changed)
        {
            Prune(function);
        }

        return changed;
    }

    private static bool Join(KernelFunction function)
    {
        var incoming = IncomingEdges(function);
        var map = new Dictionary<Value, Value>();
        var gone = new HashSet<Block>();
        foreach (var block in function.Blocks)
        {
            if (gone.Contains(block))
            {
                continue;
            }
            while (block.Terminator is { Kind: TerminatorKind.Branch } terminator)
            {
                var next = terminator.Edges[0].Target;
                if (next == block || next == function.Entry || incoming[next].Count != 1)
                {
                    break;
                }

                for (var i = 0; i < next.Parameters.Count; i++)
                {
                    map.Add(next.Parameters[i], terminator.Edges[0].Arguments[i]);
                }

                block.Instructions.AddRange(next.Instructions);
                block.Terminator = next.Terminator;
                gone.Add(next);
            }
        }

        function.Replace(map);
        function.Blocks.RemoveAll(gone.Contains);
        return gone.Count > 0;
    }
}
