namespace ILGPU.IR.Passes;

/// <summary>One scalar in thread memory that can become SSA values.</summary>
/// <param name="Type">The SSA type that its values have.</param>
/// <param name="IsUniform">All accesses use one memory type, so a stored value needs no second look when loaded.</param>
internal sealed record LocalSlot(IrType Type, bool IsUniform);

/// <summary>Finds the slots: which loads and stores access which scalar.</summary>
internal static class LocalSlots
{
    private sealed record Access(Instruction Instruction, long Offset)
    {
        public long End => Offset + Instruction.Memory.Size();
    }

    /// <summary>The slot of each load and store that can go.</summary>
    public static Dictionary<Instruction, LocalSlot> Find(KernelFunction function)
    {
        var pointers = new Dictionary<Value, (Instruction Alloca, long Offset)>();
        var accesses = new Dictionary<Instruction, List<Access>>();
        var kept = new HashSet<Instruction>();
        foreach (var block in ControlFlow.Reachable(function))
        {
            foreach (var instruction in block.Instructions)
            {
                Visit(instruction);
            }

            foreach (var value in block.Terminator.Edges.SelectMany(edge => edge.Arguments))
            {
                Keep(value);
            }
        }

        var slots = new Dictionary<Instruction, LocalSlot>();
        foreach (var (alloca, list) in accesses)
        {
            if (!kept.Contains(alloca))
            {
                Partition(list, slots);
            }
        }

        return slots;

        void Visit(Instruction i)
        {
            switch (i.Opcode)
            {
                case Opcode.LocalAlloca when i.Operands.Length == 0:
                    pointers[i] = (i, 0);
                    accesses[i] = [];
                    break;
                case Opcode.Address when i.Operands.Length == 1 && pointers.TryGetValue(i.Operands[0], out var from):
                    pointers[i] = (from.Alloca, from.Offset + i.Offset);
                    break;
                case Opcode.Load when pointers.TryGetValue(i.Operands[0], out var at):
                    accesses[at.Alloca].Add(new Access(i, at.Offset));
                    break;
                case Opcode.Store when pointers.TryGetValue(i.Operands[0], out var at):
                    accesses[at.Alloca].Add(new Access(i, at.Offset));
                    Keep(i.Operands[1]);
                    break;
                default:
                    foreach (var operand in i.Operands)
                    {
                        Keep(operand);
                    }

                    break;
            }
        }

        void Keep(Value value)
        {
            if (pointers.TryGetValue(value, out var at))
            {
                kept.Add(at.Alloca);
            }
        }
    }

    // Accesses that overlap belong together; a group is a slot if all of them cover the same bytes.
    private static void Partition(List<Access> accesses, Dictionary<Instruction, LocalSlot> slots)
    {
        accesses.Sort((a, b) => a.Offset.CompareTo(b.Offset));
        for (var first = 0; first < accesses.Count;)
        {
            var end = accesses[first].End;
            var next = first + 1;
            for (; next < accesses.Count && accesses[next].Offset < end; next++)
            {
                end = Math.Max(end, accesses[next].End);
            }

            var group = accesses.GetRange(first, next - first);
            var type = group[0].Instruction.Memory.Value();
            if (group.TrueForAll(a => a.Offset == group[0].Offset && a.End == end && Compatible(a.Instruction.Memory.Value(), type)))
            {
                var slot = new LocalSlot(type, group.TrueForAll(a => a.Instruction.Memory == group[0].Instruction.Memory));
                foreach (var access in group)
                {
                    slots.Add(access.Instruction, slot);
                }
            }

            first = next;
        }
    }

    private static bool Compatible(IrType a, IrType b) => a == b || (a != IrType.Pointer && b != IrType.Pointer);
}
