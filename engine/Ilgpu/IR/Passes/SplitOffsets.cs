namespace ILGPU.IR.Passes;

/// <summary>
/// Separates base + index * scale from the constant offset, so that neighbouring accesses share one address and the offset becomes part
/// of the load or store.
/// </summary>
public static class SplitOffsets
{
    public static void Run(KernelFunction function)
    {
        var map = new Dictionary<Value, Value>();
        foreach (var block in function.Blocks)
        {
            var output = new List<Instruction>(block.Instructions.Count);
            foreach (var instruction in block.Instructions)
            {
                if (instruction.Opcode != Opcode.Address || instruction.Operands.Length == 1 || instruction.Offset == 0)
                {
                    output.Add(instruction);
                    continue;
                }

                var start = new Instruction(
                    Opcode.Address, IrType.Pointer, instruction.Operands) { Scale = instruction.Scale, Location = instruction.Location };
                var moved =
                    new Instruction(Opcode.Address, IrType.Pointer, start) { Offset = instruction.Offset, Location = instruction.Location };
                output.Add(start);
                output.Add(moved);
                map.Add(instruction, moved);
            }

            block.Instructions = output;
        }

        function.Replace(map);
    }
}
