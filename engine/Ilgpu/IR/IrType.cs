namespace ILGPU.IR;

/// <summary>The type of an SSA value. Integers are signless: signedness belongs to the operation.</summary>
public enum IrType : byte
{
    Void,
    Bool,
    Int32,
    Int64,
    Float32,
    Float64,
    Pointer,

    /// <summary>Several scalars at once (a vector load, inline PTX); only <see cref="Opcode.TupleElement"/> reads it.</summary>
    Tuple,
}

/// <summary>How a scalar lies in memory. Integers below 32 bits widen on load and are cut on store.</summary>
public enum MemoryType : byte
{
    Int8,
    UInt8,
    Int16,
    UInt16,
    Int32,
    Int64,
    Float32,
    Float64,
    Pointer,
}

/// <summary>Where a pointer leads.</summary>
public enum AddressSpace : byte
{
    Unknown,
    Global,
    Shared,
    Local,
}

public static class IrTypes
{
    /// <summary>Bytes that the memory type occupies.</summary>
    public static int Size(this MemoryType type) => type switch
    {
        MemoryType.Int8 or MemoryType.UInt8 => 1,
        MemoryType.Int16 or MemoryType.UInt16 => 2,
        MemoryType.Int32 or MemoryType.Float32 => 4,
        _ => 8,
    };

    /// <summary>The SSA type that a load of this memory type yields.</summary>
    public static IrType Value(this MemoryType type) => type switch
    {
        MemoryType.Int64 => IrType.Int64,
        MemoryType.Float32 => IrType.Float32,
        MemoryType.Float64 => IrType.Float64,
        MemoryType.Pointer => IrType.Pointer,
        _ => IrType.Int32,
    };

    /// <summary>The memory type that stores an SSA value whole.</summary>
    public static MemoryType Memory(this IrType type) => type switch
    {
        IrType.Int32 => MemoryType.Int32,
        IrType.Int64 => MemoryType.Int64,
        IrType.Float32 => MemoryType.Float32,
        IrType.Float64 => MemoryType.Float64,
        IrType.Pointer => MemoryType.Pointer,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no memory form"),
    };

    public static bool IsInteger(this IrType type) => type is IrType.Int32 or IrType.Int64;

    public static bool IsFloat(this IrType type) => type is IrType.Float32 or IrType.Float64;

    /// <summary>The type's name in printed IR.</summary>
    public static string Text(this IrType type) => type switch
    {
        IrType.Void => "void",
        IrType.Bool => "bool",
        IrType.Int32 => "i32",
        IrType.Int64 => "i64",
        IrType.Float32 => "f32",
        IrType.Float64 => "f64",
        IrType.Pointer => "ptr",
        _ => "tuple",
    };

    /// <summary>The memory type's name in printed IR.</summary>
    public static string Text(this MemoryType type) => type switch
    {
        MemoryType.Int8 => "i8",
        MemoryType.UInt8 => "u8",
        MemoryType.Int16 => "i16",
        MemoryType.UInt16 => "u16",
        _ => type.Value().Text(),
    };
}
