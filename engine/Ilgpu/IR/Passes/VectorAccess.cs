namespace ILGPU.IR.Passes;

/// <summary>Joins loads, and stores, of neighbouring aligned scalars within a block into accesses of two or four.</summary>
public static class VectorAccess
{
    private const int WidestBytes = 16;

    private sealed record Access(Instruction Instruction, Value Base, long Offset);

    public static void Run(KernelFunction function)
    {
        var map = new Dictionary<Value, Value>();
        foreach (var block in function.Blocks)
        {
            Loads(block, map);
            Stores(block);
        }

        function.Replace(map);
    }

    private static void Loads(Block block, Dictionary<Value, Value> map)
    {
        var open = new List<Access>();
        var joined = new Dictionary<Instruction, List<Instruction>>();
        var gone = new HashSet<Instruction>();
        foreach (var i in block.Instructions)
        {
            if (i.Opcode == Opcode.Load && IsVectorElement(i.Memory))
            {
                open.Add(Describe(i, i.Operands[0]));
            }
            else if (i.Opcode == Opcode.Store)
            {
                Close(load => !load.Instruction.IsReadOnly && MayAlias(i.Operands[0], load.Base));
            }
            else if (!i.IsPure
                && i.Opcode is not (Opcode.Load or Opcode.LocalAlloca or Opcode.CheckBounds or Opcode.Assert or Opcode.Shuffle))
            {
                Close(load => !load.Instruction.IsReadOnly);
            }
        }

        Close(_ => true);
        if (gone.Count == 0)
        {
            return;
        }

        var output = new List<Instruction>(block.Instructions.Count);
        foreach (var i in block.Instructions)
        {
            if (joined.TryGetValue(i, out var replacement))
            {
                output.AddRange(replacement);
            }

            if (!gone.Contains(i))
            {
                output.Add(i);
            }
        }

        block.Instructions = output;

        void Close(Predicate<Access> isAffected)
        {
            foreach (var run in Runs(open.FindAll(isAffected)))
            {
                Join(run);
            }

            open.RemoveAll(isAffected);
        }

        void Join(List<Access> run)
        {
            var first = run.MinBy(access => block.Instructions.IndexOf(access.Instruction))!.Instruction;
            var element = run[0].Instruction;
            var address =
                new Instruction(Opcode.Address, IrType.Pointer, run[0].Base) { Offset = run[0].Offset, Location = element.Location };
            var vector = new Instruction(Opcode.LoadVector, IrType.Tuple, address)
            {
                Memory = element.Memory,
                TupleTypes = [.. run.Select(access => access.Instruction.Type)],
                IsReadOnly = run.TrueForAll(access => access.Instruction.IsReadOnly),
                Location = first.Location,
            };
            joined[first] = [address, vector];
            for (var k = 0; k < run.Count; k++)
            {
                var part = new Instruction(Opcode.TupleElement, element.Type, vector) { Kind = k, Location = element.Location };
                joined[first].Add(part);
                map.Add(run[k].Instruction, part);
                gone.Add(run[k].Instruction);
            }
        }
    }

    private static void Stores(Block block)
    {
        var open = new List<Access>();
        var joined = new Dictionary<Instruction, List<Instruction>>();
        var gone = new HashSet<Instruction>();
        foreach (var i in block.Instructions)
        {
            if (i.Opcode == Opcode.Store && IsVectorElement(i.Memory))
            {
                var access = Describe(i, i.Operands[0]);

                // A store elsewhere through another base may hit the same bytes; one to the same bytes must stay in order.
                Close(other => MayAlias(access.Base, other.Base)
                    && (!ReferenceEquals(access.Base, other.Base) || Math.Abs(
                        access.Offset - other.Offset) < other.Instruction.Memory.Size()));
                open.Add(access);
            }
            else if (i.Opcode is Opcode.Load or Opcode.LoadVector)
            {
                Close(store => MayAlias(i.Operands[0], store.Base));
            }
            else if (!i.IsPure && i.Opcode != Opcode.LocalAlloca)
            {
                Close(_ => true);
            }
        }

        Close(_ => true);
        if (gone.Count == 0)
        {
            return;
        }

        var output = new List<Instruction>(block.Instructions.Count);
        foreach (var i in block.Instructions)
        {
            if (!gone.Contains(i))
            {
                output.Add(i);
            }

            if (joined.TryGetValue(i, out var replacement))
            {
                output.AddRange(replacement);
            }
        }

        block.Instructions = output;

        void Close(Predicate<Access> isAffected)
        {
            foreach (var run in Runs(open.FindAll(isAffected)))
            {
                Join(run);
            }

            open.RemoveAll(isAffected);
        }

        void Join(List<Access> run)
        {
            var last = run.MaxBy(access => block.Instructions.IndexOf(access.Instruction))!.Instruction;
            var element = run[0].Instruction;
            var address =
                new Instruction(Opcode.Address, IrType.Pointer, run[0].Base) { Offset = run[0].Offset, Location = element.Location };
            var vector =
                new Instruction(Opcode.StoreVector, IrType.Void, [address, .. run.Select(access => access.Instruction.Operands[1])])
            {
                Memory = element.Memory,
                Location = last.Location,
            };
            joined[last] = [address, vector];
            gone.UnionWith(run.Select(access => access.Instruction));
        }
    }

    private static bool IsVectorElement(MemoryType memory) =>
        memory is MemoryType.Int32 or MemoryType.Int64 or MemoryType.Float32 or MemoryType.Float64;

    private static Access Describe(Instruction instruction, Value pointer)
    {
        var offset = 0L;
        while (pointer is Instruction { Opcode: Opcode.Address, Operands.Length: 1 } address)
        {
            offset += address.Offset;
            pointer = address.Operands[0];
        }

        return new Access(instruction, pointer, offset);
    }

    private static bool MayAlias(Value a, Value b)
    {
        var (x, y) = (PointerRoots.KnownSpace(a), PointerRoots.KnownSpace(b));
        return x == y || x == AddressSpace.Unknown || y == AddressSpace.Unknown;
    }

    // Aligned groups of four or two neighbours, at most 16 bytes.
    private static IEnumerable<List<Access>> Runs(List<Access> accesses)
    {
        foreach (var group in accesses.GroupBy(access => (access.Base, access.Instruction.Memory)))
        {
            var sorted = group.DistinctBy(access => access.Offset).OrderBy(access => access.Offset).ToList();
            var alignment = Alignments.Of(group.Key.Base);
            var size = group.Key.Memory.Size();
            for (var i = 0; i < sorted.Count;)
            {
                var count = WidestBytes / size;
                while (count > 1 && !IsRun(sorted, i, count, size, alignment))
                {
                    count /= 2;
                }

                if (count > 1)
                {
                    yield return sorted.GetRange(i, count);
                }

                i += count;
            }
        }
    }

    private static bool IsRun(List<Access> sorted, int first, int count, int size, long alignment)
    {
        var bytes = count * size;
        if (first + count > sorted.Count || alignment < bytes || sorted[first].Offset % bytes != 0)
        {
            return false;
        }

        for (var k = 1; k < count; k++)
        {
            if (sorted[first + k].Offset != sorted[first].Offset + (k * size))
            {
                return false;
            }
        }

        return true;
    }
}
