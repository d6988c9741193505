using System.Numerics;

namespace ILGPU.IR;

/// <summary>Evaluates instructions on constants, as C# would.</summary>
internal static class ConstantFolding
{
    /// <summary>The constant an instruction yields, or null if it depends on more than constants.</summary>
    public static Constant? Evaluate(Instruction i)
    {
        if (i.Operands.Length == 0 || !Array.TrueForAll(i.Operands, o => o is Constant))
        {
            return null;
        }

        var a = (Constant)i.Operands[0];
        var b = i.Operands.Length > 1 ? (Constant)i.Operands[1] : a;
        return i.Opcode switch
        {
            Opcode.Compare => Constant.Bool(Compare((Condition)i.Kind, a, b)),
            Opcode.Select => a.Bits != 0 ? b : (Constant)i.Operands[2],
            Opcode.Convert when (Conversion)i.Kind == Conversion.IntegerToPointer && a.Bits != 0 => null,
            Opcode.Convert => Convert((Conversion)i.Kind, a, i.Type),
            Opcode.Math => MathFolding.Evaluate((MathFunction)i.Kind, i.Type, i.Operands),
            >= Opcode.Add and <= Opcode.MulHighU => Arithmetic(i.Opcode, i.Type, a, b),
            _ => null,
        };
    }

    public static bool Compare(Condition condition, Constant a, Constant b)
    {
        if (a.Type.IsFloat())
        {
            var (x, y) = (Float(a), Float(b));
            var unordered = double.IsNaN(x) || double.IsNaN(y);
            return condition switch
            {
                Condition.Eq => x == y,
                Condition.Ne => x != y,
                Condition.Lt => x < y,
                Condition.Le => x <= y,
                Condition.Gt => x > y,
                Condition.Ge => x >= y,
                Condition.LtUn => unordered || x < y,
                Condition.LeUn => unordered || x <= y,
                Condition.GtUn => unordered || x > y,
                _ => unordered || x >= y,
            };
        }

        // Int32 bits are sign-extended, which keeps the unsigned order too.
        var (s, t) = (a.Bits, b.Bits);
        return condition switch
        {
            Condition.Eq => s == t,
            Condition.Ne => s != t,
            Condition.Lt => s < t,
            Condition.Le => s <= t,
            Condition.Gt => s > t,
            Condition.Ge => s >= t,
            Condition.LtUn => (ulong)s < (ulong)t,
            Condition.LeUn => (ulong)s <= (ulong)t,
            Condition.GtUn => (ulong)s > (ulong)t,
            _ => (ulong)s >= (ulong)t,
        };
    }

    internal static double Float(Constant c) => c.Type == IrType.Float32 ? c.AsFloat32 : c.AsFloat64;

    internal static Constant Number(IrType type, double value) =>
        type == IrType.Float32 ? Constant.Float32((float)value) : Constant.Float64(value);

    internal static Constant Integer(IrType type, long value) =>
        type == IrType.Int32 ? Constant.Int32((int)value) : new Constant(type, value);

    private static Constant? Arithmetic(Opcode opcode, IrType type, Constant a, Constant b)
    {
        if (type == IrType.Float32)
        {
            return Single(opcode, a.AsFloat32, b.AsFloat32) is { } f ? Constant.Float32(f) : null;
        }

        if (type == IrType.Float64)
        {
            return Double(opcode, a.AsFloat64, b.AsFloat64) is { } d ? Constant.Float64(d) : null;
        }

        if (type == IrType.Bool)
        {
            return Whole(opcode, a.Bits, b.Bits, 1) is { } bit ? Constant.Bool((bit & 1) != 0) : null;
        }

        if (opcode is Opcode.DivS or Opcode.RemS or Opcode.DivU or Opcode.RemU && (b.IsZero || b.Bits == -1))
        {
            return null;
        }

        if (type == IrType.Int32 && opcode is Opcode.DivU or Opcode.RemU or Opcode.ShrU or Opcode.MulHighU or Opcode.MulHighS)
        {
            return Narrow(opcode, (int)a.Bits, (int)b.Bits);
        }

        return Whole(opcode, a.Bits, b.Bits, type == IrType.Int32 ? 31 : 63) is { } value ? Integer(type, value) : null;
    }

