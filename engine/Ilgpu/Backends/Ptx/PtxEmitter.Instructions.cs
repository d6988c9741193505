using ILGPU.IR;

namespace ILGPU.Backends.Ptx;

// Arithmetic, comparisons, conversions, thread positions.
internal sealed partial class PtxEmitter
{
    private string Flush => _request.FastMath ? ".ftz" : "";

    private void EmitInstruction(Instruction i)
    {
        switch (i.Opcode)
        {
            case Opcode.Add or Opcode.Sub:
                Binary(i, i.Opcode == Opcode.Add ? PtxOpcode.Add : PtxOpcode.Sub, $"{FloatFlush(i)}.{Signed(i.Type)}");
                break;
            case Opcode.Mul:
                Binary(i, PtxOpcode.Mul, i.Type.IsFloat() ? $"{FloatFlush(i)}.{Signed(i.Type)}" : $".lo.{Signed(i.Type)}");
                break;
            case Opcode.DivS or Opcode.RemS:
                Binary(i, i.Opcode == Opcode.DivS ? PtxOpcode.Div : PtxOpcode.Rem, $".{Signed(i.Type)}");
                break;
            case Opcode.DivU or Opcode.RemU:
                Binary(i, i.Opcode == Opcode.DivU ? PtxOpcode.Div : PtxOpcode.Rem, $".{Unsigned(i.Type)}");
                break;
            case Opcode.Div:
                EmitDivision(i);
                break;
            case Opcode.Neg:
                Line(PtxOpcode.Neg, $"{FloatFlush(i)}.{Signed(i.Type)} {_registers.Of(i)}, {Operand(i.Operands[0])}");
                break;
            case Opcode.And:
                Binary(i, PtxOpcode.And, $".{Bits(i.Type)}");
                break;
            case Opcode.Or:
                Binary(i, PtxOpcode.Or, $".{Bits(i.Type)}");
                break;
            case Opcode.Xor:
                Binary(i, PtxOpcode.Xor, $".{Bits(i.Type)}");
                break;
            case Opcode.Not:
                Line(PtxOpcode.Not, $".{Bits(i.Type)} {_registers.Of(i)}, {Operand(i.Operands[0])}");
                break;
            case Opcode.Shl:
                Shift(i, PtxOpcode.Shl, Bits(i.Type));
                break;
            case Opcode.ShrS:
                Shift(i, PtxOpcode.Shr, Signed(i.Type));
                break;
            case Opcode.ShrU:
                Shift(i, PtxOpcode.Shr, Unsigned(i.Type));
                break;
            case Opcode.MulHighS:
                Binary(i, PtxOpcode.Mul, $".hi.{Signed(i.Type)}");
                break;
            case Opcode.MulHighU:
                Binary(i, PtxOpcode.Mul, $".hi.{Unsigned(i.Type)}");
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
                Line(PtxOpcode.Mov, $".u32 {_registers.Of(i)}, {SpecialRegister(i.Opcode)}.{"xyz"[i.Kind]}");
                break;
            case Opcode.LaneIndex:
                Line(PtxOpcode.Mov, $".u32 {_registers.Of(i)}, %laneid");
                break;
            case Opcode.WarpSize:
                Line(PtxOpcode.Mov, $".u32 {_registers.Of(i)}, WARP_SZ");
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

    private void Binary(Instruction i, PtxOpcode opcode, string modifiers) =>
        Line(opcode, $"{modifiers} {_registers.Of(i)}, {Operand(i.Operands[0])}, {Operand(i.Operands[1])}");

    // PTX clamps shift counts, C# takes their low bits.
    private void Shift(Instruction i, PtxOpcode opcode, string type)
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
            count = _registers.New(VirtualRegisterKind.Bits32);
            Line(PtxOpcode.And, $".b32 {count}, {Operand(i.Operands[1])}, {mask}");
        }

        Line(opcode, $".{type} {_registers.Of(i)}, {Operand(i.Operands[0])}, {count}");
    }

