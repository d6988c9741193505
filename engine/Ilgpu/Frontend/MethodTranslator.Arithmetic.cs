using ILGPU.Frontend.DeviceMath;
using ILGPU.IR;

namespace ILGPU.Frontend;

// Constants, arithmetic, comparisons and conversions.
internal sealed partial class MethodTranslator
{
    private void Push(Value value) => _stack.Push(StackValue.Of(value));

    private Value PopScalar() => _stack.Pop().Scalar;

    private bool TranslateConstant(string name, in ILInstruction instruction)
    {
        if (!name.StartsWith("ldc.", StringComparison.Ordinal))
        {
            return false;
        }

        Push(instruction.Operand switch
        {
            int i => Constant.Int32(i),
            long l => Constant.Int64(l),
            float f => Constant.Float32(f),
            double d => Constant.Float64(d),
            _ => Constant.Int32(name == "ldc.i4.m1" ? -1 : name[^1] - '0'),
        });
        return true;
    }

    private bool TranslateArithmetic(string name)
    {
        switch (name)
        {
            case "neg":
                var negated = PopScalar();
                Push(_ir.Emit(Opcode.Neg, negated.Type, negated));
                return true;
            case "not":
                var inverted = PopScalar();
                Push(_ir.Emit(Opcode.Not, inverted.Type, inverted));
                return true;
            case "ceq" or "cgt" or "cgt.un" or "clt" or "clt.un":
                var (y, x) = (_stack.Pop(), _stack.Pop());
                Push(_ir.BoolToInt(CompareScalars(name switch
                {
                    "ceq" => Condition.Eq,
                    "cgt" => Condition.Gt,
                    "cgt.un" => Condition.GtUn,
                    "clt" => Condition.Lt,
                    _ => Condition.LtUn,
                }, x, y)));
                return true;
            case "shl" or "shr" or "shr.un":
                var count = _ir.ToInt32(PopScalar());
                var shifted = PopScalar();
                Push(_ir.Emit(name switch { "shl" => Opcode.Shl, "shr" => Opcode.ShrS, _ => Opcode.ShrU }, shifted.Type, shifted, count));
                return true;
        }

        if (BinaryOpcode(name) is not { } opcode)
        {
            return false;
        }

        var (b, a) = (PopScalar(), PopScalar());
        if (a.Type == IrType.Pointer || b.Type == IrType.Pointer)
        {
            Push(PointerArithmetic(opcode, a, b));
            return true;
        }

        (a, b) = Unify(a, b);
        if (a.Type.IsFloat())
        {
            opcode = opcode switch { Opcode.DivS => Opcode.Div, Opcode.RemS => Opcode.Rem, _ => opcode };
        }

        if (opcode == Opcode.Rem && _kernel.Options.SoftwareMath)
        {
            _stack.Push(_kernel.Inline(SoftwareFunctions.Remainder(a.Type), [StackValue.Of(a), StackValue.Of(b)]));
        }
        else
        {
            Push(_ir.Emit(opcode, a.Type, a, b));
        }

        return true;
    }

    private static Opcode? BinaryOpcode(string name) => name switch
    {
        "add" or "add.ovf" or "add.ovf.un" => Opcode.Add,
        "sub" or "sub.ovf" or "sub.ovf.un" => Opcode.Sub,
        "mul" or "mul.ovf" or "mul.ovf.un" => Opcode.Mul,
        "div" => Opcode.DivS,
        "div.un" => Opcode.DivU,
        "rem" => Opcode.RemS,
        "rem.un" => Opcode.RemU,
        "and" => Opcode.And,
        "or" => Opcode.Or,
        "xor" => Opcode.Xor,
        _ => null,
    };

    private Value PointerArithmetic(Opcode opcode, Value a, Value b)
    {
        if (opcode == Opcode.Add && b.Type.IsInteger())
        {
            return _ir.Address(a, b, 1);
        }

        if (opcode == Opcode.Add && a.Type.IsInteger())
        {
            return _ir.Address(b, a, 1);
        }

        if (opcode == Opcode.Sub && b.Type.IsInteger())
        {
            return _ir.Address(a, _ir.Emit(Opcode.Neg, b.Type, b), 1);
        }

        throw new KernelRefusedException("pointers can only be moved by an offset in kernels, not subtracted or combined");
    }

