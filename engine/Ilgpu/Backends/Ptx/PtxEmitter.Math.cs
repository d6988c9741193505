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
        var (result, a, b) = (registers.Of(i), Operand(i.Operands[0]), Operand(i.Operands[1]));
        if (i.Type == IrType.Float32 && request.FastMath)
            Line($"div.approx.ftz.f32 {result}, {a}, {b}");
        else if (i.Operands[0] is Constant one && ConstantFolding.Float(one) == 1)
            Line($"rcp.rn.{Signed(i.Type)} {result}, {b}");
        else
            Line($"div.rn.{Signed(i.Type)} {result}, {a}, {b}");
    }

    private void EmitMath(Instruction i)
    {
        var operation = (MathFunction)i.Kind;
        var type = i.Type == IrType.Bool ? Signed(i.Operands[0].Type) : Signed(i.Type);
        var result = registers.Of(i);
        var a = Register(i.Operands[0]);
        var b = i.Operands.Length > 1 ? Register(i.Operands[1]) : a;
        switch (operation)
        {
            case MathFunction.Abs:
                Line($"abs.{type} {result}, {a}");
                break;
            case MathFunction.Sqrt:
                Line($"sqrt.{(request.FastMath && type == "f32" ? "approx.ftz" : "rn")}.{type} {result}, {a}");
                break;
            case MathFunction.Rsqrt:
                Line($"rsqrt.approx{FloatFlush(i)}.{type} {result}, {a}");
                break;
            case MathFunction.Rcp:
                Line($"rcp.{(request.FastMath && type == "f32" ? "approx.ftz" : "rn")}.{type} {result}, {a}");
                break;
            case MathFunction.Floor:
                Line($"cvt.rmi.{type}.{type} {result}, {a}");
                break;
            case MathFunction.Ceiling:
                Line($"cvt.rpi.{type}.{type} {result}, {a}");
                break;
            case MathFunction.Truncate:
                Line($"cvt.rzi.{type}.{type} {result}, {a}");
                break;
            case MathFunction.RoundEven:
                Line($"cvt.rni.{type}.{type} {result}, {a}");
                break;
            case MathFunction.IsNaN:
                Line($"testp.notanumber.{type} {result}, {a}");
                break;
            case MathFunction.IsInfinity:
                Line($"testp.infinite.{type} {result}, {a}");
                break;
            case MathFunction.IsFinite:
                Line($"testp.finite.{type} {result}, {a}");
                break;
            case MathFunction.PopCount:
                Line($"popc.{Bits(i.Operands[0].Type)} {result}, {a}");
                break;
            case MathFunction.LeadingZeros:
                Line($"clz.{Bits(i.Operands[0].Type)} {result}, {a}");
                break;
            case MathFunction.TrailingZeros:
                var reversed = registers.New(PtxRegisters.KindOf(i.Operands[0].Type));
                Line($"brev.{Bits(i.Operands[0].Type)} {reversed}, {a}");
                Line($"clz.{Bits(i.Operands[0].Type)} {result}, {reversed}");
                break;
            case MathFunction.MinS or MathFunction.MaxS:
                Line($"{(operation == MathFunction.MinS ? "min" : "max")}.{type} {result}, {a}, {b}");
                break;
            case MathFunction.MinU or MathFunction.MaxU:
                Line($"{(operation == MathFunction.MinU ? "min" : "max")}.{Unsigned(i.Type)} {result}, {a}, {b}");
                break;
            case MathFunction.MinNumber or MathFunction.MaxNumber:
                Line($"{(operation == MathFunction.MinNumber ? "min" : "max")}.{type} {result}, {a}, {b}");
                break;
            case MathFunction.Min or MathFunction.Max:
                PropagatingExtreme(operation == MathFunction.Min ? "min" : "max", type, result, a, b);
                break;
            case MathFunction.CopySign:
                Line($"copysign.{type} {result}, {b}, {a}");
                break;
            case MathFunction.Fma:
                Line($"fma.rn{FloatFlush(i)}.{type} {result}, {a}, {b}, {Register(i.Operands[2])}");
                break;
            default:
                Approximate(operation, type, result, a);
                break;
        }
    }

    // Math.Min and Max let NaN win; sm_80 has that as an instruction for single precision.
    private void PropagatingExtreme(string name, string type, string result, string a, string b)
    {
        if (target.Sm >= 80 && type == "f32")
        {
            Line($"{name}.NaN.f32 {result}, {a}, {b}");
            return;
        }

        var kind = type == "f32" ? VirtualRegisterKind.Float32 : VirtualRegisterKind.Float64;
        var (extreme, sum, unordered) = (registers.New(kind), registers.New(kind), registers.New(VirtualRegisterKind.Predicate));
        Line($"{name}.{type} {extreme}, {a}, {b}");
        Line($"add.{type} {sum}, {a}, {b}");
        Line($"setp.nan.{type} {unordered}, {a}, {b}");
        Line($"selp.{type} {result}, {sum}, {extreme}, {unordered}");
    }

    private void Approximate(MathFunction operation, string type, string result, string a)
    {
        if (type != "f32")
            throw new NotSupportedException($"{operation} has no double-precision PTX instruction");
        var scaled = registers.New(VirtualRegisterKind.Float32);
        switch (operation)
        {
            case MathFunction.Exp2:
                Line($"ex2.approx{Flush}.f32 {result}, {a}");
                break;
            case MathFunction.Exp:
                Line($"mul.f32 {scaled}, {a}, {Log2E}");
                Line($"ex2.approx{Flush}.f32 {result}, {scaled}");
                break;
            case MathFunction.Log2:
                Line($"lg2.approx{Flush}.f32 {result}, {a}");
                break;
            case MathFunction.Log or MathFunction.Log10:
                Line($"lg2.approx{Flush}.f32 {scaled}, {a}");
                Line($"mul.f32 {result}, {scaled}, {(operation == MathFunction.Log ? Ln2 : Log10Of2)}");
                break;
            case MathFunction.Sin or MathFunction.Cos:
                Line($"{(operation == MathFunction.Sin ? "sin" : "cos")}.approx{Flush}.f32 {result}, {a}");
                break;
            case MathFunction.Tanh when target.Sm >= 75:
                Line($"tanh.approx.f32 {result}, {a}");
                break;
            default:
                throw new NotSupportedException($"{operation} has no PTX instruction");
        }
    }
}
