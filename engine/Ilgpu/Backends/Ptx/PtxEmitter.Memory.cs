using ILGPU.IR;

namespace ILGPU.Backends.Ptx;

// Addresses, loads, stores, vector forms; shared and local memory.
internal sealed partial class PtxEmitter
{
    private void EmitMemory(Instruction i)
    {
        switch (i.Opcode)
        {
            case Opcode.LocalAlloca:
                EmitBase(i, LocalName(i), "local");
                break;
            case Opcode.SharedAddress:
                EmitBase(i, i.Declaration!.Name, "shared");
                break;
            case Opcode.DynamicShared:
                EmitBase(i, "dynamic_shared", "shared");
                break;
            case Opcode.DynamicSharedLength:
                Line(PtxOpcode.Mov, $".u32 {_registers.Of(i)}, %dynamic_smem_size");
                break;
            case Opcode.Address:
                EmitAddress(i);
                break;
            case Opcode.Load:
                Line(
                    PtxOpcode.Ld,
                    $"{SpaceSuffix(i.Operands[0])}{Cached(i)}.{ElementType(i.Memory, i)} {_registers.Of(i)}, {Reference(i.Operands[0])}");
                break;
            case Opcode.Store:
                Line(
                    PtxOpcode.St,
                    $"{SpaceSuffix(i.Operands[0])}.{ElementType(i.Memory, i.Operands[1])} {Reference(i.Operands[0])}, " +
                        $"{Register(i.Operands[1])}");
                break;
            case Opcode.LoadVector:
                var lanes = Enumerable.Range(0, i.TupleTypes!.Length).Select(k => Element(i, k));
                Line(
                    PtxOpcode.Ld,
                    $"{SpaceSuffix(i.Operands[0])}{Cached(i)}.v{i.TupleTypes.Length}.{ElementType(i.Memory, i)} " +
                        $"{{{string.Join(", ", lanes)}}}, {Reference(i.Operands[0])}");
                break;
            case Opcode.StoreVector:
                var values = i.Operands.Skip(1).Select(Register).ToList();
                Line(
                    PtxOpcode.St,
                    $"{SpaceSuffix(i.Operands[0])}.v{values.Count}.{ElementType(i.Memory, i.Operands[1])} " +
                        $"{Reference(i.Operands[0])}, {{{string.Join(", ", values)}}}");
                break;
            case Opcode.TupleElement:
                _registers.Share(i, Element((Instruction)i.Operands[0], i.Kind));
                break;
            default:
                EmitCooperation(i);
                break;
        }
    }

    private readonly Dictionary<(Instruction Tuple, int Index), VirtualRegister> _elements = [];

    private VirtualRegister Element(Instruction tuple, int index)
    {
        if (!_elements.TryGetValue((tuple, index), out var register))
        {
            _elements.Add((tuple, index), register = _registers.New(PtxRegisters.KindOf(tuple.TupleTypes![index])));
        }

        return register;
    }

    private string SpaceSuffix(Value pointer) => Space(pointer) switch
    {
        AddressSpace.Global => ".global",
        AddressSpace.Shared => ".shared",
        AddressSpace.Local => ".local",
        _ => "",
    };

    private string Cached(Instruction load) => load.IsReadOnly && Space(load.Operands[0]) == AddressSpace.Global ? ".nc" : "";

    private string ElementType(MemoryType memory, Value value) => memory switch
    {
        MemoryType.Int8 => "s8",
        MemoryType.UInt8 => "u8",
        MemoryType.Int16 => "s16",
        MemoryType.UInt16 => "u16",
        MemoryType.Int32 => "b32",
        MemoryType.Float32 => "f32",
        MemoryType.Float64 => "f64",

        // A shared pointer is half as wide in a register as its place in memory.
        MemoryType.Pointer when _registers.Of(value).Kind == VirtualRegisterKind.Bits64 => "b64",
        MemoryType.Pointer => "b32",
        _ => "b64",
    };

    private void EmitBase(Instruction i, string symbol, string space)
    {
        var result = _registers.Of(i);
        if (_isGeneric)
        {
            Line(PtxOpcode.Mov, $".u64 {result}, {symbol}");
            Line(PtxOpcode.Cvta, $".{space}.u64 {result}, {result}");
            return;
        }

        Line(PtxOpcode.Mov, $".{(result.Kind == VirtualRegisterKind.Bits64 ? "u64" : "u32")} {result}, {symbol}");
    }

    // [base + offset]; a plain offset needs no register of its own.
    private string Reference(Value pointer)
    {
        var offset = 0L;
        while (pointer is Instruction { Opcode: Opcode.Address, Operands.Length: 1 } address && FitsImmediate(offset + address.Offset))
        {
            offset += address.Offset;
            pointer = address.Operands[0];
        }

        return offset == 0 ? $"[{Operand(pointer)}]" : $"[{Operand(pointer)}+{offset}]";
    }

    private static bool FitsImmediate(long offset) => offset is >= -(1 << 23) and < 1 << 23;

    // Addresses read only as [base + offset] are never computed.
    private bool IsFolded(Instruction address) =>
        address.Operands.Length == 1 && FitsImmediate(address.Offset) && !usedAsValue.Value.Contains(address);

    private Lazy<HashSet<Value>> usedAsValue => field ??= new Lazy<HashSet<Value>>(FindAddressesUsedAsValues);

    private HashSet<Value> FindAddressesUsedAsValues()
    {
        var result = new HashSet<Value>();
        foreach (var block in _function.Blocks)
        {
            foreach (var i in block.Instructions)
            {
                var first = i.Opcode is Opcode.Load or Opcode.Store or Opcode.LoadVector or Opcode.StoreVector ? 1 : 0;
                result.UnionWith(i.Operands.Skip(first));
            }

            result.UnionWith(block.Terminator.Edges.SelectMany(edge => edge.Arguments));
        }

        return result;
    }

    private void EmitAddress(Instruction i)
    {
        if (IsFolded(i))
        {
            return;
        }

        var result = _registers.Of(i);
        var pointer = Operand(i.Operands[0]);
        var wide = result.Kind == VirtualRegisterKind.Bits64;
        if (i.Operands.Length > 1)
        {
            EmitIndexed(i, result, pointer, wide);
            pointer = result;
        }

        if (i.Operands.Length == 1 || i.Offset != 0)
        {
            Line(PtxOpcode.Add, $".{(wide ? "s64" : "s32")} {result}, {pointer}, {i.Offset}");
        }
    }

    private void EmitIndexed(Instruction i, string result, string pointer, bool wide)
    {
        var index = Register(i.Operands[1]);
        var isLong = i.Operands[1].Type == IrType.Int64;
        if (wide && !isLong && i.Scale == (int)i.Scale)
        {
            Line(PtxOpcode.Mad, $".wide.s32 {result}, {index}, {i.Scale}, {pointer}");
            return;
        }

        if (!wide && isLong)
        {
            // Shared memory is far below 4 GB: the low half of the index is the index.
            var low = _registers.New(VirtualRegisterKind.Bits32);
            Line(PtxOpcode.Cvt, $".u32.u64 {low}, {index}");
            index = low;
        }

        Line(PtxOpcode.Mad, $".lo.{(wide ? "s64" : "s32")} {result}, {index}, {i.Scale}, {pointer}");
    }
}
