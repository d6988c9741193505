namespace ILGPU.IR;

public enum TerminatorKind
{
    Branch,
    Conditional,
    Switch,
    Return,

    /// <summary>The thread can't go on: the runtime library would have thrown here.</summary>
    Trap,

    /// <summary>The source has a construct here that no kernel may reach; compilation fails if it stays reachable.</summary>
    Refused,
}

/// <summary>A way into <see cref="Target"/>, with a value for each of its parameters.</summary>
public sealed class Edge(Block target, Value[] arguments)
{
    public Block Target { get; internal set; } = target;

    public Value[] Arguments { get; internal set; } = arguments;
}

/// <summary>
/// How a block ends. Conditional: edge 0 if the condition holds, edge 1 if not. Switch: an unsigned condition below Edges.Length-1
/// selects, the last edge is the default.
/// </summary>
public sealed class Terminator(TerminatorKind kind, Value? condition, params Edge[] edges)
{
    public TerminatorKind Kind { get; } = kind;

    public Value? Condition { get; internal set; } = condition;

    public Edge[] Edges { get; internal set; } = edges;

    public SourceLocation? Location { get; init; }

    /// <summary>Why this point can't be compiled (Refused) or what went wrong (Trap).</summary>
    public string? Reason { get; init; }

    public static Terminator Branch(Block target, params Value[] arguments) =>
        new(TerminatorKind.Branch, null, new Edge(target, arguments));

    public static Terminator Return() => new(TerminatorKind.Return, null);
}

/// <summary>A straight run of instructions, entered at its top only.</summary>
public sealed class Block
{
    public int Id { get; internal set; }

    public List<BlockParameter> Parameters { get; } = [];

    public List<Instruction> Instructions { get; internal set; } = [];

    public Terminator Terminator { get; internal set; } = Terminator.Return();

    public IEnumerable<Block> Successors => Terminator.Edges.Select(edge => edge.Target);

    public override string ToString() => "b" + Id;
}
