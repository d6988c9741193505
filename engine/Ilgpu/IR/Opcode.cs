namespace ILGPU.IR;

/// <summary>What an <see cref="Instruction"/> does.</summary>
public enum Opcode : byte
{
    // Arithmetic; both operands and the result have one type.
    Add, Sub, Mul, DivS, DivU, RemS, RemU, Div, Rem, Neg,

    // Integers; the count of a shift is an Int32, masked to the width.
    And, Or, Xor, Not, Shl, ShrS, ShrU, MulHighS, MulHighU,

    /// <summary>Bool from two values; Kind is a <see cref="Condition"/>.</summary>
    Compare,

    /// <summary>Operands: condition, value if true, value if false.</summary>
    Select,

    /// <summary>Kind is a <see cref="Conversion"/>.</summary>
    Convert,

    /// <summary>One to three operands; Kind is a <see cref="MathFunction"/>.</summary>
    Math,

    /// <summary>
    /// Per-thread memory of Scale bytes; Offset is the alignment. An operand, if present, multiplies Scale and must become constant.
    /// </summary>
    LocalAlloca,

    /// <summary>
    /// Address of the shared <see cref="Instruction.Declaration"/>; an operand, if present, is its element count and must become constant.
    /// </summary>
    SharedAddress,

    DynamicShared,

    /// <summary>Int32: bytes of dynamic shared memory in this launch.</summary>
    DynamicSharedLength,

    /// <summary>Operand 0 + operand 1 (Int32, sign-extended, or Int64) * Scale + Offset, in bytes.</summary>
    Address,
    Load, Store,

    /// <summary>Operands: pointer, value; Kind is an <see cref="AtomicKind"/>; yields the old value.</summary>
    Atomic,

    /// <summary>Operands: pointer, expected, value; yields the old value.</summary>
    AtomicCompareExchange,

    // Position; Kind is the dimension 0, 1 or 2.
    ThreadIndex, GroupIndex, GroupSize, GridSize,
    LaneIndex, WarpSize,

    Barrier,

    /// <summary>
    /// Barrier that reduces a Bool over the group; Kind is a <see cref="BarrierReduction"/>; yields Int32 (PopCount) or Bool.
    /// </summary>
    BarrierReduce,
    WarpBarrier,

    /// <summary>Kind is a <see cref="FenceLevel"/>.</summary>
    Fence,

    /// <summary>Operands: value, lane | delta | mask, width; Kind is a <see cref="ShuffleKind"/>.</summary>
    Shuffle,

    /// <summary>Operands: index, length (both Int64); fails unless 0 &lt;= index &lt; length.</summary>
    CheckBounds,

    /// <summary>Operand: Bool that must hold; Text is the message.</summary>
    Assert,

    /// <summary>Text is a C# composite format with holes {0}…; operands fill them.</summary>
    Print,

    /// <summary>PTX given as text; operands are its inputs, the tuple its outputs (<see cref="Instruction.TupleTypes"/>).</summary>
    InlinePtx,

    /// <summary>Loads TupleTypes.Length neighbours of one memory type at once.</summary>
    LoadVector,

    /// <summary>Operands: pointer, then the neighbours to store at once.</summary>
    StoreVector,

    /// <summary>Kind is the position in the tuple.</summary>
    TupleElement,
}

/// <summary>A comparison; Un means unsigned for integers, true on NaN for floats. Plain Ne is true on NaN, as in C#.</summary>
public enum Condition
{
    Eq, Ne, Lt, Le, Gt, Ge, LtUn, LeUn, GtUn, GeUn,
}

public enum Conversion
{
    // Int32 to Int32: the low bits, extended again.
    SignExtend8, SignExtend16, ZeroExtend8, ZeroExtend16,

    // Between widths.
    SignExtend32, ZeroExtend32, Truncate,
    BoolToInt,
    SignedToFloat, UnsignedToFloat,

    // Truncating and saturating, NaN becomes 0, as in C# since .NET 9.
    FloatToSigned, FloatToUnsigned,
    FloatToFloat,

    // IEEE binary16 bits in the low half of an Int32.
    FloatToHalf, HalfToFloat,

    // The same bits under another type of the same size.
    Bitcast,

    // Of what a pointer says about itself, only its low bits mean the same everywhere.
    PointerToInteger,

    // What a buffer holds of a view: an address of a buffer's memory.
    IntegerToPointer,
}

public enum MathFunction
{
    Abs, Sqrt, Rsqrt, Rcp, Exp, Exp2, Log, Log2, Log10,
    Sin, Cos, Tan, Asin, Acos, Atan, Sinh, Cosh, Tanh,
    Floor, Ceiling, Truncate, RoundEven, RoundAway,
    IsNaN, IsInfinity, IsFinite,
    PopCount, LeadingZeros, TrailingZeros,
    MinS, MinU, MaxS, MaxU,

    // C#: NaN propagates (Math.Min); the IEEE "number" forms prefer the number (XMath.Min).
    Min, Max, MinNumber, MaxNumber,
    Pow, Atan2, CopySign, IeeeRemainder,
    Fma,
}

public enum AtomicKind
{
    Add, MinS, MinU, MaxS, MaxU, And, Or, Xor, Exchange,
}

public enum BarrierReduction
{
    PopCount, And, Or,
}

public enum FenceLevel
{
    Group, Device, System,
}

public enum ShuffleKind
{
    Index, Up, Down, Xor,
}
