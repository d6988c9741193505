namespace ILGPU.IR.Passes;

/// <summary>
/// Turns loads and stores of slots into SSA: block parameters at the iterated dominance frontier of the stores, where the slot is live
/// (Cytron et al.), then one walk down the dominator tree.
/// </summary>
internal sealed class SsaConstruction
{
    private readonly KernelFunction _function;
    private readonly ControlFlow _flow;
    private readonly Dictionary<Instruction, LocalSlot> _accesses;
    private readonly List<LocalSlot> _slots;
    private readonly Dictionary<LocalSlot, int> _number = new(ReferenceEqualityComparer.Instance);
    private readonly List<(int Slot, BlockParameter Parameter)>[] _placed;
    private readonly Dictionary<Value, Value> _map = [];

    public SsaConstruction(KernelFunction function, ControlFlow flow, Dictionary<Instruction, LocalSlot> accesses)
    {
        (_function, _flow, _accesses) = (function, flow, accesses);
        _slots = [.. accesses.Values.Distinct(ReferenceEqualityComparer.Instance).Cast<LocalSlot>()];
        for (var i = 0; i < _slots.Count; i++)
        {
            _number[_slots[i]] = i;
        }

        _placed = new List<(int, BlockParameter)>[flow.Order.Length];
        for (var i = 0; i < _placed.Length; i++)
        {
            _placed[i] = [];
        }
    }

    public void Run()
    {
        PlaceParameters();
        Rename();
        _function.Replace(_map);
    }

    private void PlaceParameters()
    {
        var blocks = _flow.Order.Length;
        if (blocks == 1)
        {
            return;
        }

        var (defines, exposed) = FindDefinitionsAndUses();
        var frontiers = _flow.Frontiers();
        for (var slot = 0; slot < _slots.Count; slot++)
        {
            if (exposed[slot].Count == 0)
            {
                continue;
            }

            var live = LiveIn(exposed[slot], defines[slot]);
            var has = new HashSet<int>();
            var work = new Stack<int>(defines[slot]);
            while (work.TryPop(out var block))
            {
                foreach (var join in frontiers[block])
                {
                    if (!live.Contains(join) || !has.Add(join))
                    {
                        continue;
                    }

                    var parameter = new BlockParameter(_slots[slot].Type);
                    _flow.Order[join].Parameters.Add(parameter);
                    _placed[join].Add((slot, parameter));
                    work.Push(join);
                }
            }
        }
    }

    private (HashSet<int>[] Defines, HashSet<int>[] Exposed) FindDefinitionsAndUses()
    {
        var defines = _slots.ConvertAll(_ => new HashSet<int>()).ToArray();
        var exposed = _slots.ConvertAll(_ => new HashSet<int>()).ToArray();
        for (var block = 0; block < _flow.Order.Length; block++)
        {
            foreach (var instruction in _flow.Order[block].Instructions)
            {
                if (!_accesses.TryGetValue(instruction, out var slot))
                {
                    continue;
                }

                var index = _number[slot];
                if (instruction.Opcode == Opcode.Store)
                {
                    defines[index].Add(block);
                }
                else if (!defines[index].Contains(block))
                {
                    exposed[index].Add(block);
                }
            }
        }

        return (defines, exposed);
    }

    private HashSet<int> LiveIn(HashSet<int> exposed, HashSet<int> defines)
    {
        var live = new HashSet<int>(exposed);
        var work = new Stack<int>(exposed);
        while (work.TryPop(out var block))
        {
            foreach (var predecessor in _flow.Predecessors(block))
            {
                if (!defines.Contains(predecessor) && live.Add(predecessor))
                {
                    work.Push(predecessor);
                }
            }
        }

        return live;
    }

    private void Rename()
    {
        // Memory that was never written holds anything; zero is as good as any other value.
        var initial = _slots.Select(slot => (Value)Constant.Zero(slot.Type)).ToArray();
        var work = new Stack<(int Block, Value[] Values)>();
        work.Push((0, initial));
        while (work.TryPop(out var item))
        {
            Rename(item.Block, item.Values);
            var children = _flow.Children[item.Block];
            for (var i = 0; i < children.Count; i++)
            {
                work.Push((children[i], i == 0 ? item.Values : (Value[])item.Values.Clone()));
            }
        }
    }

    private void Rename(int index, Value[] values)
    {
        var block = _flow.Order[index];
        foreach (var (slot, parameter) in _placed[index])
        {
            values[slot] = parameter;
        }

        var rewritten = new List<Instruction>(block.Instructions.Count);
        foreach (var instruction in block.Instructions)
        {
            if (!_accesses.TryGetValue(instruction, out var slot))
            {
                rewritten.Add(instruction);
                continue;
            }

            var current = _number[slot];
            if (instruction.Opcode == Opcode.Store)
            {
                values[current] = Reinterpret(Normalize(instruction.Operands[1], instruction.Memory), slot.Type);
            }
            else if (slot.IsUniform)
            {
                _map.Add(instruction, values[current]);
            }
            else
            {
                _map.Add(instruction, Normalize(Reinterpret(values[current], instruction.Type), instruction.Memory));
            }
        }

        block.Instructions = rewritten;
        foreach (var edge in block.Terminator.Edges)
        {
            var incoming = _placed[_flow.Index(edge.Target)];
            if (incoming.Count > 0)
            {
                edge.Arguments = [.. edge.Arguments, .. incoming.Select(p => values[p.Slot])];
            }
        }

        Value Append(Conversion conversion, IrType type, Value value)
        {
            var convert = ConversionFolding.Convert(conversion, type, value, null);
            rewritten.Add(convert);
            return convert;
        }

        Value Reinterpret(Value value, IrType type) => value.Type == type ? value : Append(Conversion.Bitcast, type, value);

        Value Normalize(Value value, MemoryType memory) => memory switch
        {
            MemoryType.Int8 => Append(Conversion.SignExtend8, IrType.Int32, value),
            MemoryType.UInt8 => Append(Conversion.ZeroExtend8, IrType.Int32, value),
            MemoryType.Int16 => Append(Conversion.SignExtend16, IrType.Int32, value),
            MemoryType.UInt16 => Append(Conversion.ZeroExtend16, IrType.Int32, value),
            _ => value,
        };
    }
}
