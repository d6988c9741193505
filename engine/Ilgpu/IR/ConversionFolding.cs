namespace ILGPU.IR;

/// <summary>Conversions of conversions.</summary>
internal static class ConversionFolding
{
    public static Value? Simplify(Instruction i)
    {
        if (i.Operands[0] is not Instruction a)
        {
            return null;
        }

        var kind = (Conversion)i.Kind;
        if (kind <= Conversion.ZeroExtend16 && FitsAlready(a, kind))
        {
            return a;
        }

        if (kind == Conversion.Truncate && UpperHalf(a, i.Location) is { } upper)
        {
            return upper;
        }

        if (a.Opcode != Opcode.Convert)
        {
            return null;
        }

        var inner = (Conversion)a.Kind;
        var source = a.Operands[0];
        return kind switch
        {
            Conversion.Truncate when inner is Conversion.SignExtend32 or Conversion.ZeroExtend32 => source,
            Conversion.Bitcast when inner == Conversion.Bitcast => source.Type == i.Type ? source : null,
            Conversion.SignExtend32 when inner is Conversion.ZeroExtend8 or Conversion.ZeroExtend16 or Conversion.BoolToInt =>
                Convert(Conversion.ZeroExtend32, IrType.Int64, a, i.Location),

            // Only the low bits of the source count, whatever an inner, wider extension did to the rest.
            Conversion.SignExtend8 or Conversion.ZeroExtend8 when inner <= Conversion.ZeroExtend16 =>
                Convert(kind, IrType.Int32, source, i.Location),
            Conversion.SignExtend16 or Conversion.ZeroExtend16 when inner is Conversion.SignExtend16 or Conversion.ZeroExtend16 =>
                Convert(kind, IrType.Int32, source, i.Location),

            // C# converts uint by way of double, which has room for all its bits: what rounds is the second step alone.
            Conversion.FloatToFloat when i.Type == IrType.Float32 && source.Type == IrType.Int32
                && inner is (Conversion.SignedToFloat or Conversion.UnsignedToFloat) => Convert(inner, i.Type, source, i.Location),
            _ => null,
        };
    }

    public static Instruction Convert(Conversion conversion, IrType to, Value value, SourceLocation? location) =>
        new(Opcode.Convert, to, value) { Id = Simplifier.NotPlaced, Kind = (int)conversion, Location = location };

    // The upper half of a product of two 32-bit numbers is one instruction. By a constant it stays a wide multiplication, of which random
    // generators take both halves.
    private static Instruction? UpperHalf(Instruction shift, SourceLocation? location)
    {
        if (shift.Opcode is not (Opcode.ShrS or Opcode.ShrU)
            || shift.Operands is not [Instruction { Opcode: Opcode.Mul } product, Constant { Bits: 32 }]
            || product.Operands is not [Instruction { Opcode: Opcode.Convert } a, Instruction { Opcode: Opcode.Convert } b]
            || a.Kind != b.Kind)
        {
            return null;
        }

        return (Conversion)a.Kind switch
        {
            Conversion.SignExtend32 => Simplifier.New(Opcode.MulHighS, IrType.Int32, location, a.Operands[0], b.Operands[0]),
            Conversion.ZeroExtend32 => Simplifier.New(Opcode.MulHighU, IrType.Int32, location, a.Operands[0], b.Operands[0]),
            _ => null,
        };
    }

    // The value is already within the range that the extension would cut it to.
    private static bool FitsAlready(Instruction a, Conversion kind) => a.Opcode switch
    {
        Opcode.Convert => (Conversion)a.Kind == kind
            || ((Conversion)a.Kind is Conversion.BoolToInt)
            || (kind is Conversion.ZeroExtend16 or Conversion.SignExtend16 && (Conversion)a.Kind is Conversion.ZeroExtend8)
            || (kind is Conversion.SignExtend16 && (Conversion)a.Kind is Conversion.SignExtend8)
            || (kind is Conversion.ZeroExtend16 && (Conversion)a.Kind is Conversion.FloatToHalf),
        Opcode.Load => a.Memory == (kind switch
        {
            Conversion.SignExtend8 => MemoryType.Int8,
            Conversion.ZeroExtend8 => MemoryType.UInt8,
            Conversion.SignExtend16 => MemoryType.Int16,
            _ => MemoryType.UInt16,
        }),
        Opcode.And => a.Operands[1] is Constant { Bits: >= 0 } mask && mask.Bits <= (kind switch
        {
            Conversion.SignExtend8 => sbyte.MaxValue,
            Conversion.ZeroExtend8 => byte.MaxValue,
            Conversion.SignExtend16 => short.MaxValue,
            _ => ushort.MaxValue,
        }),
        _ => false,
    };
}
