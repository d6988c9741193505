namespace ILGPU.IR.Passes;

/// <summary>Moves pure computations on values from outside a loop to before the loop.</summary>
public static class LoopInvariants
{
    public static void Run(KernelFunction function)
    {
        Preheaders.Insert(function);
        var flow = new ControlFlow(function);
        foreach (var loop in flow.Loops)
        {
            var blocks = loop.Body.Select(index => flow.Order[index]).ToList();
            var inside = blocks.SelectMany(block => block.Instructions.Concat<Value>(block.Parameters)).ToHashSet();
            var preheader = flow.Order[flow.Predecessors(loop.Header).Single(p => !loop.Body.Contains(p))];
            foreach (var index in loop.Body.Order())
            {
                flow.Order[index].Instructions.RemoveAll(instruction =>
                {
                    if (!IsSpeculatable(instruction) || Array.Exists(instruction.Operands, inside.Contains))
                    {
                        return false;
                    }

                    preheader.Instructions.Add(instruction);
                    inside.Remove(instruction);
                    return true;
                });
            }
        }
    }

    /// <summary>May run although the program would not have run it: an integer division by zero may not.</summary>
    internal static bool IsSpeculatable(Instruction instruction) => instruction.IsPure
        && (instruction.Opcode is not (Opcode.DivS or Opcode.DivU or Opcode.RemS or Opcode.RemU)
            || instruction.Operands[1] is Constant { IsZero: false, Bits: not -1 })
        && !Array.Exists(instruction.Operands, o => o.Type == IrType.Tuple);
}
