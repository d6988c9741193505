using IlgpuGan.Tensors;

namespace IlgpuGan.Models.Data;

/// <summary>Philox4x32-10 (Salmon et al. 2011) on the host, with the counter that <see cref="RandomKey"/> describes.</summary>
internal static class Philox
{
    private const int Rounds = 10;
    private const uint MultiplierA = 0xD2511F53;
    private const uint MultiplierB = 0xCD9E8D57;
    private const uint WeylA = 0x9E3779B9;
    private const uint WeylB = 0xBB67AE85;

    /// <summary>The four words of a block.</summary>
    public static void Block(RandomKey key, uint block, Span<uint> words)
    {
        var (a, b, c, d) = (block, key.Op, key.Step, key.Stream);
        var (k0, k1) = ((uint)key.Seed, (uint)(key.Seed >> 32));
        for (var round = 0; round < Rounds; round++)
        {
            var (x, y) = ((ulong)MultiplierA * a, (ulong)MultiplierB * c);
            (a, b, c, d) = ((uint)(y >> 32) ^ b ^ k0, (uint)y, (uint)(x >> 32) ^ d ^ k1, (uint)x);
            k0 += WeylA;
            k1 += WeylB;
        }

        (words[0], words[1], words[2], words[3]) = (a, b, c, d);
    }
}
