namespace ILGPU.IR.Passes;

/// <summary>
/// Computes addresses where they are used: anew in each block and behind each synchronisation, and in one step from their base where one is
/// enough. For targets that keep what is live at a synchronisation in memory, and on which an address costs nothing beside its access.
/// </summary>
public static class SinkAddresses
{
    public static void Run(KernelFunction function)
    {
        foreach (var block in function.Blocks)
        {
            var near = new Dictionary<Instruction, Instruction>();
            var output = new List<Instruction>(block.Instructions.Count);
            foreach (var i in block.Instructions)
            {
                if (IsAccess(i) && i.Operands[0] is Instruction address && IsAddress(address))
                {
                    i.Operands = [Near(address, near, output), .. i.Operands.Skip(1)];
                }

                output.Add(i);
                if (i.Opcode is Opcode.Barrier or Opcode.BarrierReduce or Opcode.WarpBarrier or Opcode.Shuffle)
                {
                    near.Clear();
                }
            }

            block.Instructions = output;
        }
    }

    private static bool IsAccess(Instruction i) => i.Opcode is Opcode.Load or Opcode.Store or Opcode.LoadVector or Opcode.StoreVector
        or Opcode.Atomic or Opcode.AtomicCompareExchange;

    private static bool IsAddress(Value value) => value is Instruction { Opcode: Opcode.Address or Opcode.SharedAddress };

    private static Value Near(Instruction address, Dictionary<Instruction, Instruction> near, List<Instruction> output)
    {
        if (near.TryGetValue(address, out var known))
        {
            return known;
        }

        var joined = Joined(address);
        var copy = joined.Clone(
            [.. joined.Operands.Select(operand => IsAddress(operand) ? Near((Instruction)operand, near, output) : operand)]);
        near.Add(address, copy);
        output.Add(copy);
        return copy;
    }

    /// <summary>An address without the constant distances between it and what it starts from.</summary>
    private static Instruction Joined(Instruction address)
    {
        while (address.Opcode == Opcode.Address && address.Operands[0] is Instruction { Opcode: Opcode.Address } start
            && (address.Operands.Length == 1 || start.Operands.Length == 1))
        {
            bool isMoved = address.Operands.Length == 1;
            address = new Instruction(
                Opcode.Address, IrType.Pointer, isMoved ? start.Operands : [start.Operands[0], address.Operands[1]])
            {
                Scale = isMoved ? start.Scale : address.Scale,
                Offset = start.Offset + address.Offset,
                Location = address.Location,
            };
        }

        return address;
    }
}
