namespace IlgpuGan.TestsCommon.PtxMachine.Syntax;

/// <summary>The types of PTX ISA 7.8, section 5.2.</summary>
internal enum PtxType
{
    Pred,
    B8,
    B16,
    B32,
    B64,
    U8,
    U16,
    U32,
    U64,
    S8,
    S16,
    S32,
    S64,
    F16,
    BF16,
    F16x2,
    BF16x2,
    TF32,
    F32,
    F64,
}

internal static class PtxTypes
{
    public static bool TryParse(string suffix, out PtxType type) =>
        Enum.TryParse(suffix, ignoreCase: true, out type) && Enum.IsDefined(type) && suffix == suffix.ToLowerInvariant();

    /// <summary>The size in bytes; 0 for a predicate.</summary>
    public static int Size(this PtxType type) => type switch
    {
        PtxType.Pred => 0,
        PtxType.B8 or PtxType.U8 or PtxType.S8 => 1,
        PtxType.B16 or PtxType.U16 or PtxType.S16 or PtxType.F16 or PtxType.BF16 => 2,
        PtxType.B64 or PtxType.U64 or PtxType.S64 or PtxType.F64 => 8,
        _ => 4,
    };

    public static bool IsBits(this PtxType type) => type is >= PtxType.B8 and <= PtxType.B64;

    public static bool IsSigned(this PtxType type) => type is >= PtxType.S8 and <= PtxType.S64;

    public static bool IsInteger(this PtxType type) => type is >= PtxType.U8 and <= PtxType.S64;

    public static bool IsFloat(this PtxType type) => type >= PtxType.F16;

    /// <summary>The untyped (.b) type of the same size.</summary>
    public static PtxType Bits(this PtxType type) => type.Size() switch
    {
        1 => PtxType.B8,
        2 => PtxType.B16,
        4 => PtxType.B32,
        _ => PtxType.B64,
    };

    public static string Name(this PtxType type) => "." + type.ToString().ToLowerInvariant();

    /// <summary>
    /// Whether a register may be an operand of this instruction type (section 9.2): equal size and compatible kind; .b types match all.
    /// </summary>
    public static bool Agrees(this PtxType register, PtxType instruction)
    {
        if (register == PtxType.Pred || instruction == PtxType.Pred)
        {
            return register == instruction;
        }
        if (register.Size() != instruction.Size())
        {
            return false;
        }
        if (register == instruction || register.IsBits() || instruction.IsBits())
        {
            return true;
        }
        return instruction switch
        {
            // Alternate formats are held in .b registers (table 24).
            PtxType.BF16 or PtxType.BF16x2 or PtxType.TF32 => false,
            PtxType.F16x2 => register == PtxType.F16x2,
            _ => register.IsInteger() && instruction.IsInteger(),
        };
    }

    /// <summary>As <see cref="Agrees"/>, for ld, st and cvt: integer and .b registers may be wider (tables 26 and 27).</summary>
    public static bool AgreesOrIsWider(this PtxType register, PtxType instruction) =>
        register.Agrees(instruction)
        || (register != PtxType.Pred && instruction != PtxType.Pred && register.Size() > instruction.Size() && !instruction.IsFloat()
            && !register.IsFloat());
}
