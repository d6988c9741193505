using ILGPU.IR;

namespace ILGPU.Frontend.Intrinsics;

/// <summary>LibDevice's arithmetic that is rounded in a direction: one instruction of PTX. Other targets compile its C#.</summary>
internal static class RoundingIntrinsics
{
    private static readonly (string Ending, string Mode)[] s_modes =
        [("RoundDown", "rm"), ("RoundEven", "rn"), ("RoundUp", "rp"), ("RoundZero", "rz")];

    private static readonly Dictionary<string, string> s_operations = new()
    {
        ["Add"] = "add",
        ["Sub"] = "sub",
        ["Mul"] = "mul",
        ["Div"] = "div",
        ["Rcp"] = "rcp",
        ["Sqrt"] = "sqrt",
        ["FusedMultiplyAdd"] = "fma",
    };

    public static bool Translate(IntrinsicCall call)
    {
        if (call.Kernel.Options.PtxArchitecture == 0 || Instruction(call.Name) is not { } instruction)
        {
            return false;
        }

        var type = call.Method.ReturnType == typeof(double) ? IrType.Float64 : IrType.Float32;
        var operands = Array.ConvertAll(call.Arguments, argument => call.Kernel.Coerce(type.Memory(), argument.Scalar));
        var inputs = string.Join(", ", operands.Select((_, k) => $"{{i{k}}}"));
        var tuple = call.Ir.Emit(new Instruction(Opcode.InlinePtx, IrType.Tuple, operands)
        {
            Text = $"{instruction}.{(type == IrType.Float64 ? "f64" : "f32")} {{o0}}, {inputs};",
            TupleTypes = [type],
            Ties = [-1],
            Location = call.Ir.Location,
        });
        return call.Return(call.Ir.Emit(Opcode.TupleElement, type, 0, tuple));
    }

    private static string? Instruction(string name)
    {
        foreach (var (ending, mode) in s_modes)
        {
            if (name.EndsWith(ending, StringComparison.Ordinal) && s_operations.TryGetValue(name[..^ending.Length], out var operation))
            {
                return $"{operation}.{mode}";
            }
        }

        return null;
    }
}
