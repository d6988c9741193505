namespace IlgpuGan.TestsCommon.PtxMachine.Instructions;

/// <summary>.rn, .rz, .rm, .rp.</summary>
internal enum PtxRounding
{
    NearestEven,
    TowardsZero,
    Down,
    Up,
}

/// <summary>A binary floating-point format: sign, exponent, fraction.</summary>
internal readonly record struct PtxFormat(int ExponentBits, int FractionBits)
{
    public static readonly PtxFormat Half = new(5, 10), BFloat16 = new(8, 7), Single = new(8, 23), Double = new(11, 52);

    public int Bias => (1 << (ExponentBits - 1)) - 1;

    /// <summary>The exponent of the lowest bit of a denormal.</summary>
    public int MinExponent => 1 - Bias - FractionBits;

    public ulong SignBit => 1UL << (ExponentBits + FractionBits);

    public ulong FractionMask => (1UL << FractionBits) - 1;

    public ulong Infinity => SignBit - 1 - FractionMask;

    /// <summary>The NaN that arithmetic returns for any payload of its operands; unspecified by the manual for doubles.</summary>
    public ulong NaN => FractionBits == 52 ? 0x7FF8_0000_0000_0000 : SignBit - 1;

    public bool IsNaN(ulong bits) => (bits & (SignBit - 1)) > Infinity;

    /// <summary>.ftz: a denormal becomes zero of its sign.</summary>
    public ulong Flush(ulong bits) => (bits & Infinity) == 0 ? bits & SignBit : bits;

    /// <summary>.sat: clamped to [0, 1], NaN to 0.</summary>
    public ulong Saturate(ulong bits)
    {
        var one = (ulong)Bias << FractionBits;
        return IsNaN(bits) || (bits & SignBit) != 0 ? 0 : Math.Min(bits, one);
    }

    /// <summary>.relu: negative numbers become zero, NaN becomes canonical.</summary>
    public ulong ClampNegative(ulong bits) => IsNaN(bits) ? NaN : (bits & SignBit) != 0 ? 0 : bits;
}
