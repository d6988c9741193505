using ILGPU.IR;

namespace ILGPU.Backends.Ptx;

// Division, roots, rounding, and the approximations that FastMath allows. Accurate transcendental functions come as C# from DeviceMath.
internal sealed partial class PtxEmitter
{
    private const string Log2E = "0f3FB8AA3B";
    private const string Ln2 = "0f3F317218";
    private const string Log10Of2 = "0f3E9A209B";

    private void EmitDivision(Instruction i)
    {
        var (result, a, b) = (_registers.Of(i), Operand(i.Operands[0]), Operand(i.Operands[1]));
        if (i.Type == IrType.Float32 && _request.FastMath)
        {
            Line(PtxOpcode.Div, $".approx.ftz.f32 {result}, {a}, {b}");
        }
        else if (i.Operands[0] is Constant one && ConstantFolding.Float(one) == 1)
        {
            Line(PtxOpcode.Rcp, $".rn.{Signed(i.Type)} {result}, {b}");
        }
        else
        {
            Line(PtxOpcode.Div, $".rn.{Signed(i.Type)} {result}, {a}, {b}");
        }
    }

    private void EmitMath(Instruction i)
    {
        var operation = (MathFunction)i.Kind;
        var type = i.Type == IrType.Bool ? Signed(i.Operands[0].Type) : Signed(i.Type);
        var result = _registers.Of(i);
        var a = Register(i.Operands[0]);
        var b = i.Operands.Length > 1 ? Register(i.Operands[1]) : a;
        switch (operation)
        {
            case MathFunction.Abs:
                Line(PtxOpcode.Abs, $".{type} {result}, {a}");
                break;
            case MathFunction.Sqrt:
                Line(PtxOpcode.Sqrt, $".{(_request.FastMath && type == "f32" ? "approx.ftz" : "rn")}.{type} {result}, {a}");
                break;
            case MathFunction.Rsqrt:
                Line(PtxOpcode.Rsqrt, $".approx{FloatFlush(i)}.{type} {result}, {a}");
                break;
            case MathFunction.Rcp:
                Line(PtxOpcode.Rcp, $".{(_request.FastMath && type == "f32" ? "approx.ftz" : "rn")}.{type} {result}, {a}");
                break;
            case MathFunction.Floor:
                Line(PtxOpcode.Cvt, $".rmi.{type}.{type} {result}, {a}");
                break;
            case MathFunction.Ceiling:
                Line(PtxOpcode.Cvt, $".rpi.{type}.{type} {result}, {a}");
                break;
            case MathFunction.Truncate:
                Line(PtxOpcode.Cvt, $".rzi.{type}.{type} {result}, {a}");
                break;
            case MathFunction.RoundEven:
                Line(PtxOpcode.Cvt, $".rni.{type}.{type} {result}, {a}");
                break;
            case MathFunction.IsNaN:
                Line(PtxOpcode.Testp, $".notanumber.{type} {result}, {a}");
                break;
            case MathFunction.IsInfinity:
                Line(PtxOpcode.Testp, $".infinite.{type} {result}, {a}");
                break;
            case MathFunction.IsFinite:
                Line(PtxOpcode.Testp, $".finite.{type} {result}, {a}");
                break;
            case MathFunction.PopCount:
                Line(PtxOpcode.Popc, $".{Bits(i.Operands[0].Type)} {result}, {a}");
                break;
            case MathFunction.LeadingZeros:
                Line(PtxOpcode.Clz, $".{Bits(i.Operands[0].Type)} {result}, {a}");
                break;
            case MathFunction.TrailingZeros:
                var reversed = _registers.New(PtxRegisters.KindOf(i.Operands[0].Type));
                Line(PtxOpcode.Brev, $".{Bits(i.Operands[0].Type)} {reversed}, {a}");
                Line(PtxOpcode.Clz, $".{Bits(i.Operands[0].Type)} {result}, {reversed}");
                break;
            case MathFunction.MinS or MathFunction.MaxS:
                Line(operation == MathFunction.MinS ? PtxOpcode.Min : PtxOpcode.Max, $".{type} {result}, {a}, {b}");
                break;
            case MathFunction.MinU or MathFunction.MaxU:
                Line(operation == MathFunction.MinU ? PtxOpcode.Min : PtxOpcode.Max, $".{Unsigned(i.Type)} {result}, {a}, {b}");
                break;
            case MathFunction.MinNumber or MathFunction.MaxNumber:
                Line(operation == MathFunction.MinNumber ? PtxOpcode.Min : PtxOpcode.Max, $".{type} {result}, {a}, {b}");
                break;
            case MathFunction.Min or MathFunction.Max:
                PropagatingExtreme(operation == MathFunction.Min ? PtxOpcode.Min : PtxOpcode.Max, type, result, a, b);
                break;
            case MathFunction.CopySign:
                Line(PtxOpcode.Copysign, $".{type} {result}, {b}, {a}");
                break;
            case MathFunction.Fma:
                Line(PtxOpcode.Fma, $".rn{FloatFlush(i)}.{type} {result}, {a}, {b}, {Register(i.Operands[2])}");
                break;
            default:
                Approximate(operation, type, result, a);
                break;
        }
    }

