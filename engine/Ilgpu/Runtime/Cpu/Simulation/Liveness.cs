using ILGPU.IR;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>Which values a thread must keep while it waits at a synchronisation.</summary>
internal static class Liveness
{
    /// <summary>For each synchronisation, the block parameters and instructions that are read after it.</summary>
    public static Dictionary<Instruction, Value[]> AcrossSynchronizations(KernelFunction function)
    {
        Dictionary<Block, HashSet<Value>> liveIn = Solve(function);
        var across = new Dictionary<Instruction, Value[]>();
        foreach (Block block in function.Blocks)
        {
            HashSet<Value> live = LiveOut(block, liveIn);
            AddReads(live, TerminatorReads(block));
            for (int i = block.Instructions.Count - 1; i >= 0; i--)
            {
                Instruction instruction = block.Instructions[i];
                live.Remove(instruction);
                if (SyncPoint.Is(instruction))
                {
                    across[instruction] = [.. live];
                }

                AddReads(live, instruction.Operands);
            }
        }

        return across;
    }

    private static Dictionary<Block, HashSet<Value>> Solve(KernelFunction function)
    {
        Dictionary<Block, HashSet<Value>> liveIn = function.Blocks.ToDictionary(block => block, _ => new HashSet<Value>());
        bool changed = true;
        while (changed)
        {
            changed = false;
            for (int b = function.Blocks.Count - 1; b >= 0; b--)
            {
                Block block = function.Blocks[b];
                HashSet<Value> live = LiveOut(block, liveIn);
                AddReads(live, TerminatorReads(block));
                for (int i = block.Instructions.Count - 1; i >= 0; i--)
                {
                    live.Remove(block.Instructions[i]);
                    AddReads(live, block.Instructions[i].Operands);
                }

                live.ExceptWith(block.Parameters);
                if (live.Count != liveIn[block].Count)
                {
                    liveIn[block] = live;
                    changed = true;
                }
            }
        }

        return liveIn;
    }

    private static HashSet<Value> LiveOut(Block block, Dictionary<Block, HashSet<Value>> liveIn)
    {
        var live = new HashSet<Value>();
        foreach (Block successor in block.Successors)
        {
            live.UnionWith(liveIn[successor]);
        }

        return live;
    }

    private static IEnumerable<Value> TerminatorReads(Block block)
    {
        if (block.Terminator.Condition is { } condition)
        {
            yield return condition;
        }

        foreach (Edge edge in block.Terminator.Edges)
        {
            foreach (Value argument in edge.Arguments)
            {
                yield return argument;
            }
        }
    }

    private static void AddReads(HashSet<Value> live, IEnumerable<Value> reads)
    {
        foreach (Value value in reads)
        {
            if (value is Instruction or BlockParameter)
            {
                live.Add(value);
            }
        }
    }
}
