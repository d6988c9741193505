namespace ILGPU.IR;

/// <summary>Checks a function's invariants; a failure is a defect of the compiler, never of a kernel.</summary>
public static class Verifier
{
    /// <exception cref="InvalidOperationException">An invariant is broken; the message names the pass and holds the IR.</exception>
    public static void Verify(KernelFunction function, string after)
    {
        if (FirstDefect(function) is { } defect)
        {
            throw new InvalidOperationException($"IR of {function.Name} is broken after {after}: {defect}\n{Printer.Print(function)}");
        }
    }

    /// <summary>The first broken invariant, or null.</summary>
    public static string? FirstDefect(KernelFunction function)
    {
        if (function.Entry.Parameters.Count > 0)
        {
            return "the entry block has parameters";
        }

        var flow = new ControlFlow(function);
        if (flow.Predecessors(0).Count > 0)
        {
            return "the entry block has predecessors";
        }

        if (flow.Order.Length != function.Blocks.Count)
        {
            return "unreachable blocks are listed, or reachable ones are not";
        }

        var defined = new Dictionary<Value, (int Block, int Position)>();
        foreach (var block in function.Blocks)
        {
            var index = flow.Index(block);
            foreach (var parameter in block.Parameters)
            {
                if (!defined.TryAdd(parameter, (index, -1)))
                {
                    return $"{parameter} is defined twice";
                }
            }

            for (var i = 0; i < block.Instructions.Count; i++)
            {
                if (!defined.TryAdd(block.Instructions[i], (index, i)))
                {
                    return $"{Printer.Print(block.Instructions[i])} is listed twice";
                }
            }
        }

        var arguments = function.Arguments.ToHashSet();
        foreach (var block in function.Blocks)
        {
            var index = flow.Index(block);
            for (var i = 0; i < block.Instructions.Count; i++)
            {
                var instruction = block.Instructions[i];
                if (instruction.Operands.FirstOrDefault(o => !Reaches(o, index, i)) is { } lost)
                {
                    return $"{lost} does not reach {Printer.Print(instruction)}";
                }

                if (InstructionTypes.Defect(instruction) is { } defect)
                {
                    return $"{defect}: {Printer.Print(instruction)}";
                }
            }

            if (Check(block.Terminator, value => Reaches(value, index, block.Instructions.Count)) is { } fault)
            {
                return $"{fault} at the end of b{block.Id}";
            }
        }

        return null;

        bool Reaches(Value value, int block, int position) => value switch
        {
            Constant => true,
            KernelArgument argument => arguments.Contains(argument),
            _ => defined.TryGetValue(value, out var at)
                && (at.Block == block ? at.Position < position : flow.Dominates(at.Block, block)),
        };
    }

    private static string? Check(Terminator terminator, Func<Value, bool> reaches)
    {
        var edges = terminator.Kind switch
        {
            TerminatorKind.Branch => 1,
            TerminatorKind.Conditional => 2,
            TerminatorKind.Switch => Math.Max(1, terminator.Edges.Length),
            _ => 0,
        };
        if (terminator.Edges.Length != edges)
        {
            return "wrong number of edges";
        }

        var condition = terminator.Kind switch
        {
            TerminatorKind.Conditional => IrType.Bool,
            TerminatorKind.Switch => IrType.Int32,
            _ => IrType.Void,
        };
        if ((terminator.Condition?.Type ?? IrType.Void) != condition)
        {
            return "wrong type of condition";
        }

        if (terminator.Condition is { } value && !reaches(value))
        {
            return $"{value} does not reach the condition";
        }

        foreach (var edge in terminator.Edges)
        {
            if (edge.Arguments.Length != edge.Target.Parameters.Count)
            {
                return $"wrong number of arguments to {edge.Target}";
            }

            for (var i = 0; i < edge.Arguments.Length; i++)
            {
                if (edge.Arguments[i].Type != edge.Target.Parameters[i].Type)
                {
                    return $"argument {edge.Arguments[i]} of {edge.Target} has the wrong type";
                }

                if (!reaches(edge.Arguments[i]))
                {
                    return $"argument {edge.Arguments[i]} does not reach {edge.Target}";
                }
            }
        }

        return null;
    }
}
