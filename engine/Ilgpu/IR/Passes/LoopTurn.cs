namespace ILGPU.IR.Passes;

/// <summary>Copies the blocks of a loop, for one turn of it or for all.</summary>
internal sealed class LoopTurn(KernelFunction function, ControlFlow flow, Loop loop)
{
    private readonly Dictionary<Value, Value> _map = [];
    private readonly Dictionary<Block, Block> _blocks = [];

    /// <param name="incoming">What the header's parameters are in this turn; its copy has none.</param>
    /// <param name="decided">The block, by number, whose branch is known.</param>
    /// <param name="taken">The edge that it takes.</param>
    /// <returns>
    /// The copy of the header and, unless the decision cuts it off, the edge back to it, to be bent to wherever the next turn is.
    /// </returns>
    public (Block Entry, Edge? Returning) Clone(Value[] incoming, int decided, int taken)
    {
        var header = flow.Order[loop.Header];
        for (var i = 0; i < incoming.Length; i++)
        {
            _map[header.Parameters[i]] = incoming[i];
        }

        return Copy(decided, taken, isOneTurn: true);
    }

    /// <summary>A copy of the whole loop, in which a value is known.</summary>
    /// <returns>The copy of the header, with parameters as the original's.</returns>
    public Block CloneAll(Value value, Constant known)
    {
        const int Undecided = -1;
        _map[value] = known;
        return Copy(Undecided, taken: 0, isOneTurn: false).Entry;
    }

    private (Block Entry, Edge? Returning) Copy(int decided, int taken, bool isOneTurn)
    {
        var header = flow.Order[loop.Header];
        var body = loop.Body.Order().Select(index => flow.Order[index]).ToList();
        foreach (var block in body)
        {
            _blocks[block] = Shape(block, hasParameters: !isOneTurn || block != header);
        }

        foreach (var block in body)
        {
            foreach (var instruction in block.Instructions)
            {
                var copy = instruction.Clone(Map(instruction.Operands));
                _map[instruction] = copy;
                _blocks[block].Instructions.Add(copy);
            }
        }

        Edge? returning = null;
        foreach (var block in body)
        {
            var terminator = block.Terminator;
            var isDecided = flow.Index(block) == decided;
            var edges = (isDecided ? [terminator.Edges[taken]] : terminator.Edges).Select(CopyEdge).ToArray();
            _blocks[block].Terminator = isDecided
                ? new Terminator(TerminatorKind.Branch, null, edges) { Location = terminator.Location }
                : new Terminator(
                    terminator.Kind, terminator.Condition is { } condition ? Map(condition) : null, edges) { Location = terminator.Location,
                    Reason = terminator.Reason };
        }

        return (_blocks[header], returning);

        Edge CopyEdge(Edge edge)
        {
            var copy = new Edge(_blocks.GetValueOrDefault(edge.Target, edge.Target), Map(edge.Arguments));
            if (edge.Target == header)
            {
                returning = copy;
            }

            return copy;
        }
    }

    private Block Shape(Block original, bool hasParameters)
    {
        var clone = new Block();
        function.Blocks.Add(clone);
        if (!hasParameters)
        {
            return clone;
        }

        foreach (var parameter in original.Parameters)
        {
            var copy = new BlockParameter(parameter.Type);
            clone.Parameters.Add(copy);
            _map[parameter] = copy;
        }

        return clone;
    }

    private Value Map(Value value) => _map.GetValueOrDefault(value, value);

    private Value[] Map(Value[] values) => Array.ConvertAll(values, Map);
}
