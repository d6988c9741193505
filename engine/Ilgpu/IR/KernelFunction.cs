namespace ILGPU.IR;

/// <summary>A kernel with everything it calls inlined, in SSA form.</summary>
public sealed class KernelFunction(string name)
{
    public string Name { get; } = name;

    /// <summary>Entry first; it has no predecessors and no parameters.</summary>
    public List<Block> Blocks { get; internal set; } = [];

    public List<KernelArgument> Arguments { get; } = [];

    public List<SharedDeclaration> Shared { get; } = [];

    public Block Entry => Blocks[0];

    public IEnumerable<Instruction> Instructions => Blocks.SelectMany(block => block.Instructions);

    /// <summary>Gives blocks and values consecutive numbers in block order.</summary>
    /// <returns>How many values there are.</returns>
    public int Renumber()
    {
        var value = 0;
        for (var i = 0; i < Blocks.Count; i++)
        {
            Blocks[i].Id = i;
            foreach (var parameter in Blocks[i].Parameters)
            {
                parameter.Id = value++;
            }

            foreach (var instruction in Blocks[i].Instructions)
            {
                instruction.Id = value++;
            }
        }

        return value;
    }

    /// <summary>Reads every operand through the map, following chains.</summary>
    public void Replace(Dictionary<Value, Value> map)
    {
        if (map.Count == 0)
        {
            return;
        }

        foreach (var block in Blocks)
        {
            foreach (var instruction in block.Instructions)
            {
                Rewrite(instruction.Operands, map);
            }

            if (block.Terminator.Condition is { } condition)
            {
                block.Terminator.Condition = Resolve(condition, map);
            }

            foreach (var edge in block.Terminator.Edges)
            {
                Rewrite(edge.Arguments, map);
            }
        }
    }

    /// <summary>What the map finally makes of a value.</summary>
    public static Value Resolve(Value value, Dictionary<Value, Value> map)
    {
        while (map.TryGetValue(value, out var next))
        {
            value = next;
        }

        return value;
    }

    private static void Rewrite(Value[] values, Dictionary<Value, Value> map)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Resolve(values[i], map);
        }
    }

    public override string ToString() => Printer.Print(this);
}
