namespace ILGPU.Backends.Ptx;

/// <summary>The instructions of PTX that are written; inline PTX may have others.</summary>
internal enum PtxOpcode
{
    Abs,
    Add,
    And,
    Atom,
    Bar,
    Bra,
    Brev,
    Brx,
    Call,
    Clz,
    Copysign,
    Cos,
    Cvt,
    Cvta,
    Div,
    Ex2,
    Fma,
    Ld,
    Lg2,
    Mad,
    Max,
    Membar,
    Min,
    Mov,
    Mul,
    Neg,
    Not,
    Or,
    Popc,
    Rcp,
    Red,
    Rem,
    Ret,
    Rsqrt,
    Selp,
    Setp,
    Shfl,
    Shl,
    Shr,
    Sin,
    Sqrt,
    St,
    Sub,
    Tanh,
    Testp,
    Trap,
    Xor,
}

internal static class PtxOpcodes
{
    private static readonly string[] s_names = [.. Enum.GetNames<PtxOpcode>().Select(name => name.ToLowerInvariant())];

    /// <summary>As it is written: its name in lower case.</summary>
    public static string Text(this PtxOpcode opcode) => s_names[(int)opcode];
}
