namespace ILGPU.IR.Passes;

/// <summary>Finds the pointer arguments through which the kernel writes nothing, and marks loads that only they reach.</summary>
public static class ReadOnlyLoads
{
    /// <param name="function">The kernel.</param>
    /// <param name="markLoads">The caller promises that read-only views overlap no written ones.</param>
    /// <remarks>A load that no fence comes before is ordered with nobody's writes, so it may be cached from the launch on.</remarks>
    public static void Run(KernelFunction function, bool markLoads)
    {
        var roots = new PointerRoots(function);
        var written = new HashSet<Value>();
        foreach (var instruction in function.Instructions)
        {
            switch (instruction.Opcode)
            {
                case Opcode.Store or Opcode.StoreVector or Opcode.Atomic or Opcode.AtomicCompareExchange:
                    written.UnionWith(roots.Of(instruction.Operands[0]));
                    break;
                case Opcode.InlinePtx:
                    foreach (var operand in instruction.Operands.Where(o => o.Type == IrType.Pointer))
                    {
                        written.UnionWith(roots.Of(operand));
                    }

                    break;
            }
        }

        // What a view from a buffer leads to may be any argument's memory.
        markLoads &= !written.Any(root => root is Instruction { Opcode: Opcode.Convert });

        // Behind a fence a kernel may look for what others have written since it began. An argument has loads of one kind only: those of
        // the other kind could be joined with them.
        var late = BehindFences(function).Where(IsLoad).SelectMany(load => roots.Of(load.Operands[0])).ToHashSet();
        foreach (var argument in function.Arguments)
        {
            argument.IsReadOnly = argument.Type == IrType.Pointer && !written.Contains(argument);
        }

        foreach (var load in function.Instructions.Where(IsLoad))
        {
            var from = roots.Of(load.Operands[0]);
            load.IsReadOnly = markLoads && from.Count > 0
                && from.All(root => root is KernelArgument { IsReadOnly: true } && !late.Contains(root));
        }
    }

    private static bool IsLoad(Instruction instruction) => instruction.Opcode is Opcode.Load or Opcode.LoadVector;

    /// <summary>What some path reaches through a fence that others than the group's threads hear of.</summary>
    private static HashSet<Instruction> BehindFences(KernelFunction function)
    {
        var behind = new HashSet<Instruction>();
        var reached = new HashSet<Block>();
        var open = new Stack<Block>();
        foreach (var block in function.Blocks)
        {
            var fence = block.Instructions.FindIndex(i => i.Opcode == Opcode.Fence && i.Kind != (int)FenceLevel.Group);
            if (fence < 0)
            {
                continue;
            }

            behind.UnionWith(block.Instructions.Skip(fence));
            open.Push(block);
        }

        while (open.TryPop(out var block))
        {
            foreach (var next in block.Successors.Where(reached.Add))
            {
                behind.UnionWith(next.Instructions);
                open.Push(next);
            }
        }

        return behind;
    }
}