    // IL lets int32 meet native int, and float meet double.
    private (Value A, Value B) Unify(Value a, Value b)
    {
        if (a.Type == b.Type)
        {
            return (a, b);
        }

        if (a.Type.IsInteger() && b.Type.IsInteger())
        {
            return (_ir.ToInt64(a), _ir.ToInt64(b));
        }

        if (a.Type.IsFloat() && b.Type.IsFloat())
        {
            return (_kernel.Coerce(MemoryType.Float64, a), _kernel.Coerce(MemoryType.Float64, b));
        }

        throw new KernelRefusedException(
            $"values of type {a.Type.Text()} and {b.Type.Text()} are combined here, which kernels don't support");
    }

    private Value CompareScalars(Condition condition, StackValue x, StackValue y)
    {
        if (x.Leaves.Length == 0 || y.Leaves.Length == 0)
        {
            // Types, nulls and other things known to the compiler compare by identity.
            if (x.Leaves.Length != y.Leaves.Length)
            {
                throw new KernelRefusedException("a reference is compared with a value");
            }

            var same = Equals(x.Payload, y.Payload);
            return Constant.Bool(condition == Condition.Eq ? same : !same);
        }

        var (a, b) = (x.Scalar, y.Scalar);
        if (a.Type == IrType.Pointer && b is Constant { IsZero: true })
        {
            b = Constant.Null;
        }

        (a, b) = Unify(a, b);

        // bne.un and friends on floats: C# writes x != y, true on NaN, which plain Ne already is.
        return _ir.Compare(condition, a, b);
    }

    private bool TranslateConversion(string name)
    {
        if (!name.StartsWith("conv.", StringComparison.Ordinal))
        {
            return false;
        }

        var value = PopScalar();
        var target = name["conv.".Length..];

        // Overflow is not checked on devices; what C# would report there wraps here.
        var fromUnsigned = target.EndsWith(".un", StringComparison.Ordinal);
        target = target.Replace("ovf.", "").Replace(".un", "");
        if (value.Type == IrType.Pointer)
        {
            Push(target is "i" or "u" or "i8" or "u8" ? value : throw new KernelRefusedException(
                "a pointer is converted to a number here, which kernels don't support"));
            return true;
        }

        Push(target switch
        {
            "i1" => _ir.Normalize(MemoryType.Int8, ToInt32(value, false)),
            "u1" => _ir.Normalize(MemoryType.UInt8, ToInt32(value, false)),
            "i2" => _ir.Normalize(MemoryType.Int16, ToInt32(value, false)),
            "u2" => _ir.Normalize(MemoryType.UInt16, ToInt32(value, false)),
            "i4" => ToInt32(value, false),
            "u4" => ToInt32(value, true),
            "i8" or "i" => ToInt64(value, fromUnsigned, false),
            "u8" or "u" => ToInt64(value, true, true),
            "r4" => ToFloat(value, IrType.Float32, fromUnsigned),
            "r8" => ToFloat(value, IrType.Float64, fromUnsigned),
            "r" => ToFloat(value, IrType.Float64, true),
            _ => throw new KernelRefusedException($"the conversion {name} is not supported in kernels"),
        });
        return true;
    }

    private Value ToInt32(Value value, bool unsigned)
    {
        if (value.Type.IsFloat())
        {
            return _ir.Convert(unsigned ? Conversion.FloatToUnsigned : Conversion.FloatToSigned, IrType.Int32, value);
        }

        return _ir.ToInt32(value);
    }

    private Value ToInt64(Value value, bool zeroExtend, bool unsigned)
    {
        if (value.Type.IsFloat())
        {
            return _ir.Convert(unsigned ? Conversion.FloatToUnsigned : Conversion.FloatToSigned, IrType.Int64, value);
        }

        return value.Type == IrType.Int64
            ? value
            : _ir.Convert(zeroExtend ? Conversion.ZeroExtend32 : Conversion.SignExtend32, IrType.Int64, value);
    }

    private Value ToFloat(Value value, IrType type, bool unsigned)
    {
        if (value.Type == type)
        {
            return value;
        }

        if (value.Type.IsFloat())
        {
            return _ir.Convert(Conversion.FloatToFloat, type, value);
        }

        return _ir.Convert(unsigned ? Conversion.UnsignedToFloat : Conversion.SignedToFloat, type, value);
    }
}
