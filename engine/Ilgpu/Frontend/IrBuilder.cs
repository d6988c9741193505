using ILGPU.IR;

namespace ILGPU.Frontend;

/// <summary>Appends simplified instructions to a current block.</summary>
internal sealed class IrBuilder
{
    private readonly Simplifier _simplifier;
    private readonly List<Instruction> _allocations = [];

    public IrBuilder(KernelFunction function)
    {
        Function = function;
        _simplifier = new Simplifier(Emit);
        Current = NewBlock();
    }

    public KernelFunction Function { get; }

    /// <summary>Where instructions go.</summary>
    public Block Current { get; set; }

    /// <summary>Stamped on everything that is emitted.</summary>
    public SourceLocation? Location { get; set; }

    public Block NewBlock()
    {
        var block = new Block();
        Function.Blocks.Add(block);
        return block;
    }

    public Value Emit(Instruction instruction)
    {
        var value = _simplifier.Simplify(instruction);
        if (value is Instruction placed && (ReferenceEquals(placed, instruction) || placed.Id == Simplifier.NotPlaced))
        {
            placed.Id = 0;
            Current.Instructions.Add(placed);
        }

        return value;
    }

    public Value Emit(Opcode opcode, IrType type, params Value[] operands) =>
        Emit(new Instruction(opcode, type, operands) { Location = Location });

    public Value Emit(Opcode opcode, IrType type, int kind, params Value[] operands) =>
        Emit(new Instruction(opcode, type, operands) { Kind = kind, Location = Location });

    public Value Add(Value a, Value b) => Emit(Opcode.Add, a.Type, a, b);

    public Value Mul(Value a, Value b) => Emit(Opcode.Mul, a.Type, a, b);

    public Value Compare(Condition condition, Value a, Value b) => Emit(Opcode.Compare, IrType.Bool, (int)condition, a, b);

    public Value Convert(Conversion conversion, IrType to, Value value) => Emit(Opcode.Convert, to, (int)conversion, value);

    public Value Math(MathFunction function, IrType type, params Value[] operands) => Emit(Opcode.Math, type, (int)function, operands);

    public Value BoolToInt(Value flag) => Convert(Conversion.BoolToInt, IrType.Int32, flag);

    /// <summary>Whether an Int32 is not zero.</summary>
    public Value IsNonZero(Value value) => Compare(Condition.Ne, value, Constant.Zero(value.Type));

    public Value ToInt64(Value value) => value.Type == IrType.Int64 ? value : Convert(Conversion.SignExtend32, IrType.Int64, value);

    public Value ToInt32(Value value) => value.Type == IrType.Int32 ? value : Convert(Conversion.Truncate, IrType.Int32, value);

    public Value Address(Value pointer, long offset) =>
        Emit(new Instruction(Opcode.Address, IrType.Pointer, pointer) { Offset = offset, Location = Location });

    public Value Address(Value pointer, Value index, long scale) =>
        Emit(new Instruction(Opcode.Address, IrType.Pointer, pointer, index) { Scale = scale, Location = Location });

    public Value Load(MemoryType memory, Value pointer) =>
        Emit(new Instruction(Opcode.Load, memory.Value(), pointer) { Memory = memory, Location = Location });

    public void Store(MemoryType memory, Value pointer, Value value) =>
        Emit(new Instruction(Opcode.Store, IrType.Void, pointer, value) { Memory = memory, Location = Location });

    /// <summary>Per-thread memory. A known size is allocated once in the entry block, wherever the request stands.</summary>
    public Value LocalAlloca(long size, int alignment)
    {
        var alloca = new Instruction(Opcode.LocalAlloca, IrType.Pointer) { Scale = size, Offset = alignment, Location = Location };
        _allocations.Add(alloca);
        return alloca;
    }

    /// <summary>Puts the collected allocations at the top of the entry block.</summary>
    public void PlaceAllocations() => Function.Entry.Instructions.InsertRange(0, _allocations);

    /// <summary>Cuts an Int32 to the range of a small memory type, as storing and loading it would.</summary>
    public Value Normalize(MemoryType memory, Value value) => memory switch
    {
        MemoryType.Int8 => Convert(Conversion.SignExtend8, IrType.Int32, value),
        MemoryType.UInt8 => Convert(Conversion.ZeroExtend8, IrType.Int32, value),
        MemoryType.Int16 => Convert(Conversion.SignExtend16, IrType.Int32, value),
        MemoryType.UInt16 => Convert(Conversion.ZeroExtend16, IrType.Int32, value),
        _ => value,
    };

    public void Branch(Block target, params Value[] arguments) =>
        Terminate(new Terminator(TerminatorKind.Branch, null, new Edge(target, arguments)));

    public void Terminate(Terminator terminator) => Current.Terminator = terminator;
}
