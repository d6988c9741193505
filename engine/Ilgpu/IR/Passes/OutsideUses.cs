namespace ILGPU.IR.Passes;

/// <summary>
/// Passes what is read behind a loop through memory, which <see cref="MemoryToRegisters"/> makes SSA again: once a loop is copied, each of
/// its values has a definition in every copy.
/// </summary>
internal static class OutsideUses
{
    public static void KeepInMemory(KernelFunction function, ControlFlow flow, Loop loop)
    {
        var inside = loop.Body.Order().Select(index => flow.Order[index]).ToHashSet();
        var defined = inside.SelectMany(block => block.Instructions.Concat<Value>(block.Parameters)).ToHashSet();
        var slots = new Dictionary<Value, Instruction>();

        // All blocks, also those that copying an earlier loop has made: the flow graph does not know them.
        foreach (var block in function.Blocks.Where(block => !inside.Contains(block)).ToList())
        {
            var loaded = new Dictionary<Value, Value>();
            for (var i = 0; i < block.Instructions.Count; i++)
            {
                var instruction = block.Instructions[i];
                for (var o = 0; o < instruction.Operands.Length; o++)
                {
                    if (defined.Contains(instruction.Operands[o]))
                    {
                        instruction.Operands[o] = Read(instruction.Operands[o], block, loaded, ref i);
                    }
                }
            }

            var end = block.Instructions.Count;
            if (block.Terminator.Condition is { } condition && defined.Contains(condition))
            {
                block.Terminator.Condition = Read(condition, block, loaded, ref end);
            }

            foreach (var edge in block.Terminator.Edges)
            {
                for (var a = 0; a < edge.Arguments.Length; a++)
                {
                    if (defined.Contains(edge.Arguments[a]))
                    {
                        edge.Arguments[a] = Read(edge.Arguments[a], block, loaded, ref end);
                    }
                }
            }
        }

        foreach (var (value, slot) in slots)
        {
            Write(value, slot, inside);
        }

        Value Read(Value value, Block block, Dictionary<Value, Value> loaded, ref int position)
        {
            if (loaded.TryGetValue(value, out var known))
            {
                return known;
            }

            if (!slots.TryGetValue(value, out var slot))
            {
                slots[value] = slot = new Instruction(Opcode.LocalAlloca, IrType.Pointer) { Scale = 8, Offset = 8 };
                function.Entry.Instructions.Insert(0, slot);
                if (block == function.Entry)
                {
                    position++;
                }
            }

            var memory = Memory(value);
            var load = new Instruction(Opcode.Load, memory.Value(), slot) { Memory = memory };
            block.Instructions.Insert(position++, load);
            Value result = load;
            if (value.Type == IrType.Bool)
            {
                var test = new Instruction(Opcode.Compare, IrType.Bool, load, Constant.Int32(0)) { Kind = (int)Condition.Ne };
                block.Instructions.Insert(position++, test);
                result = test;
            }

            return loaded[value] = result;
        }
    }

    private static MemoryType Memory(Value value) => value.Type == IrType.Bool ? MemoryType.Int32 : value.Type.Memory();

    private static void Write(Value value, Instruction slot, HashSet<Block> inside)
    {
        var block = inside.First(b => value is BlockParameter p ? b.Parameters.Contains(p) : b.Instructions.Contains((Instruction)value));
        var position = value is Instruction instruction ? block.Instructions.IndexOf(instruction) + 1 : 0;
        var stored = value;
        if (value.Type == IrType.Bool)
        {
            var number = ConversionFolding.Convert(Conversion.BoolToInt, IrType.Int32, value, null);
            number.Id = 0;
            block.Instructions.Insert(position++, number);
            stored = number;
        }

        block.Instructions.Insert(position, new Instruction(Opcode.Store, IrType.Void, slot, stored) { Memory = Memory(value) });
    }
}
