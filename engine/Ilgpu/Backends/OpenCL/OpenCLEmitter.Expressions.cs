using ILGPU.IR;

namespace ILGPU.Backends.OpenCL;

// Pure values as C expressions, parenthesised.
internal sealed partial class OpenCLEmitter
{
    private string Use(Value value) => value switch
    {
        Constant constant => OpenCLLiterals.Text(constant),
        Instruction instruction when _inlined.Contains(instruction) => Expression(instruction),
        _ => Name(value),
    };

    // Each operand is written once: an operand may hold a whole chain of others, and writing it twice at every level would take for ever.
    private string Expression(Instruction i)
    {
        var operands = Array.ConvertAll(i.Operands, Use);
        var a = operands.Length > 0 ? operands[0] : "";
        var b = operands.Length > 1 ? operands[1] : "";
        return i.Opcode switch
        {
            Opcode.Add => Wrapping(i, a, "+", b),
            Opcode.Sub => Wrapping(i, a, "-", b),
            Opcode.Mul => Wrapping(i, a, "*", b),
            Opcode.Neg when i.Type.IsFloat() => $"(-{a})",
            Opcode.Neg => $"({Signed(i)})(0 - ({Unsigned(i)}){a})",
            Opcode.DivS or Opcode.Div => $"({a} / {b})",
            Opcode.RemS => $"({a} % {b})",
            Opcode.DivU => $"({Signed(i)})(({Unsigned(i)}){a} / ({Unsigned(i)}){b})",
            Opcode.RemU => $"({Signed(i)})(({Unsigned(i)}){a} % ({Unsigned(i)}){b})",
            Opcode.Rem => $"fmod({a}, {b})",
            Opcode.And => $"({a} & {b})",
            Opcode.Or => $"({a} | {b})",
            Opcode.Xor => $"({a} ^ {b})",
            Opcode.Not => i.Type == IrType.Bool ? $"(!{a})" : $"(~{a})",
            Opcode.Shl => $"({Signed(i)})(({Unsigned(i)}){a} << ({b} & {Mask(i)}))",
            Opcode.ShrS => $"({a} >> ({b} & {Mask(i)}))",
            Opcode.ShrU => $"({Signed(i)})(({Unsigned(i)}){a} >> ({b} & {Mask(i)}))",
            Opcode.MulHighS => $"mul_hi({a}, {b})",
            Opcode.MulHighU => $"({Signed(i)})mul_hi(({Unsigned(i)}){a}, ({Unsigned(i)}){b})",
            Opcode.Compare => Comparison(i, a, b),
            Opcode.Select => $"({a} ? {b} : {operands[2]})",
            Opcode.Convert => Conversion(i, a),
            Opcode.Math => _prelude.Math(i, operands),
            Opcode.Address => Address(i, a, b),
            Opcode.Load => $"*({SpaceName(i.Operands[0])} {StorageName(i)} *){a}",
            Opcode.SharedAddress => $"({i.Declaration!.Name})",
            Opcode.DynamicShared => "dynamic_shared",
            Opcode.DynamicSharedLength => "dynamic_shared_length",
            Opcode.ThreadIndex => $"(int)get_local_id({i.Kind})",
            Opcode.GroupIndex => $"(int)get_group_id({i.Kind})",
            Opcode.GroupSize => $"(int)get_local_size({i.Kind})",
            Opcode.GridSize => $"(int)get_num_groups({i.Kind})",

            // Without sub-groups a warp is one thread.
            Opcode.LaneIndex => _target.SubGroups is null ? "0" : _prelude.LaneIndex(),
            Opcode.WarpSize => $"{_target.SubGroups?.Size ?? 1}",
            Opcode.Shuffle => _target.SubGroups is null ? a : _prelude.Shuffle(i, operands),
            Opcode.TupleElement => $"{a}.s{i.Kind:x}",
            _ => throw new NotSupportedException($"{i.Opcode} has no OpenCL C form"),
        };
    }

    // C leaves signed overflow undefined; C# wraps.
    private static string Wrapping(Instruction i, string a, string operation, string b) => i.Type.IsFloat()
        ? $"({a} {operation} {b})"
        : $"({Signed(i)})(({Unsigned(i)}){a} {operation} ({Unsigned(i)}){b})";

    private static string Signed(Instruction i) => i.Type == IrType.Int64 ? "long" : "int";

    private static string Unsigned(Instruction i) => i.Type == IrType.Int64 ? "ulong" : "uint";

    private static int Mask(Instruction i) => i.Type == IrType.Int64 ? 63 : 31;

    private static string Address(Instruction i, string pointer, string index)
    {
        index = index.Length > 0 ? $" + (long){index} * {i.Scale}" : "";
        var offset = i.Offset == 0 ? "" : i.Offset < 0 ? $" - {-i.Offset}" : $" + {i.Offset}";
        return $"({pointer}{index}{offset})";
    }

    private string Comparison(Instruction i, string a, string b)
    {
        var condition = (Condition)i.Kind;
        var unordered = condition >= Condition.LtUn;
        if (i.Operands[0].Type.IsFloat())
        {
            // "Less, or unordered" is "not greater or equal".
            return unordered ? $"(!({a} {Operator(Opposite(condition))} {b}))" : $"({a} {Operator(condition)} {b})";
        }

        if (!unordered || i.Operands[0].Type == IrType.Pointer)
        {
            return $"({a} {Operator(condition)} {b})";
        }

        var type = i.Operands[0].Type == IrType.Int64 ? "ulong" : "uint";
        return $"(({type}){a} {Operator(condition)} ({type}){b})";
    }

    private static Condition Opposite(Condition condition) => condition switch
    {
        Condition.LtUn => Condition.Ge,
        Condition.LeUn => Condition.Gt,
        Condition.GtUn => Condition.Le,
        _ => Condition.Lt,
    };

    private static string Operator(Condition condition) => condition switch
    {
        Condition.Eq => "==",
        Condition.Ne => "!=",
        Condition.Lt or Condition.LtUn => "<",
        Condition.Le or Condition.LeUn => "<=",
        Condition.Gt or Condition.GtUn => ">",
        _ => ">=",
    };

    private string Conversion(Instruction i, string a)
    {
        var from = i.Operands[0].Type;
        var to = TypeName(i.Type, "");
        switch ((Conversion)i.Kind)
        {
            case IR.Conversion.SignExtend8:
                return $"(int)(char){a}";
            case IR.Conversion.SignExtend16:
                return $"(int)(short){a}";
            case IR.Conversion.ZeroExtend8:
                return $"(int)(uchar){a}";
            case IR.Conversion.ZeroExtend16:
                return $"(int)(ushort){a}";
            case IR.Conversion.ZeroExtend32:
                return $"(long)(uint){a}";
            case IR.Conversion.UnsignedToFloat:
                return $"({to})({(from == IrType.Int64 ? "ulong" : "uint")}){a}";
            case IR.Conversion.FloatToSigned:
                return _prelude.FloatToInteger(from, i.Type, false, a);
            case IR.Conversion.FloatToUnsigned:
                return _prelude.FloatToInteger(from, i.Type, true, a);
            case IR.Conversion.FloatToHalf:
                return _prelude.FloatToHalf(a);
            case IR.Conversion.HalfToFloat:
                return _prelude.HalfToFloat(a);
            case IR.Conversion.Bitcast:
                return $"as_{to}({a})";
            default:
                return $"({to}){a}";
        }
    }
}
