namespace ILGPU.IR.Passes;

/// <summary>Removes what nobody reads: instructions, block parameters, and stores to thread memory that is never loaded.</summary>
public static class DeadCodeElimination
{
    public static void Run(KernelFunction function)
    {
        var live = new Liveness(function).Compute();
        var incoming = function.Blocks.ToDictionary(block => block, _ => new List<Edge>());
        foreach (var edge in function.Blocks.SelectMany(block => block.Terminator.Edges))
        {
            incoming[edge.Target].Add(edge);
        }

        foreach (var block in function.Blocks)
        {
            block.Instructions.RemoveAll(instruction => !live.Contains(instruction));
            for (var i = block.Parameters.Count - 1; i >= 0; i--)
            {
                if (!live.Contains(block.Parameters[i]))
                {
                    ControlFlowSimplification.RemoveParameter(block, incoming[block], i);
                }
            }
        }
    }

    private sealed class Liveness(KernelFunction function)
    {
        private readonly HashSet<Value> _live = [];
        private readonly Stack<Value> _work = new();
        private readonly Dictionary<Value, List<Value>> _sources = [];
        private readonly Dictionary<Instruction, List<Instruction>> _stores = [];

        public HashSet<Value> Compute()
        {
            foreach (var block in function.Blocks)
            {
                foreach (var instruction in block.Instructions)
                {
                    Root(instruction);
                }

                if (block.Terminator.Condition is { } condition)
                {
                    Mark(condition);
                }

                foreach (var edge in block.Terminator.Edges)
                {
                    for (var i = 0; i < edge.Arguments.Length; i++)
                    {
                        Of(_sources, edge.Target.Parameters[i]).Add(edge.Arguments[i]);
                    }
                }
            }

            while (_work.TryPop(out var value))
            {
                Visit(value);
            }

            return _live;
        }

        private void Root(Instruction instruction)
        {
            if (instruction.IsRemovable)
            {
                return;
            }

            if (instruction.Opcode == Opcode.Store && Allocation(instruction.Operands[0]) is { } alloca)
            {
                Of(_stores, alloca).Add(instruction);
            }
            else
            {
                Mark(instruction);
            }
        }

        private void Visit(Value value)
        {
            if (value is Instruction instruction)
            {
                foreach (var operand in instruction.Operands)
                {
                    Mark(operand);
                }

                if (_stores.TryGetValue(instruction, out var writes))
                {
                    writes.ForEach(Mark);
                }
            }
            else if (_sources.TryGetValue(value, out var arguments))
            {
                arguments.ForEach(Mark);
            }
        }

        private void Mark(Value value)
        {
            if (_live.Add(value))
            {
                _work.Push(value);
            }
        }

        private static Instruction? Allocation(Value pointer)
        {
            while (pointer is Instruction { Opcode: Opcode.Address } address)
            {
                pointer = address.Operands[0];
            }

            return pointer as Instruction is { Opcode: Opcode.LocalAlloca } alloca ? alloca : null;
        }

        private static List<T> Of<TKey, T>(Dictionary<TKey, List<T>> lists, TKey key)
            where TKey : notnull
        {
            if (!lists.TryGetValue(key, out var list))
            {
                lists.Add(key, list = []);
            }

            return list;
        }
    }
}
