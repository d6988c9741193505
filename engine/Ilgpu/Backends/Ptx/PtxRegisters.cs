using System.Text;
using ILGPU.IR;

namespace ILGPU.Backends.Ptx;

/// <summary>Names virtual registers: one class a type, numbered in order of first use. The assembler allocates the real ones.</summary>
internal sealed class PtxRegisters(Func<Value, bool> isNarrowPointer)
{
    private static readonly (string Prefix, string Type)[] Classes =
        [("%p", "pred"), ("%h", "b16"), ("%r", "b32"), ("%rd", "b64"), ("%f", "f32"), ("%fd", "f64")];

    private readonly Dictionary<Value, string> names = [];
    private readonly Dictionary<string, int> counts = [];

    /// <summary>The register that holds a value.</summary>
    public string Of(Value value)
    {
        if (!names.TryGetValue(value, out var name))
            names.Add(value, name = New(value.Type == IrType.Pointer && isNarrowPointer(value) ? "%r" : Prefix(value.Type)));
        return name;
    }

    /// <summary>Lets a value share a register that another instruction filled.</summary>
    public void Share(Value value, string register) => names[value] = register;

    /// <summary>A fresh register of a class: %p, %h, %r, %rd, %f or %fd.</summary>
    public string New(string prefix)
    {
        var number = counts.GetValueOrDefault(prefix);
        counts[prefix] = number + 1;
        return prefix + number;
    }

    public static string Prefix(IrType type) => type switch
    {
        IrType.Bool => "%p",
        IrType.Int32 => "%r",
        IrType.Float32 => "%f",
        IrType.Float64 => "%fd",
        _ => "%rd",
    };

    public string Declarations()
    {
        var text = new StringBuilder();
        foreach (var (prefix, type) in Classes)
        {
            if (counts.TryGetValue(prefix, out var count))
                text.Append($"    .reg .{type} {prefix}<{count}>;\n");
        }

        return text.ToString();
    }
}
