namespace ILGPU.Algorithms.Random;

/// <summary>Numbers out of a generator's random bits, and states out of other generators' numbers.</summary>
internal static class RandomBits
{
    /// <summary>What SplitMix64 moves its state by: 2^64 over the golden ratio, odd.</summary>
    private const ulong Golden = 0x9E37_79B9_7F4A_7C15;

    /// <summary>A step of a xorshift generator: each bit becomes its difference from the one so many places below it.</summary>
    public static uint Left(uint bits, int places) => bits ^ (bits << places);

    /// <inheritdoc cref="Left(uint, int)"/>
    public static ulong Left(ulong bits, int places) => bits ^ (bits << places);

    /// <summary>A step of a xorshift generator: each bit becomes its difference from the one so many places above it.</summary>
    public static uint Right(uint bits, int places) => bits ^ (bits >> places);

    /// <inheritdoc cref="Right(uint, int)"/>
    public static ulong Right(ulong bits, int places) => bits ^ (bits >> places);

    public static int ToInt(uint bits) => (int)(bits & int.MaxValue);

    public static long ToLong(ulong bits) => (long)(bits & long.MaxValue);

    /// <summary>A number of 31 bits as a share of their range; the rounding never reaches 1.</summary>
    public static float ToFloat(int number) => Math.Min(number * (1 / 2147483648f), 0.99999994f);

    /// <summary>A number of 63 bits as a share of their range; the rounding never reaches 1.</summary>
    public static float ToFloat(long number) => Math.Min(number * (1 / 9223372036854775808f), 0.99999994f);

    /// <inheritdoc cref="ToFloat(long)"/>
    public static double ToDouble(long number) => Math.Min(number * (1 / 9223372036854775808.0), 0.99999999999999989);

    public static ulong Join(uint high, uint low) => ((ulong)high << 32) | low;

    /// <summary>Both halves of the bits in one.</summary>
    public static uint Fold(ulong bits) => (uint)((bits >> 32) ^ bits);

    /// <summary>
    /// Spreads every bit over all of them, one to one, so that only zero becomes zero (the finaliser of SplitMix64; Steele, Lea and Flood,
    /// "Fast splittable pseudorandom number generators", 2014).
    /// </summary>
    public static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58_476D_1CE4_E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D0_49BB_1331_11EB;
        return bits ^ (bits >> 31);
    }

    /// <summary>A state that is not zero, for a shift of this one.</summary>
    public static ulong Shifted(ulong state, int shift) => NotZero(Mix(state + (((ulong)(uint)shift + 1) * Golden)));

    public static ulong NotZero(ulong state) => state != 0 ? state : Golden;

    public static uint NotZero(uint state) => state != 0 ? state : (uint)(Golden >> 32);

    /// <summary>64 bits of the host's generator.</summary>
    public static ulong Draw(System.Random random) => Join((uint)random.Next(1, int.MaxValue), (uint)random.Next());

    /// <summary>64 bits of another generator.</summary>
    public static ulong Draw<TRandomProvider>(ref TRandomProvider random)
        where TRandomProvider : struct, IRandomProvider<TRandomProvider> => Mix((ulong)random.NextLong() + Golden);

    /// <summary>A number below <paramref name="range"/>, 31 bits of it at most.</summary>
    public static uint Below(uint range, int number) => (uint)(((ulong)(uint)number * range) >> 31);

    /// <summary>
    /// The high half of the 128-bit product of <paramref name="range"/> and a number of 63 bits, which is below the range.
    /// </summary>
    public static ulong Below(ulong range, long number)
    {
        ulong a = (ulong)number << 1;
        ulong low = (uint)a * (ulong)(uint)range;
        ulong middle = ((a >> 32) * (uint)range) + (low >> 32);
        ulong other = ((uint)a * (range >> 32)) + (uint)middle;
        return ((a >> 32) * (range >> 32)) + (middle >> 32) + (other >> 32);
    }
}
