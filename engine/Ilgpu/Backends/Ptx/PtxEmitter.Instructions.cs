using ILGPU.IR;

namespace ILGPU.Backends.Ptx;

// Arithmetic, comparisons, conversions, thread positions.
internal sealed partial class PtxEmitter
{
    private string Flush => request.FastMath ? ".ftz" : "";

    private void EmitInstruction(Instruction i)
    {
        switch (i.Opcode)
        {
            case Opcode.Add or Opcode.Sub:
                Binary(i, $"{(i.Opcode == Opcode.Add ? "add" : "sub")}{FloatFlush(i)}.{Signed(i.Type)}");
                break;
            case Opcode.Mul:
                Binary(i, i.Type.IsFloat() ? $"mul{FloatFlush(i)}.{Signed(i.Type)}" : $"mul.lo.{Signed(i.Type)}");
                break;
            case Opcode.DivS or Opcode.RemS:
                Binary(i, $"{(i.Opcode == Opcode.DivS ? "div" : "rem")}.{Signed(i.Type)}");
                break;
            case Opcode.DivU or Opcode.RemU:
                Binary(i, $"{(i.Opcode == Opcode.DivU ? "div" : "rem")}.{Unsigned(i.Type)}");
                break;
            case Opcode.Div:
                EmitDivision(i);
                break;
            case Opcode.Neg:
                Line($"neg{FloatFlush(i)}.{Signed(i.Type)} {registers.Of(i)}, {Operand(i.Operands[0])}");
                break;
            case Opcode.And or Opcode.Or or Opcode.Xor:
                Binary(i, $"{i.Opcode.ToString().ToLowerInvariant()}.{Bits(i.Type)}");
                break;
            case Opcode.Not:
                Line($"not.{Bits(i.Type)} {registers.Of(i)}, {Operand(i.Operands[0])}");
                break;
            case Opcode.Shl:
                Shift(i, $"shl.{Bits(i.Type)}");
                break;
            case Opcode.ShrS:
                Shift(i, $"shr.{Signed(i.Type)}");
                break;
            case Opcode.ShrU:
                Shift(i, $"shr.{Unsigned(i.Type)}");
                break;
            case Opcode.MulHighS:
                Binary(i, $"mul.hi.{Signed(i.Type)}");
                break;
            case Opcode.MulHighU:
                Binary(i, $"mul.hi.{Unsigned(i.Type)}");
                break;
            case Opcode.Compare:
                EmitCompare(i);
                break;
            case Opcode.Select:
                EmitSelect(i);
                break;
            case Opcode.Convert:
                EmitConvert(i);
                break;
            case Opcode.Math:
                EmitMath(i);
                break;
            case Opcode.ThreadIndex or Opcode.GroupIndex or Opcode.GroupSize or Opcode.GridSize:
                Line($"mov.u32 {registers.Of(i)}, {SpecialRegister(i.Opcode)}.{"xyz"[i.Kind]}");
                break;
            case Opcode.LaneIndex:
                Line($"mov.u32 {registers.Of(i)}, %laneid");
                break;
            case Opcode.WarpSize:
                Line($"mov.u32 {registers.Of(i)}, WARP_SZ");
                break;
            default:
                EmitMemory(i);
                break;
        }
    }

    private static string SpecialRegister(Opcode opcode) => opcode switch
    {
        Opcode.ThreadIndex => "%tid",
        Opcode.GroupIndex => "%ctaid",
        Opcode.GroupSize => "%ntid",
        _ => "%nctaid",
    };

    private void Binary(Instruction i, string operation) =>
        Line($"{operation} {registers.Of(i)}, {Operand(i.Operands[0])}, {Operand(i.Operands[1])}");

    // PTX clamps shift counts, C# takes their low bits.
    private void Shift(Instruction i, string operation)
    {
        var mask = i.Type == IrType.Int64 ? 63 : 31;
        string count;
        if (i.Operands[1] is Constant constant)
        {
            count = (constant.Bits & mask).ToString();
        }
        else if (i.Operands[1] is Instruction { Opcode: Opcode.And, Operands: [_, Constant { Bits: >= 0 } low] } && low.Bits <= mask)
        {
            count = Operand(i.Operands[1]);
        }
        else
        {
            count = registers.New(VirtualRegisterKind.Bits32);
            Line($"and.b32 {count}, {Operand(i.Operands[1])}, {mask}");
        }

        Line($"{operation} {registers.Of(i)}, {Operand(i.Operands[0])}, {count}");
    }

    private void EmitCompare(Instruction i)
    {
        var type = i.Operands[0].Type;
        if (type == IrType.Bool)
        {
            Line($"xor.pred {registers.Of(i)}, {Operand(i.Operands[0])}, {Operand(i.Operands[1])}");
            if ((Condition)i.Kind == Condition.Eq)
                Line($"not.pred {registers.Of(i)}, {registers.Of(i)}");
            return;
        }

        var condition = (Condition)i.Kind;
        var unordered = condition >= Condition.LtUn;
        var name = condition switch
        {
            Condition.Eq => "eq",
            Condition.Ne => type.IsFloat() ? "neu" : "ne",
            Condition.Lt or Condition.LtUn => "lt",
            Condition.Le or Condition.LeUn => "le",
            Condition.Gt or Condition.GtUn => "gt",
            _ => "ge",
        };
        if (type.IsFloat() && unordered)
            name += "u";
        var suffix = type switch
        {
            IrType.Pointer => registers.Of(NonConstant(i)).Kind == VirtualRegisterKind.Bits64 ? "u64" : "u32",
            _ when type.IsFloat() || !unordered => Signed(type),
            _ => Unsigned(type),
        };
        Line($"setp.{name}{(type == IrType.Float32 ? Flush : "")}.{suffix} {registers.Of(i)}, {Operand(i.Operands[0])}, " +
            $"{Operand(i.Operands[1])}");
    }

