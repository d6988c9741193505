namespace IlgpuGan.TestsCommon.PtxMachine.Instructions;

/// <summary>Floating-point numbers as register bits.</summary>
internal static class PtxFloat
{
    /// <summary>The NaN that single-precision arithmetic returns for any payload of its operands.</summary>
    public const uint CanonicalNaN = 0x7FFFFFFF;

    public static float Single(ulong bits) => BitConverter.UInt32BitsToSingle((uint)bits);

    public static double Double(ulong bits) => BitConverter.UInt64BitsToDouble(bits);

    public static ulong Bits(float value) => float.IsNaN(value) ? CanonicalNaN : BitConverter.SingleToUInt32Bits(value);

    public static ulong Bits(double value) => BitConverter.DoubleToUInt64Bits(value);

    /// <summary>.ftz: a denormal becomes zero of its sign.</summary>
    public static ulong Flush(ulong bits) => (bits & 0x7F800000) == 0 ? bits & 0x80000000 : bits;

    public static ulong Saturate(ulong bits) => Single(bits) is var x && x >= 1 ? Bits(1f) : x > 0 ? bits : 0;

    /// <summary>cvt.rna.tf32: 10 bits of mantissa, ties away from zero; the 13 low bits are zero.</summary>
    public static uint ToTf32(ulong single)
    {
        var bits = (uint)single;
        return float.IsFinite(Single(bits)) ? (bits + 0x1000) & ~0x1FFFu : float.IsNaN(Single(bits)) ? CanonicalNaN : bits;
    }
}
