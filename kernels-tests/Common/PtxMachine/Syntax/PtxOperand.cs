namespace IlgpuGan.TestsCommon.PtxMachine.Syntax;

internal enum PtxSpace
{
    Generic,
    Global,
    Shared,
    Local,
    Param,
    Const,
}

/// <summary>A declared virtual register. Predicates are numbered separately.</summary>
internal sealed record PtxRegister(string Name, PtxType Type, int Slot);

/// <summary>A declared variable of a state space; kernel parameters are variables of the parameter space.</summary>
internal sealed record PtxVariable(
    string Name, PtxSpace Space, PtxType Type, int Alignment, long Bytes, long Address, bool IsDynamic = false);

internal abstract record PtxOperand;

internal sealed record RegisterOperand(PtxRegister Register, bool IsNegated = false) : PtxOperand;

/// <summary>%tid.x, %laneid, WARP_SZ …</summary>
internal sealed record SpecialOperand(string Name) : PtxOperand;

internal sealed record VariableOperand(PtxVariable Variable, long Offset = 0) : PtxOperand;

/// <summary>An undeclared name: a label or a function.</summary>
internal sealed record NameOperand(string Name) : PtxOperand;

internal sealed record IntegerOperand(Int128 Value) : PtxOperand;

/// <summary>0f… or 0d…, as bits.</summary>
internal sealed record FloatOperand(PtxType Type, ulong Bits) : PtxOperand;

/// <summary>{a, b, …}, and argument lists.</summary>
internal sealed record VectorOperand(PtxOperand[] Elements) : PtxOperand;

/// <summary>[base + offset].</summary>
internal sealed record AddressOperand(PtxOperand Base, long Offset) : PtxOperand;

/// <summary>d|p.</summary>
internal sealed record PairOperand(PtxOperand First, PtxOperand Second) : PtxOperand;

/// <summary>A parsed instruction.</summary>
internal sealed record PtxStatement(int Line, RegisterOperand? Guard, string Name, string[] Suffixes, PtxOperand[] Operands)
{
    public string Text => string.Concat(Suffixes.Prepend(Name));
}