    private void EmitCompare(Instruction i)
    {
        var type = i.Operands[0].Type;
        if (type == IrType.Bool)
        {
            Line(PtxOpcode.Xor, $".pred {_registers.Of(i)}, {Operand(i.Operands[0])}, {Operand(i.Operands[1])}");
            if ((Condition)i.Kind == Condition.Eq)
            {
                Line(PtxOpcode.Not, $".pred {_registers.Of(i)}, {_registers.Of(i)}");
            }

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
        {
            name += "u";
        }

        var suffix = type switch
        {
            IrType.Pointer => _registers.Of(NonConstant(i)).Kind == VirtualRegisterKind.Bits64 ? "u64" : "u32",
            _ when type.IsFloat() || !unordered => Signed(type),
            _ => Unsigned(type),
        };
        Line(
            PtxOpcode.Setp,
            $".{name}{(type == IrType.Float32 ? Flush : "")}.{suffix} {_registers.Of(i)}, {Operand(i.Operands[0])}, " +
                $"{Operand(i.Operands[1])}");
    }

    private static Value NonConstant(Instruction i) => i.Operands[0] is Constant ? i.Operands[1] : i.Operands[0];

    private void EmitSelect(Instruction i)
    {
        var condition = Operand(i.Operands[0]);
        var result = _registers.Of(i);
        if (i.Type == IrType.Bool)
        {
            var (yes, no) = (_registers.New(VirtualRegisterKind.Predicate), _registers.New(VirtualRegisterKind.Predicate));
            Line(PtxOpcode.And, $".pred {yes}, {condition}, {Operand(i.Operands[1])}");
            Line(PtxOpcode.Not, $".pred {no}, {condition}");
            Line(PtxOpcode.And, $".pred {no}, {no}, {Operand(i.Operands[2])}");
            Line(PtxOpcode.Or, $".pred {result}, {yes}, {no}");
            return;
        }

        Line(PtxOpcode.Selp, $".{result.Type} {result}, {Operand(i.Operands[1])}, {Operand(i.Operands[2])}, {condition}");
    }

    private void EmitConvert(Instruction i)
    {
        var from = i.Operands[0].Type;
        var (result, value) = (_registers.Of(i), Operand(i.Operands[0]));
        switch ((Conversion)i.Kind)
        {
            case Conversion.SignExtend8:
                Line(PtxOpcode.Cvt, $".s32.s8 {result}, {Register(i.Operands[0])}");
                break;
            case Conversion.SignExtend16:
                Line(PtxOpcode.Cvt, $".s32.s16 {result}, {Register(i.Operands[0])}");
                break;
            case Conversion.ZeroExtend8:
                Line(PtxOpcode.And, $".b32 {result}, {value}, 255");
                break;
            case Conversion.ZeroExtend16:
                Line(PtxOpcode.And, $".b32 {result}, {value}, 65535");
                break;
            case Conversion.SignExtend32:
                Line(PtxOpcode.Cvt, $".s64.s32 {result}, {value}");
                break;
            case Conversion.ZeroExtend32:
                Line(PtxOpcode.Cvt, $".u64.u32 {result}, {value}");
                break;
            case Conversion.Truncate:
                Line(PtxOpcode.Cvt, $".u32.u64 {result}, {value}");
                break;
            case Conversion.BoolToInt:
                Line(PtxOpcode.Selp, $".b32 {result}, 1, 0, {value}");
                break;
            case Conversion.PointerToInteger:
                if (Space(i.Operands[0]) == AddressSpace.Shared)
                {
                    Line(PtxOpcode.Cvt, $".u64.u32 {result}, {value}");
                }
                else
                {
                    Line(PtxOpcode.Mov, $".b64 {result}, {value}");
                }

                break;
            case Conversion.IntegerToPointer:
                Line(PtxOpcode.Mov, $".b64 {result}, {value}");
                break;
            case Conversion.SignedToFloat:
                Line(PtxOpcode.Cvt, $".rn.{Signed(i.Type)}.{Signed(from)} {result}, {value}");
                break;
            case Conversion.UnsignedToFloat:
                Line(PtxOpcode.Cvt, $".rn.{Signed(i.Type)}.{Unsigned(from)} {result}, {value}");
                break;
            case Conversion.FloatToSigned:
                FloatToInteger(i, Signed(i.Type));
                break;
            case Conversion.FloatToUnsigned:
                FloatToInteger(i, Unsigned(i.Type));
                break;
            case Conversion.FloatToFloat:
                Line(PtxOpcode.Cvt, i.Type == IrType.Float64 ? $".f64.f32 {result}, {value}" : $".rn.f32.f64 {result}, {value}");
                break;
            case Conversion.FloatToHalf:
                var half = _registers.New(VirtualRegisterKind.Bits16);
                Line(PtxOpcode.Cvt, $".rn.f16.f32 {half}, {Register(i.Operands[0])}");
                Line(PtxOpcode.Cvt, $".u32.u16 {result}, {half}");
                break;
            case Conversion.HalfToFloat:
                var bits = _registers.New(VirtualRegisterKind.Bits16);
                Line(PtxOpcode.Cvt, $".u16.u32 {bits}, {Register(i.Operands[0])}");
                Line(PtxOpcode.Cvt, $".f32.f16 {result}, {bits}");
                break;
            default:
                Line(PtxOpcode.Mov, $".{(i.Type is IrType.Int64 or IrType.Float64 ? "b64" : "b32")} {result}, {value}");
                break;
        }
    }

    // The conversion saturates. It turns NaN into 0 only between 32-bit types; C# wants 0 always.
    private void FloatToInteger(Instruction i, string type)
    {
        var from = i.Operands[0].Type;
        var (result, value) = (_registers.Of(i), Register(i.Operands[0]));
        Line(PtxOpcode.Cvt, $".rzi.{type}.{Signed(from)} {result}, {value}");
        if (from == IrType.Float32 && i.Type == IrType.Int32)
        {
            return;
        }

        var isNumber = _registers.New(VirtualRegisterKind.Predicate);
        Line(PtxOpcode.Setp, $".num.{Signed(from)} {isNumber}, {value}, {value}");
        Line(PtxOpcode.Selp, $".{result.Type} {result}, {result}, 0, {isNumber}");
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
