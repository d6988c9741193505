namespace ILGPU.IR;

/// <summary>The typing rules of the instructions.</summary>
internal static class InstructionTypes
{
    /// <summary>What is wrong with an instruction's types, or null.</summary>
    public static string? Defect(Instruction i)
    {
        var o = i.Operands;
        switch (i.Opcode)
        {
            case Opcode.Add or Opcode.Sub or Opcode.Mul:
                return Same(i, 2) ?? (i.Type.IsInteger() || i.Type.IsFloat() ? null : "not arithmetic");
            case Opcode.Div or Opcode.Rem:
                return Same(i, 2) ?? (i.Type.IsFloat() ? null : "not a float");
            case Opcode.DivS or Opcode.DivU or Opcode.RemS or Opcode.RemU or Opcode.MulHighS or Opcode.MulHighU:
                return Same(i, 2) ?? (i.Type.IsInteger() ? null : "not an integer");
            case Opcode.And or Opcode.Or or Opcode.Xor:
                return Same(i, 2) ?? (i.Type.IsInteger() || i.Type == IrType.Bool ? null : "not an integer or bool");
            case Opcode.Neg:
                return Same(i, 1) ?? (i.Type.IsInteger() || i.Type.IsFloat() ? null : "not arithmetic");
            case Opcode.Not:
                return Same(i, 1) ?? (i.Type.IsInteger() || i.Type == IrType.Bool ? null : "not an integer or bool");
            case Opcode.Shl or Opcode.ShrS or Opcode.ShrU:
                return Check(o.Length == 2 && i.Type.IsInteger() && o[0].Type == i.Type && o[1].Type == IrType.Int32);
            case Opcode.Compare:
                return Check(o.Length == 2 && i.Type == IrType.Bool && o[0].Type == o[1].Type);
            case Opcode.Select:
                return Check(o.Length == 3 && o[0].Type == IrType.Bool && o[1].Type == i.Type && o[2].Type == i.Type);
            case Opcode.Convert:
                return Check(o.Length == 1 && Converts((Conversion)i.Kind, o[0].Type, i.Type));
            case Opcode.Math:
                return Check(o.Length is >= 1 and <= 3 && Array.TrueForAll(o, v => v.Type == o[0].Type));
            case Opcode.Address:
                return Check(i.Type == IrType.Pointer && o.Length is 1 or 2 && o[0].Type == IrType.Pointer && (
                    o.Length == 1 || o[1].Type.IsInteger()));
            case Opcode.Load:
                return Check(o.Length == 1 && o[0].Type == IrType.Pointer && i.Type == i.Memory.Value());
            case Opcode.Store:
                return Check(i.Type == IrType.Void && o.Length == 2 && o[0].Type == IrType.Pointer && o[1].Type == i.Memory.Value());
            case Opcode.Atomic:
                return Check(o.Length == 2 && o[0].Type == IrType.Pointer && o[1].Type == i.Type && i.Type == i.Memory.Value());
            case Opcode.AtomicCompareExchange:
                return Check(o.Length == 3 && o[0].Type == IrType.Pointer && o[1].Type == i.Type && o[2].Type == i.Type);
            case Opcode.Shuffle:
                return Check(o.Length == 3 && o[0].Type == i.Type && o[1].Type == IrType.Int32 && o[2].Type == IrType.Int32);
            case Opcode.CheckBounds:
                return Check(o.Length == 2 && o[0].Type == IrType.Int64 && o[1].Type == IrType.Int64);
            case Opcode.TupleElement:
                return Check(o is [Instruction { TupleTypes: { } types }] && i.Kind < types.Length && types[i.Kind] == i.Type);
            case Opcode.StoreVector:
                return Check(o.Length > 2 && o[0].Type == IrType.Pointer && o.Skip(1).All(v => v.Type == i.Memory.Value()));
            default:
                return null;
        }
    }

    private static string? Check(bool holds) => holds ? null : "wrong types";

    private static string? Same(Instruction i, int count) =>
        i.Operands.Length == count && Array.TrueForAll(i.Operands, o => o.Type == i.Type) ? null : "operands differ in type";

    private static bool Converts(Conversion conversion, IrType from, IrType to) => conversion switch
    {
        <= Conversion.ZeroExtend16 => from == IrType.Int32 && to == IrType.Int32,
        Conversion.SignExtend32 or Conversion.ZeroExtend32 => from == IrType.Int32 && to == IrType.Int64,
        Conversion.Truncate => from == IrType.Int64 && to == IrType.Int32,
        Conversion.BoolToInt => from == IrType.Bool && to == IrType.Int32,
        Conversion.SignedToFloat or Conversion.UnsignedToFloat => from.IsInteger() && to.IsFloat(),
        Conversion.FloatToSigned or Conversion.FloatToUnsigned => from.IsFloat() && to.IsInteger(),
        Conversion.FloatToFloat => from.IsFloat() && to.IsFloat() && from != to,
        Conversion.FloatToHalf => from == IrType.Float32 && to == IrType.Int32,
        Conversion.HalfToFloat => from == IrType.Int32 && to == IrType.Float32,
        Conversion.PointerToInteger => from == IrType.Pointer && to == IrType.Int64,
        Conversion.IntegerToPointer => from == IrType.Int64 && to == IrType.Pointer,
        _ => (from, to) is (IrType.Int32, IrType.Float32) or (IrType.Float32, IrType.Int32)
            or (IrType.Int64, IrType.Float64) or (IrType.Float64, IrType.Int64),
    };
}
