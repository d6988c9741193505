using System.Numerics;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// A divisor for kernels, with the multiplier that the host computes for it. GPUs have no integer division and run some twenty instructions
/// for it; a multiplication between two shifts takes three (Granlund and Montgomery 1994, "Division by invariant integers using
/// multiplication").
/// </summary>
internal struct Divisor
{
    /// <summary>Bits of the dividend: no index is negative.</summary>
    private const int Bits = 31;

    public int Value;

    /// <summary>2³¹⁺ˢ / <see cref="Value"/>, rounded up, for a shift s.</summary>
    public uint Multiplier;

    /// <summary>The least s for which 2ˢ is not below <see cref="Value"/>.</summary>
    public int Shift;

    /// <summary>Created on the host.</summary>
    /// <param name="value">positive; or 0 for empty products, where nothing is divided by it</param>
    public Divisor(int value)
    {
        var positive = (ulong)Math.Max(value, 1);
        Value = value;
        Shift = 32 - BitOperations.LeadingZeroCount((uint)positive - 1);
        Multiplier = (uint)(((1UL << (Bits + Shift)) + positive - 1) / positive);
    }

    /// <summary>
    /// <paramref name="number"/> / <see cref="Value"/>, exactly. With n for the number, d for the value and m for the multiplier:
    /// m · d = 2³¹⁺ˢ + e, where e is less than d, so at most 2ˢ. Then n · m / 2³¹⁺ˢ is n / d and n · e / (d · 2³¹⁺ˢ) more; as n is below
    /// 2³¹ that is less than 1 / d, too little to reach the next whole number.
    /// </summary>
    /// <param name="number">not negative</param>
    public readonly int Quotient(int number) => (int)((uint)(((ulong)((uint)number << 1) * Multiplier) >> 32) >> Shift);

    /// <summary>The quotient of a number of either sign, rounded towards 0 as in C#.</summary>
    public readonly int QuotientOfAny(int number)
    {
        int quotient = Quotient(number < 0 ? -number : number);
        return number < 0 ? -quotient : quotient;
    }

    /// <summary>Whether a number of either sign is a multiple of <see cref="Value"/>.</summary>
    public readonly bool Divides(int number) => QuotientOfAny(number) * Value == number;
}
