using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Lanes64 = System.Runtime.Intrinsics.Vector512<ulong>;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// <see cref="Philox"/> on eight counters at once. Each 64-bit lane holds a 32-bit word in its lower half, so that products fit; the upper
/// half holds leftovers of earlier rounds, which are ignored.
/// </summary>
internal static unsafe class PhiloxLanes
{
    /// <summary>Blocks computed together.</summary>
    private const int Blocks = 8;

    /// <summary>Words of eight blocks.</summary>
    public const int Count = 4 * Blocks;

    /// <summary>Words 4·firstBlock … 4·firstBlock + 31 of a sequence.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<uint> Lower, Vector512<uint> Upper) Words(RandomKey key, uint firstBlock)
    {
        var multiplier0 = Vector512.Create((ulong)Philox.Multiplier0);
        var multiplier1 = Vector512.Create((ulong)Philox.Multiplier1);
        var weyl0 = Vector512.Create((ulong)Philox.Weyl0);
        var weyl1 = Vector512.Create((ulong)Philox.Weyl1);

        // Blocks in the order that Zip restores.
        var counter0 = Vector512.Create((ulong)firstBlock) + Vector512.Create(0ul, 4, 1, 5, 2, 6, 3, 7);
        var counter1 = Vector512.Create((ulong)key.Op);
        var counter2 = Vector512.Create((ulong)key.Step);
        var counter3 = Vector512.Create((ulong)key.Stream);
        var key0 = Vector512.Create((ulong)(uint)key.Seed);
        var key1 = Vector512.Create(key.Seed >> 32);
        for (var round = 0; round < Philox.Rounds; round++)
        {
            var product0 = Multiply(counter0, multiplier0);
            var product1 = Multiply(counter2, multiplier1);
            counter0 = (product1 >>> 32) ^ counter1 ^ key0;
            counter1 = product1;
            counter2 = (product0 >>> 32) ^ counter3 ^ key1;
            counter3 = product0;
            key0 += weyl0;
            key1 += weyl1;
        }

        var low = Vector512.Create((ulong)uint.MaxValue);
        var (lower, upper) = Zip((counter0 & low) | (counter1 << 32), (counter2 & low) | (counter3 << 32));
        return (lower.AsUInt32(), upper.AsUInt32());
    }

    /// <summary>Products of the lower halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes64 Multiply(Lanes64 a, Lanes64 b)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.Multiply(a.AsUInt32(), b.AsUInt32());
        }

        if (Avx2.IsSupported)
        {
            return Vector512.Create(
                Avx2.Multiply(a.GetLower().AsUInt32(), b.GetLower().AsUInt32()),
                Avx2.Multiply(a.GetUpper().AsUInt32(), b.GetUpper().AsUInt32()));
        }

        return (a & Vector512.Create((ulong)uint.MaxValue)) * b;
    }

    /// <summary>From a₀ a₄ a₁ a₅ a₂ a₆ a₃ a₇, and b likewise, to a₀ b₀ a₁ b₁ a₂ b₂ a₃ b₃ and a₄ b₄ … a₇ b₇.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Lanes64 Lower, Lanes64 Upper) Zip(Lanes64 a, Lanes64 b)
    {
        if (Avx512F.IsSupported)
        {
            return (Avx512F.UnpackLow(a, b), Avx512F.UnpackHigh(a, b));
        }

        if (Avx2.IsSupported)
        {
            var (aLower, aUpper, bLower, bUpper) = (a.GetLower(), a.GetUpper(), b.GetLower(), b.GetUpper());
            return (
                Vector512.Create(Avx2.UnpackLow(aLower, bLower), Avx2.UnpackLow(aUpper, bUpper)),
                Vector512.Create(Avx2.UnpackHigh(aLower, bLower), Avx2.UnpackHigh(aUpper, bUpper)));
        }

        return (
            Vector512.Create(a[0], b[0], a[2], b[2], a[4], b[4], a[6], b[6]),
            Vector512.Create(a[1], b[1], a[3], b[3], a[5], b[5], a[7], b[7]));
    }
}
