namespace ILGPU.IR;

/// <summary>Where pointers come from: kernel arguments, shared declarations, thread memory.</summary>
public sealed class PointerRoots
{
    private readonly Dictionary<Value, HashSet<Value>> _roots = [];

    public PointerRoots(KernelFunction function)
    {
        // Pointers kept in thread memory come back as any of the pointers stored anywhere.
        var stored = new HashSet<Value>();
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var block in function.Blocks)
            {
                foreach (var instruction in block.Instructions)
                {
                    if (instruction.Opcode == Opcode.Store && instruction.Memory == MemoryType.Pointer)
                    {
                        changed |= Merge(stored, Of(instruction.Operands[1]));
                    }

                    if (instruction.Type != IrType.Pointer)
                    {
                        continue;
                    }

                    changed |= instruction.Opcode switch
                    {
                        Opcode.Address => Merge(instruction, instruction.Operands[0]),
                        Opcode.Select => Merge(instruction, instruction.Operands[1]) | Merge(instruction, instruction.Operands[2]),
                        Opcode.Load => Merge(Set(instruction), stored),
                        _ => Set(instruction).Add(instruction),
                    };
                }

                foreach (var edge in block.Terminator.Edges)
                {
                    for (var i = 0; i < edge.Arguments.Length; i++)
                    {
                        if (edge.Arguments[i].Type == IrType.Pointer)
                        {
                            changed |= Merge(edge.Target.Parameters[i], edge.Arguments[i]);
                        }
                    }
                }
            }
        }
    }

    /// <summary>All that a pointer may have been made from.</summary>
    public IReadOnlyCollection<Value> Of(Value pointer) => pointer switch
    {
        KernelArgument => [pointer],
        Constant => [],
        _ => _roots.TryGetValue(pointer, out var set) ? set : [],
    };

    /// <summary>The one space that a pointer leads to; a pointer that is always null counts as global, a mixture as unknown.</summary>
    public AddressSpace SpaceOf(Value pointer)
    {
        var spaces = Of(pointer).Select(RootSpace).Distinct().ToList();
        return spaces.Count switch
        {
            0 => AddressSpace.Global,
            1 => spaces[0],
            _ => AddressSpace.Unknown,
        };
    }

    /// <summary>The space of a pointer as far as its own expression tells.</summary>
    public static AddressSpace KnownSpace(Value pointer)
    {
        while (pointer is Instruction { Opcode: Opcode.Address } address)
        {
            pointer = address.Operands[0];
        }

        return RootSpace(pointer);
    }

    private static AddressSpace RootSpace(Value root) => root switch
    {
        KernelArgument => AddressSpace.Global,
        Instruction { Opcode: Opcode.LocalAlloca } => AddressSpace.Local,
        Instruction { Opcode: Opcode.SharedAddress or Opcode.DynamicShared } => AddressSpace.Shared,
        Instruction { Opcode: Opcode.Convert } => AddressSpace.Global,
        _ => AddressSpace.Unknown,
    };

    private HashSet<Value> Set(Value value)
    {
        if (!_roots.TryGetValue(value, out var set))
        {
            _roots.Add(value, set = []);
        }

        return set;
    }

    private bool Merge(Value into, Value from) => Merge(Set(into), Of(from));

    private static bool Merge(HashSet<Value> into, IReadOnlyCollection<Value> from)
    {
        var before = into.Count;
        into.UnionWith(from);
        return into.Count > before;
    }
}
