using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU.IR;

namespace ILGPU.Frontend.Intrinsics;

/// <summary>Sizes, reinterpretation of bits, half precision, output.</summary>
internal static partial class InteropIntrinsics
{
    public static bool Translate(IntrinsicCall call)
    {
        switch (call.Name)
        {
            case "SizeOf" when call.Method.IsGenericMethod:
                return call.Return(Constant.Int32(call.Kernel.LayoutOf(call.TypeArgument(0)).Size));
            case "OffsetOf":
                return call.Return(Constant.Int32(OffsetOf(call, call.TypeArgument(0), call.Text(0))));
            case "Write" or "WriteLine":
                return Write(call);
            default:
                return false;
        }
    }

    /// <summary>BitConverter: the same bits under the result's type.</summary>
    public static bool Reinterpret(IntrinsicCall call)
    {
        if (call.Count != 1 || !call.Name.Contains("Bits", StringComparison.Ordinal))
        {
            return false;
        }

        var result = call.Kernel.LayoutOf(call.Method.ReturnType);
        var value = call.Scalar(0);
        var type = result.Leaves[0].Memory.Value();
        var bits = value.Type == type ? value : call.Ir.Convert(Conversion.Bitcast, type, value);
        return call.Return(new StackValue([call.Ir.Normalize(result.Leaves[0].Memory, bits)], result));
    }

    /// <summary>System.Half's conversions; its other operators are C# over these.</summary>
    public static bool Half(IntrinsicCall call)
    {
        if (call.Name is not ("op_Explicit" or "op_Implicit"))
        {
            return false;
        }

        var (from, to) = (call.Parameter(0), call.Method.ReturnType);
        if (from == typeof(System.Half) && (to == typeof(float) || to == typeof(double)))
        {
            var single = call.Ir.Convert(Conversion.HalfToFloat, IrType.Float32, call.Scalar(0));
            return call.Return(call.Kernel.Coerce(call.Kernel.LayoutOf(to).Leaves[0].Memory, single));
        }

        return from == typeof(float) && to == typeof(System.Half)
            && call.Return(
                new StackValue([call.Ir.Convert(Conversion.FloatToHalf, IrType.Int32, call.Scalar(0))], call.Kernel.LayoutOf(to)));
    }

    private static int OffsetOf(IntrinsicCall call, Type type, string name)
    {
        var field = type.GetField(name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            ?? throw new KernelRefusedException($"'{type}' has no field '{name}'");
        return call.Kernel.LayoutOf(type).Field(field).Offset;
    }

    private static bool Write(IntrinsicCall call)
    {
        var format = call.Text(0) + (call.Name == "WriteLine" ? "\n" : "");
        var holes = Hole().Matches(format).Select(match => int.Parse(match.Groups[1].Value)).ToList();
        if (holes.Exists(hole => hole >= call.Count - 1))
        {
            throw new KernelRefusedException($"the format \"{format.TrimEnd()}\" has more holes than arguments");
        }

        if (!call.Kernel.Options.KeepOutput)
        {
            return true;
        }

        // Signedness is lost below: note it in the hole.
        format = Hole().Replace(format, match =>
        {
            var hole = match.Groups[1].Value;
            return $"{{{hole}{(IntrinsicCall.IsUnsigned(call.Parameter(int.Parse(hole) + 1)) ? "u" : "")}}}";
        });
        call.Ir.Emit(new Instruction(
            Opcode.Print, IrType.Void, [.. call.Arguments.Skip(1).Select(a => a.Scalar)]) { Text = format, Location = call.Ir.Location });
        return true;
    }

    [GeneratedRegex(@"\{(\d+)\}")]
    private static partial Regex Hole();
}