    private static Value NonConstant(Instruction i) => i.Operands[0] is Constant ? i.Operands[1] : i.Operands[0];

    private void EmitSelect(Instruction i)
    {
        var condition = Operand(i.Operands[0]);
        var result = registers.Of(i);
        if (i.Type == IrType.Bool)
        {
            var (yes, no) = (registers.New(VirtualRegisterKind.Predicate), registers.New(VirtualRegisterKind.Predicate));
            Line($"and.pred {yes}, {condition}, {Operand(i.Operands[1])}");
            Line($"not.pred {no}, {condition}");
            Line($"and.pred {no}, {no}, {Operand(i.Operands[2])}");
            Line($"or.pred {result}, {yes}, {no}");
            return;
        }

        Line($"selp.{result.Type} {result}, {Operand(i.Operands[1])}, {Operand(i.Operands[2])}, {condition}");
    }

    private void EmitConvert(Instruction i)
    {
        var from = i.Operands[0].Type;
        var (result, value) = (registers.Of(i), Operand(i.Operands[0]));
        switch ((Conversion)i.Kind)
        {
            case Conversion.SignExtend8:
                Line($"cvt.s32.s8 {result}, {Register(i.Operands[0])}");
                break;
            case Conversion.SignExtend16:
                Line($"cvt.s32.s16 {result}, {Register(i.Operands[0])}");
                break;
            case Conversion.ZeroExtend8:
                Line($"and.b32 {result}, {value}, 255");
                break;
            case Conversion.ZeroExtend16:
                Line($"and.b32 {result}, {value}, 65535");
                break;
            case Conversion.SignExtend32:
                Line($"cvt.s64.s32 {result}, {value}");
                break;
            case Conversion.ZeroExtend32:
                Line($"cvt.u64.u32 {result}, {value}");
                break;
            case Conversion.Truncate:
                Line($"cvt.u32.u64 {result}, {value}");
                break;
            case Conversion.BoolToInt:
                Line($"selp.b32 {result}, 1, 0, {value}");
                break;
            case Conversion.PointerToInteger:
                var widening = Space(i.Operands[0]) == AddressSpace.Shared ? "cvt.u64.u32" : "mov.b64";
                Line($"{widening} {result}, {value}");
                break;
            case Conversion.IntegerToPointer:
                Line($"mov.b64 {result}, {value}");
                break;
            case Conversion.SignedToFloat:
                Line($"cvt.rn.{Signed(i.Type)}.{Signed(from)} {result}, {value}");
                break;
            case Conversion.UnsignedToFloat:
                Line($"cvt.rn.{Signed(i.Type)}.{Unsigned(from)} {result}, {value}");
                break;
            case Conversion.FloatToSigned:
                FloatToInteger(i, Signed(i.Type));
                break;
            case Conversion.FloatToUnsigned:
                FloatToInteger(i, Unsigned(i.Type));
                break;
            case Conversion.FloatToFloat:
                Line(i.Type == IrType.Float64 ? $"cvt.f64.f32 {result}, {value}" : $"cvt.rn.f32.f64 {result}, {value}");
                break;
            case Conversion.FloatToHalf:
                var half = registers.New(VirtualRegisterKind.Bits16);
                Line($"cvt.rn.f16.f32 {half}, {Register(i.Operands[0])}");
                Line($"cvt.u32.u16 {result}, {half}");
                break;
            case Conversion.HalfToFloat:
                var bits = registers.New(VirtualRegisterKind.Bits16);
                Line($"cvt.u16.u32 {bits}, {Register(i.Operands[0])}");
                Line($"cvt.f32.f16 {result}, {bits}");
                break;
            default:
                Line($"mov.{(i.Type is IrType.Int64 or IrType.Float64 ? "b64" : "b32")} {result}, {value}");
                break;
        }
    }

    // The conversion saturates. It turns NaN into 0 only between 32-bit types; C# wants 0 always.
    private void FloatToInteger(Instruction i, string type)
    {
        var from = i.Operands[0].Type;
        var (result, value) = (registers.Of(i), Register(i.Operands[0]));
        Line($"cvt.rzi.{type}.{Signed(from)} {result}, {value}");
        if (from == IrType.Float32 && i.Type == IrType.Int32)
            return;
        var isNumber = registers.New(VirtualRegisterKind.Predicate);
        Line($"setp.num.{Signed(from)} {isNumber}, {value}, {value}");
        Line($"selp.{result.Type} {result}, {result}, 0, {isNumber}");
    }

    private string FloatFlush(Instruction i) => i.Type == IrType.Float32 ? Flush : "";

    private static string Signed(IrType type) => type switch
    {
        IrType.Int32 => "s32",
        IrType.Int64 => "s64",
        IrType.Float32 => "f32",
        _ => "f64",
    };

    private static string Unsigned(IrType type) => type == IrType.Int64 ? "u64" : "u32";

    private static string Bits(IrType type) => type switch
    {
        IrType.Bool => "pred",
        IrType.Int64 => "b64",
        _ => "b32",
    };
}
