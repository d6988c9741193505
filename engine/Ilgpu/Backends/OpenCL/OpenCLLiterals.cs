using ILGPU.IR;

namespace ILGPU.Backends.OpenCL;

/// <summary>Constants as OpenCL C, exact to the bit.</summary>
internal static class OpenCLLiterals
{
    public static string Text(Constant c) => c.Type switch
    {
        IrType.Int64 when c.Bits == long.MinValue => "(-9223372036854775807L - 1)",
        IrType.Int64 => Signed(c.Bits + "L"),
        IrType.Int32 when c.AsInt32 == int.MinValue => "(-2147483647 - 1)",
        IrType.Float32 when !float.IsFinite(c.AsFloat32) => $"as_float(0x{(uint)c.Bits:x8}u)",
        IrType.Float32 => Signed(Decimal(c.AsFloat32.ToString("R")) + "f"),
        IrType.Float64 when !double.IsFinite(c.AsFloat64) => $"as_double(0x{(ulong)c.Bits:x16}ul)",
        IrType.Float64 => Signed(Decimal(c.AsFloat64.ToString("R"))),
        IrType.Pointer => "0",
        _ => Signed(c.Bits.ToString()),
    };

    private static string Signed(string text) => text[0] == '-' ? $"({text})" : text;

    private static string Decimal(string text) => text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text;
}
