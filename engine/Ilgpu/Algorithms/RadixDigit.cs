namespace ILGPU.Algorithms;

/// <summary>The bits of a key that one pass sorts by.</summary>
internal readonly struct RadixDigit(int shift, int mask)
{
    public const int Bits = 4;

    /// <summary>How many values a digit may have.</summary>
    public const int Count = 1 << Bits;

    public int Shift { get; } = shift;

    public int Mask { get; } = mask;

    /// <summary>
    /// The digit at <paramref name="shift"/> of a number of <paramref name="bits"/> bits; beyond its end all digits are zero.
    /// </summary>
    public static RadixDigit At(int shift, int bits) => new(shift, (1 << Math.Clamp(bits - shift, 0, Bits)) - 1);
}
