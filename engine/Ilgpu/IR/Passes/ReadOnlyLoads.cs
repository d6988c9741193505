namespace ILGPU.IR.Passes;

/// <summary>Finds the pointer arguments through which the kernel writes nothing, and marks loads that only they reach.</summary>
public static class ReadOnlyLoads
{
    /// <param name="function">The kernel.</param>
    /// <param name="markLoads">The caller promises that read-only views overlap no written ones.</param>
    public static void Run(KernelFunction function, bool markLoads)
    {
        // A kernel with fences may wait for what others write.
        markLoads &= !function.Instructions.Any(i => i.Opcode == Opcode.Fence && i.Kind != (int)FenceLevel.Group);
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
                        written.UnionWith(roots.Of(operand));
                    break;
            }
        }

        // What a view from a buffer leads to may be any argument's memory.
        markLoads &= !written.Any(root => root is Instruction { Opcode: Opcode.Convert });
        foreach (var argument in function.Arguments)
            argument.IsReadOnly = argument.Type == IrType.Pointer && !written.Contains(argument);
        foreach (var load in function.Instructions.Where(i => i.Opcode is Opcode.Load or Opcode.LoadVector))
        {
            var from = roots.Of(load.Operands[0]);
            load.IsReadOnly = markLoads && from.Count > 0 && from.All(root => root is KernelArgument { IsReadOnly: true });
        }
    }
}
