namespace IlgpuGan.KernelsTests.Ilgpu.Compiler.PtxMachine;

/// <summary>cvt, from the type named last to the one named before it.</summary>
internal static class PtxConversions
{
    public static ulong Convert(PtxInstruction i, ulong a)
    {
        var (to, from) = (i.Parts[^2], i.Parts[^1]);
        if (from[0] != 'f')
            return to[0] == 'f' ? FromInteger(to, Integer(from, a)) : unchecked((ulong)(UInt128)Integer(to, unchecked((ulong)(UInt128)Integer(from, a))));
        var value = from switch
        {
            "f16" => (double)BitConverter.UInt16BitsToHalf((ushort)a),
            "f32" => PtxArithmetic.Single(a),
            _ => PtxArithmetic.Double(a),
        };
        return to[0] == 'f' ? FromFloat(i, to, value) : Saturate(to, from, value);
    }

    // An integer of the type's width, cut from the register and extended by its sign.
    private static Int128 Integer(string type, ulong a) => type switch
    {
        "s8" => (sbyte)a,
        "u8" => (byte)a,
        "s16" => (short)a,
        "u16" => (ushort)a,
        _ => PtxArithmetic.Value(type, a),
    };

    private static ulong FromInteger(string to, Int128 value) =>
        to == "f32" ? PtxArithmetic.Bits((float)value) : PtxArithmetic.Bits((double)value);

    private static ulong FromFloat(PtxInstruction i, string to, double value)
    {
        if (i.Has("rmi"))
            value = Math.Floor(value);
        else if (i.Has("rpi"))
            value = Math.Ceiling(value);
        else if (i.Has("rzi"))
            value = Math.Truncate(value);
        else if (i.Has("rni"))
            value = Math.Round(value, MidpointRounding.ToEven);
        return to switch
        {
            "f16" => BitConverter.HalfToUInt16Bits((Half)value),
            "f32" => PtxArithmetic.Bits((float)value),
            _ => PtxArithmetic.Bits(value),
        };
    }

    // NaN becomes 0 between 32-bit types, otherwise only the highest bit is set.
    private static ulong Saturate(string to, string from, double value)
    {
        var width = 8 * PtxProgram.Size(to);
        if (double.IsNaN(value))
            return width == 32 && from == "f32" ? 0 : 1UL << (width - 1);
        return to switch
        {
            "s32" => (ulong)int.CreateSaturating(value),
            "u32" => uint.CreateSaturating(value),
            "s64" => (ulong)long.CreateSaturating(value),
            _ => ulong.CreateSaturating(value),
        };
    }
}
