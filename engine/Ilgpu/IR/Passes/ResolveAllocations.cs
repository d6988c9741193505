namespace ILGPU.IR.Passes;

/// <summary>Gives shared and local allocations their constant sizes, and moves local ones to the entry block.</summary>
public static class ResolveAllocations
{
    /// <summary>An allocation whose size is still unknown, or null.</summary>
    public static Instruction? Run(KernelFunction function)
    {
        Instruction? unresolved = null;
        var map = new Dictionary<Value, Value>();
        var hoisted = new List<Instruction>();
        foreach (var block in function.Blocks)
        {
            for (var i = 0; i < block.Instructions.Count; i++)
            {
                var instruction = block.Instructions[i];
                if (instruction.Opcode is not (Opcode.LocalAlloca or Opcode.SharedAddress) || instruction.Operands.Length == 0)
                {
                    continue;
                }

                if (instruction.Operands[0] is not Constant count || count.Bits < 0)
                {
                    unresolved ??= instruction;
                    continue;
                }

                if (instruction.Opcode == Opcode.SharedAddress)
                {
                    instruction.Declaration!.Size = checked((int)(count.Bits * instruction.Declaration.ElementSize));
                    instruction.Operands = [];
                    continue;
                }

                var alloca = new Instruction(Opcode.LocalAlloca, IrType.Pointer)
                {
                    Scale = instruction.Scale * count.Bits,
                    Offset = instruction.Offset,
                    Kind = instruction.Kind,
                    Location = instruction.Location,
                };
                hoisted.Add(alloca);
                map.Add(instruction, alloca);
                block.Instructions.RemoveAt(i--);
            }
        }

        function.Entry.Instructions.InsertRange(0, hoisted);
        function.Replace(map);
        var used = function.Instructions.Select(i => i.Declaration).ToHashSet();
        function.Shared.RemoveAll(declaration => !used.Contains(declaration));
        return unresolved;
    }
}
