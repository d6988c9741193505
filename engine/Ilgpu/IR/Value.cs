using ILGPU.IR.Ranges;

namespace ILGPU.IR;

/// <summary>Something that an instruction can read.</summary>
public abstract class Value(IrType type)
{
    public IrType Type { get; } = type;

    /// <summary>Number in printed IR; given by the function that owns the value.</summary>
    public int Id { get; internal set; }
}

/// <summary>A scalar constant, kept as bits so that NaN payloads and -0 survive.</summary>
public sealed class Constant(IrType type, long bits) : Value(type)
{
    /// <summary>Int32 and Float32 use the low half, sign-extended; a Pointer constant is null (0).</summary>
    public long Bits { get; } = bits;

    public static Constant Int32(int value) => new(IrType.Int32, value);

    public static Constant Int64(long value) => new(IrType.Int64, value);

    public static Constant Float32(float value) => new(IrType.Float32, BitConverter.SingleToInt32Bits(value));

    public static Constant Float64(double value) => new(IrType.Float64, BitConverter.DoubleToInt64Bits(value));

    public static Constant Bool(bool value) => new(IrType.Bool, value ? 1 : 0);

    public static Constant Null { get; } = new(IrType.Pointer, 0);

    public static Constant Zero(IrType type) => new(type, 0);

    public int AsInt32 => (int)Bits;

    public float AsFloat32 => BitConverter.Int32BitsToSingle((int)Bits);

    public double AsFloat64 => BitConverter.Int64BitsToDouble(Bits);

    public bool IsZero => Bits == 0;

    public override string ToString() => Type switch
    {
        IrType.Bool => Bits != 0 ? "true" : "false",
        IrType.Float32 => AsFloat32.ToString("R") + "f",
        IrType.Float64 => AsFloat64.ToString("R") + "d",
        IrType.Pointer => "null",
        IrType.Int64 => Bits + "L",
        _ => Bits.ToString(),
    };
}

/// <summary>A value that each edge into the block supplies: what other IRs call a phi.</summary>
public sealed class BlockParameter(IrType type) : Value(type)
{
    public override string ToString() => "%" + Id;
}

/// <summary>One scalar leaf of the kernel's parameters.</summary>
public sealed class KernelArgument(IrType type, string name) : Value(type)
{
    public string Name { get; } = name;

    /// <summary>Bytes that a pointer is known to be a multiple of.</summary>
    public int Alignment { get; init; } = 1;

    /// <summary>What an integer is known to lie between, for every launch.</summary>
    public Interval Range { get; internal set; } = Interval.All(type);

    /// <summary>No store or atomic of the kernel goes through this pointer.</summary>
    public bool IsReadOnly { get; internal set; }

    public override string ToString() => "%" + Name;
}

/// <summary>An operation. Which payload members count is told at the <see cref="Opcode"/>.</summary>
public sealed class Instruction(Opcode opcode, IrType type, params Value[] operands) : Value(type)
{
    public Opcode Opcode { get; } = opcode;

    public Value[] Operands { get; internal set; } = operands;

    public MemoryType Memory { get; init; }

    public int Kind { get; init; }

    public long Scale { get; init; }

    public long Offset { get; init; }

    public string? Text { get; init; }

    public SharedDeclaration? Declaration { get; init; }

    public IrType[]? TupleTypes { get; init; }

    /// <summary>Inline PTX: for each output the operand that its register starts as, or -1.</summary>
    public int[]? Ties { get; init; }

    /// <summary>A load of memory that nobody writes while the kernel runs.</summary>
    public bool IsReadOnly { get; internal set; }

    public SourceLocation? Location { get; init; }

    /// <summary>The same operation on other operands.</summary>
    public Instruction Clone(Value[] operands) => new(Opcode, Type, operands)
    {
        Memory = Memory,
        Kind = Kind,
        Scale = Scale,
        Offset = Offset,
        Text = Text,
        Declaration = Declaration,
        TupleTypes = TupleTypes,
        Ties = Ties,
        IsReadOnly = IsReadOnly,
        Location = Location,
    };

    /// <summary>May be removed when unread, repeated, or moved to where its operands are known.</summary>
    public bool IsPure => Opcode switch
    {
        <= Opcode.Math => true,
        Opcode.SharedAddress or Opcode.DynamicShared or Opcode.DynamicSharedLength or Opcode.Address => true,
        >= Opcode.ThreadIndex and <= Opcode.WarpSize => true,
        Opcode.TupleElement => true,
        _ => false,
    };

    /// <summary>May be removed when nobody reads the result.</summary>
    public bool IsRemovable => IsPure || Opcode is Opcode.Load or Opcode.LoadVector or Opcode.LocalAlloca;

    public override string ToString() => "%" + Id;
}

/// <summary>A static allocation of shared memory; every inlined copy of an allocating method has its own.</summary>
public sealed class SharedDeclaration(string name, int elementSize, int alignment)
{
    public string Name { get; } = name;

    public int ElementSize { get; } = elementSize;

    public int Alignment { get; } = alignment;

    /// <summary>Bytes; known once constants are propagated.</summary>
    public int Size { get; internal set; }
}
