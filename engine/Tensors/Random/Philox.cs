namespace IlgpuGan.Tensors;

/// <summary>
/// Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"): a function from
/// a counter of four words and a key of two to four random words. It has no state: the elements of a sequence can be computed in any order.
/// </summary>
internal static class Philox
{
    internal const uint Multiplier0 = 0xD2511F53;
    internal const uint Multiplier1 = 0xCD9E8D57;

    /// <summary>Increments of the key words between rounds: the golden ratio and √3 − 1.</summary>
    internal const uint Weyl0 = 0x9E3779B9;
    internal const uint Weyl1 = 0xBB67AE85;
    internal const int Rounds = 10;

    /// <summary>Four random words of a counter and a key.</summary>
    public static (uint Word0, uint Word1, uint Word2, uint Word3) Block(
        uint counter0, uint counter1, uint counter2, uint counter3, uint key0, uint key1)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var product0 = (ulong)Multiplier0 * counter0;
            var product1 = (ulong)Multiplier1 * counter2;
            (counter0, counter1, counter2, counter3) = (
                (uint)(product1 >> 32) ^ counter1 ^ key0, (uint)product1, (uint)(product0 >> 32) ^ counter3 ^ key1, (uint)product0);
            key0 = unchecked(key0 + Weyl0);
            key1 = unchecked(key1 + Weyl1);
        }

        return (counter0, counter1, counter2, counter3);
    }

    /// <summary>Elements 4·block … 4·block + 3 of a sequence.</summary>
    public static (uint Word0, uint Word1, uint Word2, uint Word3) Block(RandomKey key, uint block) =>
        Block(block, key.Op, key.Step, key.Stream, (uint)key.Seed, (uint)(key.Seed >> 32));

    /// <summary>Uniform on [0, 1): the upper 24 bits, so that the conversion is exact.</summary>
    public static float ToUniform(uint word) => (word >> 8) * (1f / (1 << 24));

    /// <summary>
    /// Two standard normal deviates of the words 2k and 2k + 1 (Box and Muller 1958): radius √(−2 ln u) with u = (upper 24 bits + 1) / 2²⁴
    /// of the first, angle 2π · uniform of the second; the cosine is element 2k, the sine element 2k + 1.
    /// </summary>
    public static (float Cosine, float Sine) ToNormal(uint first, uint second)
    {
        var radius = Math.Sqrt(-2 * Math.Log(((first >> 8) + 1) * (1.0 / (1 << 24))));
        var (sine, cosine) = Math.SinCos(2 * Math.PI * ToUniform(second));
        return ((float)(radius * cosine), (float)(radius * sine));
    }
}
