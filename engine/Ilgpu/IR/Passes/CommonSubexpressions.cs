namespace ILGPU.IR.Passes;

/// <summary>
/// Computes each pure expression once where one computation dominates the other, and within a block reads memory once as long as nothing
/// may have written it.
/// </summary>
public static class CommonSubexpressions
{
    public static void Run(KernelFunction function)
    {
        var flow = new ControlFlow(function);
        var known = new Dictionary<Key, Instruction>();
        var map = new Dictionary<Value, Value>();
        var work = new Stack<(int Block, List<Key>? Scope)>();
        work.Push((0, null));
        while (work.TryPop(out var item))
        {
            if (item.Scope is { } scope)
            {
                scope.ForEach(key => known.Remove(key));
                continue;
            }

            var added = new List<Key>();
            work.Push((item.Block, added));
            Visit(flow.Order[item.Block], added);
            foreach (var child in flow.Children[item.Block])
            {
                work.Push((child, null));
            }
        }

        function.Replace(map);

        void Visit(Block block, List<Key> added)
        {
            var loads = new Dictionary<Key, Value>();
            block.Instructions.RemoveAll(instruction =>
            {
                for (var i = 0; i < instruction.Operands.Length; i++)
                {
                    instruction.Operands[i] = KernelFunction.Resolve(instruction.Operands[i], map);
                }

                if (!instruction.IsPure)
                {
                    return MemoryAccess(instruction, loads);
                }

                var key = new Key(instruction);
                if (known.TryGetValue(key, out var earlier))
                {
                    map.Add(instruction, earlier);
                    return true;
                }

                known.Add(key, instruction);
                added.Add(key);
                return false;
            });
        }

        bool MemoryAccess(Instruction instruction, Dictionary<Key, Value> loads)
        {
            if (instruction.Opcode == Opcode.Load)
            {
                var key = new Key(instruction);
                if (loads.TryGetValue(key, out var earlier))
                {
                    map.Add(instruction, earlier);
                    return true;
                }

                loads.Add(key, instruction);
            }
            else if (instruction.Opcode == Opcode.Store)
            {
                var space = PointerRoots.KnownSpace(instruction.Operands[0]);
                foreach (var key in loads.Keys.Where(key => MayAlias(space, PointerRoots.KnownSpace(key.Pointer))).ToList())
                {
                    loads.Remove(key);
                }
            }
            else if (instruction.Opcode is not (Opcode.LocalAlloca or Opcode.CheckBounds or Opcode.Assert or Opcode.Shuffle))
            {
                loads.Clear();
            }

            return false;
        }
    }

    private static bool MayAlias(AddressSpace a, AddressSpace b) => a == b || a == AddressSpace.Unknown || b == AddressSpace.Unknown;

    // Everything that makes two instructions compute the same.
    private readonly struct Key(Instruction instruction) : IEquatable<Key>
    {
        private readonly Instruction _instruction = instruction;

        public Value Pointer => _instruction.Operands[0];

        public bool Equals(Key other)
        {
            var (a, b) = (_instruction, other._instruction);
            if (a.Opcode != b.Opcode || a.Type != b.Type || a.Kind != b.Kind || a.Memory != b.Memory || a.Scale != b.Scale
                || a.Offset != b.Offset || a.Declaration != b.Declaration || a.Operands.Length != b.Operands.Length)
            {
                return false;
            }

            for (var i = 0; i < a.Operands.Length; i++)
            {
                if (!Same(a.Operands[i], b.Operands[i]))
                {
                    return false;
                }
            }

            return true;
        }

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(_instruction.Opcode);
            hash.Add(_instruction.Kind);
            hash.Add(_instruction.Offset);
            foreach (var operand in _instruction.Operands)
            {
                hash.Add(operand is Constant c ? c.Bits.GetHashCode() : operand.GetHashCode());
            }

            return hash.ToHashCode();
        }

        private static bool Same(Value a, Value b) =>
            ReferenceEquals(a, b) || (a is Constant x && b is Constant y && x.Type == y.Type && x.Bits == y.Bits);
    }
}