    // Math.Min and Max let NaN win; sm_80 has that as an instruction for single precision.
    private void PropagatingExtreme(PtxOpcode opcode, string type, string result, string a, string b)
    {
        if (_target.Sm >= 80 && type == "f32")
        {
            Line(opcode, $".NaN.f32 {result}, {a}, {b}");
            return;
        }

        var kind = type == "f32" ? VirtualRegisterKind.Float32 : VirtualRegisterKind.Float64;
        var (extreme, sum, unordered) = (_registers.New(kind), _registers.New(kind), _registers.New(VirtualRegisterKind.Predicate));
        Line(opcode, $".{type} {extreme}, {a}, {b}");
        Line(PtxOpcode.Add, $".{type} {sum}, {a}, {b}");
        Line(PtxOpcode.Setp, $".nan.{type} {unordered}, {a}, {b}");
        Line(PtxOpcode.Selp, $".{type} {result}, {sum}, {extreme}, {unordered}");
    }

    private void Approximate(MathFunction operation, string type, string result, string a)
    {
        if (type != "f32")
        {
            throw new NotSupportedException($"{operation} has no double-precision PTX instruction");
        }

        var scaled = _registers.New(VirtualRegisterKind.Float32);
        switch (operation)
        {
            case MathFunction.Exp2:
                Line(PtxOpcode.Ex2, $".approx{Flush}.f32 {result}, {a}");
                break;
            case MathFunction.Exp:
                Line(PtxOpcode.Mul, $".f32 {scaled}, {a}, {Log2E}");
                Line(PtxOpcode.Ex2, $".approx{Flush}.f32 {result}, {scaled}");
                break;
            case MathFunction.Log2:
                Line(PtxOpcode.Lg2, $".approx{Flush}.f32 {result}, {a}");
                break;
            case MathFunction.Log or MathFunction.Log10:
                Line(PtxOpcode.Lg2, $".approx{Flush}.f32 {scaled}, {a}");
                Line(PtxOpcode.Mul, $".f32 {result}, {scaled}, {(operation == MathFunction.Log ? Ln2 : Log10Of2)}");
                break;
            case MathFunction.Sin or MathFunction.Cos:
                Line(operation == MathFunction.Sin ? PtxOpcode.Sin : PtxOpcode.Cos, $".approx{Flush}.f32 {result}, {a}");
                break;
            case MathFunction.Tanh when _target.Sm >= 75:
                Line(PtxOpcode.Tanh, $".approx.f32 {result}, {a}");
                break;
            default:
                throw new NotSupportedException($"{operation} has no PTX instruction");
        }
    }
}
