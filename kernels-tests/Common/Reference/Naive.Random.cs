namespace IlgpuGan.TestsCommon.Reference;

internal static partial class Naive
{
    /// <summary>x·1/(1 − p) where the element's deviate is at least p, else 0.</summary>
    public static Array64 Dropout(Array64 x, RandomKey key, double p)
    {
        var result = new Array64(x.Shape);
        for (var i = 0; i < x.Values.Length; i++)
        {
            result.Values[i] = Uniform(key, i) >= (float)p ? x.Values[i] / (1 - p) : 0;
        }

        return result;
    }

    /// <summary>Element i of a key's uniform numbers: the upper 24 bits of word i mod 4 of block i / 4.</summary>
    public static double Uniform(RandomKey key, int element) => (Philox(key, (uint)(element / 4))[element % 4] >> 8) / (double)(1 << 24);

    /// <summary>Element i of a key's normal deviates: by Box and Muller, from the uniform numbers of an even place and of the
    /// next.</summary>
    public static double Normal(RandomKey key, int element)
    {
        var (radius, angle) = (
            Math.Sqrt(-2 * Math.Log(Uniform(key, element & ~1) + (1.0 / (1 << 24)))), 2 * Math.PI * Uniform(key, element | 1));
        return radius * (element % 2 == 0 ? Math.Cos(angle) : Math.Sin(angle));
    }

    /// <summary>Philox4x32-10 (Salmon et al. 2011).</summary>
    private static uint[] Philox(RandomKey key, uint block)
    {
        uint[] c = [block, key.Op, key.Step, key.Stream];
        var (k0, k1) = ((uint)key.Seed, (uint)(key.Seed >> 32));
        for (var round = 0; round < 10; round++)
        {
            var (p0, p1) = ((ulong)c[0] * 0xD2511F53, (ulong)c[2] * 0xCD9E8D57);
            c = [(uint)(p1 >> 32) ^ c[1] ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c[3] ^ k1, (uint)p0];
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        return c;
    }
}
