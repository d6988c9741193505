namespace ILGPU.IR.Ranges;

/// <summary>What is known on one edge of the flow graph and everywhere that it dominates, on top of what was known before.</summary>
internal sealed class FactScope(FactScope? outer)
{
    public FactScope? Outer { get; } = outer;

    public List<BranchFact> Facts { get; } = [];

    /// <summary>Conditions that hold, or do not.</summary>
    public List<(Value Condition, bool Holds)> Decided { get; } = [];
}

/// <summary>The facts that branches establish, by block and by edge.</summary>
internal sealed class FactScopes
{
    private readonly FactScope?[] _blocks;
    private readonly FactScope?[][] _edges;
    private readonly HashSet<Value> _mentioned = [];

    public FactScopes(ControlFlow flow)
    {
        _blocks = new FactScope?[flow.Order.Length];
        _edges = new FactScope?[flow.Order.Length][];
        for (var i = 0; i < flow.Order.Length; i++)
        {
            if (i > 0)
            {
                _blocks[i] = flow.Predecessors(i) is [var only] ? EdgeInto(flow, only, i) : _blocks[flow.ImmediateDominator(i)];
            }

            _edges[i] = Edges(flow.Order[i].Terminator, _blocks[i]);
        }
    }

    /// <summary>What holds in a block, by its number.</summary>
    public FactScope? In(int block) => _blocks[block];

    /// <summary>What holds on a block's edge.</summary>
    public FactScope? On(int block, int edge) => _edges[block][edge];

    /// <summary>Whether any branch says anything about the value.</summary>
    public bool IsMentioned(Value value) => _mentioned.Contains(value);

    private FactScope? EdgeInto(ControlFlow flow, int from, int to)
    {
        var edge = Array.FindIndex(flow.Order[from].Terminator.Edges, e => e.Target == flow.Order[to]);
        return _edges[from][edge];
    }

    private FactScope?[] Edges(Terminator terminator, FactScope? outer)
    {
        var result = new FactScope?[terminator.Edges.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = terminator.Kind switch
            {
                TerminatorKind.Conditional => Decide(outer, terminator.Condition!, i == 0),
                TerminatorKind.Switch => Select(outer, terminator, i),
                _ => outer,
            };
        }

        return result;
    }

    private FactScope Decide(FactScope? outer, Value condition, bool holds)
    {
        var scope = new FactScope(outer);
        Collect(scope, condition, holds);
        return scope;
    }

    private FactScope Select(FactScope? outer, Terminator terminator, int edge)
    {
        var scope = new FactScope(outer);
        var isDefault = edge == terminator.Edges.Length - 1;
        Add(scope, new(isDefault ? Condition.GeUn : Condition.Eq, BranchFact.Narrow(terminator.Condition!), Constant.Int32(edge)));
        return scope;
    }

    private void Collect(FactScope scope, Value condition, bool holds)
    {
        scope.Decided.Add((condition, holds));
        _mentioned.Add(condition);
        if (condition is not Instruction i)
        {
            return;
        }

        switch (i.Opcode)
        {
            case Opcode.Compare when i.Operands[0].Type.IsInteger():
                Add(scope, BranchFact.Of(i, holds));
                break;
            case Opcode.Not:
                Collect(scope, i.Operands[0], !holds);
                break;
            case Opcode.And when holds:
            case Opcode.Or when !holds:
                Collect(scope, i.Operands[0], holds);
                Collect(scope, i.Operands[1], holds);
                break;
        }
    }

    private void Add(FactScope scope, BranchFact fact)
    {
        scope.Facts.Add(fact);
        _mentioned.Add(fact.A);
        _mentioned.Add(fact.B);
    }
}
