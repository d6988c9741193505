using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary><see cref="Philox"/> on eight counters at once: each 64-bit lane holds a 32-bit word, so that its products are whole.</summary>
internal static unsafe class PhiloxLanes
{
    /// <summary>Blocks computed together.</summary>
    public const int Blocks = 8;

    /// <summary>Words of eight blocks.</summary>
    public const int Count = 4 * Blocks;

    /// <summary>Words 4·firstBlock … 4·firstBlock + 31 of a sequence.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fill(RandomKey key, uint firstBlock, uint* words)
    {
        var low = Vector512.Create((ulong)uint.MaxValue);
        var multiplier0 = Vector512.Create((ulong)Philox.Multiplier0);
        var multiplier1 = Vector512.Create((ulong)Philox.Multiplier1);
        var counter0 = (Vector512.Create((ulong)firstBlock) + Vector512.Create(0ul, 1, 2, 3, 4, 5, 6, 7)) & low;
        var counter1 = Vector512.Create((ulong)key.Op);
        var counter2 = Vector512.Create((ulong)key.Step);
        var counter3 = Vector512.Create((ulong)key.Stream);
        var (key0, key1) = ((uint)key.Seed, (uint)(key.Seed >> 32));
        for (var round = 0; round < Philox.Rounds; round++)
        {
            var product0 = counter0 * multiplier0;
            var product1 = counter2 * multiplier1;
            counter0 = (product1 >>> 32) ^ counter1 ^ Vector512.Create((ulong)key0);
            counter1 = product1 & low;
            counter2 = (product0 >>> 32) ^ counter3 ^ Vector512.Create((ulong)key1);
            counter3 = product0 & low;
            key0 = unchecked(key0 + Philox.Weyl0);
            key1 = unchecked(key1 + Philox.Weyl1);
        }

        var pairs = stackalloc ulong[2 * Blocks];
        (counter0 | (counter1 << 32)).Store(pairs);
        (counter2 | (counter3 << 32)).Store(pairs + Blocks);
        for (var block = 0; block < Blocks; block++)
        {
            ((ulong*)words)[2 * block] = pairs[block];
            ((ulong*)words)[(2 * block) + 1] = pairs[Blocks + block];
        }
    }
}