    private static Constant? Narrow(Opcode opcode, int x, int y) => opcode switch
    {
        Opcode.DivU => Constant.Int32((int)((uint)x / (uint)y)),
        Opcode.RemU => Constant.Int32((int)((uint)x % (uint)y)),
        Opcode.ShrU => Constant.Int32(x >>> (y & 31)),
        Opcode.MulHighU => Constant.Int32((int)(((ulong)(uint)x * (uint)y) >> 32)),
        Opcode.MulHighS => Constant.Int32((int)(((long)x * y) >> 32)),
        _ => null,
    };

    private static long? Whole(Opcode opcode, long x, long y, int mask) => opcode switch
    {
        Opcode.Add => x + y,
        Opcode.Sub => x - y,
        Opcode.Mul => x * y,
        Opcode.DivS => x / y,
        Opcode.DivU => (long)((ulong)x / (ulong)y),
        Opcode.RemS => x % y,
        Opcode.RemU => (long)((ulong)x % (ulong)y),
        Opcode.Neg => -x,
        Opcode.And => x & y,
        Opcode.Or => x | y,
        Opcode.Xor => x ^ y,
        Opcode.Not => ~x,
        Opcode.Shl => x << (int)(y & mask),
        Opcode.ShrS => x >> (int)(y & mask),
        Opcode.ShrU => x >>> (int)(y & mask),
        Opcode.MulHighU => (long)Math.BigMul((ulong)x, (ulong)y, out _),
        Opcode.MulHighS => Math.BigMul(x, y, out _),
        _ => null,
    };

    private static float? Single(Opcode opcode, float x, float y) => opcode switch
    {
        Opcode.Add => x + y,
        Opcode.Sub => x - y,
        Opcode.Mul => x * y,
        Opcode.Div => x / y,
        Opcode.Rem => x % y,
        Opcode.Neg => -x,
        _ => null,
    };

    private static double? Double(Opcode opcode, double x, double y) => opcode switch
    {
        Opcode.Add => x + y,
        Opcode.Sub => x - y,
        Opcode.Mul => x * y,
        Opcode.Div => x / y,
        Opcode.Rem => x % y,
        Opcode.Neg => -x,
        _ => null,
    };

    private static Constant Convert(Conversion conversion, Constant a, IrType to) => conversion switch
    {
        Conversion.SignExtend8 => Constant.Int32((sbyte)a.Bits),
        Conversion.SignExtend16 => Constant.Int32((short)a.Bits),
        Conversion.ZeroExtend8 => Constant.Int32((byte)a.Bits),
        Conversion.ZeroExtend16 => Constant.Int32((ushort)a.Bits),
        Conversion.SignExtend32 => Constant.Int64((int)a.Bits),
        Conversion.ZeroExtend32 => Constant.Int64((uint)a.Bits),
        Conversion.Truncate => Constant.Int32((int)a.Bits),
        Conversion.BoolToInt => Constant.Int32((int)a.Bits),
        Conversion.PointerToInteger => Constant.Int64(a.Bits),
        Conversion.SignedToFloat when to == IrType.Float32 => Constant.Float32(a.Bits),
        Conversion.SignedToFloat => Constant.Float64(a.Bits),
        Conversion.UnsignedToFloat => FromUnsigned(a.Type == IrType.Int32 ? (uint)a.Bits : (ulong)a.Bits, to),
        Conversion.FloatToSigned when to == IrType.Int32 => Constant.Int32(int.CreateSaturating(Float(a))),
        Conversion.FloatToSigned => Constant.Int64(long.CreateSaturating(Float(a))),
        Conversion.FloatToUnsigned when to == IrType.Int32 => Constant.Int32((int)uint.CreateSaturating(Float(a))),
        Conversion.FloatToUnsigned => Constant.Int64((long)ulong.CreateSaturating(Float(a))),
        Conversion.FloatToFloat => Number(to, Float(a)),
        Conversion.FloatToHalf => Constant.Int32(BitConverter.HalfToUInt16Bits((System.Half)a.AsFloat32)),
        Conversion.HalfToFloat => Constant.Float32((float)BitConverter.UInt16BitsToHalf((ushort)a.Bits)),
        _ => new Constant(to, a.Bits),
    };

    private static Constant FromUnsigned(ulong value, IrType to) =>
        to == IrType.Float32 ? Constant.Float32(value) : Constant.Float64(value);
}
