using System.Numerics;

namespace ILGPU.Runtime.Cuda;

/// <content>Bits, averages and products of integers; all wrap.</content>
public static partial class LibDevice
{
    private const uint OddBits = 0x55555555;
    private const uint OddPairs = 0x33333333;
    private const uint OddNibbles = 0x0F0F0F0F;
    private const uint OddBytes = 0x00FF00FF;

    /// <summary>The lowest bit becomes the highest.</summary>
    public static int BitReverse(int x)
    {
        uint bits = (uint)x;
        bits = ((bits & OddBits) << 1) | ((bits >> 1) & OddBits);
        bits = ((bits & OddPairs) << 2) | ((bits >> 2) & OddPairs);
        bits = ((bits & OddNibbles) << 4) | ((bits >> 4) & OddNibbles);
        bits = ((bits & OddBytes) << 8) | ((bits >> 8) & OddBytes);
        return (int)((bits << 16) | (bits >> 16));
    }

    /// <inheritdoc cref="BitReverse(int)"/>
    public static long BitReverse(long x) => ((long)BitReverse((int)x) << 32) | (uint)BitReverse((int)(x >> 32));

    /// <summary>Four of the eight bytes of <paramref name="x"/> (0 to 3) and <paramref name="y"/> (4 to 7).</summary>
    /// <param name="x">The lower four bytes.</param>
    /// <param name="y">The upper four bytes.</param>
    /// <param name="z">Which to take: the low three bits of each of its four low nibbles.</param>
    public static int BytePerm(int x, int y, int z)
    {
        ulong bytes = (uint)x | ((ulong)(uint)y << 32);
        uint taken = 0;
        for (int i = 0; i < sizeof(int); i++)
        {
            taken |= (uint)((bytes >> (8 * ((z >> (4 * i)) & 7))) & 0xFF) << (8 * i);
        }

        return (int)taken;
    }

    /// <summary>The place of the lowest set bit, from 1; 0 for zero.</summary>
    public static int FindFirstSignificant(int x) => x == 0 ? 0 : BitOperations.TrailingZeroCount(x) + 1;

    /// <inheritdoc cref="FindFirstSignificant(int)"/>
    public static int FindFirstSignificant(long x) => x == 0 ? 0 : BitOperations.TrailingZeroCount(x) + 1;

    /// <summary>The average, rounded down, whose sum does not wrap.</summary>
    public static int Hadd(int x, int y) => (x & y) + ((x ^ y) >> 1);

    /// <summary>The average of what are unsigned numbers, rounded down, whose sum does not wrap.</summary>
    public static int Uhadd(int x, int y) => (x & y) + (int)((uint)(x ^ y) >> 1);

    /// <summary>The average, rounded up, whose sum does not wrap.</summary>
    public static int Rhadd(int x, int y) => (x | y) - ((x ^ y) >> 1);

    /// <inheritdoc cref="Rhadd(int, int)"/>
    public static uint Rhadd(uint x, uint y) => (x | y) - ((x ^ y) >> 1);

    /// <summary>The product of the low 24 bits of both, which have a sign.</summary>
    public static int Mul24(int x, int y) => ((x << 8) >> 8) * ((y << 8) >> 8);

    /// <summary>The product of the low 24 bits of both.</summary>
    public static uint Mul24(uint x, uint y) => (x & 0xFFFFFF) * (y & 0xFFFFFF);

    /// <summary>The upper half of the product.</summary>
    public static int MulHi(int x, int y) => (int)(((long)x * y) >> 32);

    /// <inheritdoc cref="MulHi(int, int)"/>
    public static uint MulHi(uint x, uint y) => (uint)(((ulong)x * y) >> 32);

    /// <inheritdoc cref="MulHi(int, int)"/>
    public static long Mul64Hi(long x, long y) => (long)Mul64Hi((ulong)x, (ulong)y) - ((x >> 63) & y) - ((y >> 63) & x);

    /// <inheritdoc cref="MulHi(int, int)"/>
    public static ulong Mul64Hi(ulong x, ulong y)
    {
        ulong lowX = (uint)x, highX = x >> 32, lowY = (uint)y, highY = y >> 32;
        ulong middle = (highX * lowY) + ((lowX * lowY) >> 32);
        ulong other = (lowX * highY) + (uint)middle;
        return (highX * highY) + (middle >> 32) + (other >> 32);
    }

    /// <summary>The distance of <paramref name="x"/> and <paramref name="y"/>, and <paramref name="z"/> added to it.</summary>
    public static int Sad(int x, int y, int z) => (x > y ? x - y : y - x) + z;

    /// <inheritdoc cref="Sad(int, int, int)"/>
    public static uint Sad(uint x, uint y, uint z) => (x > y ? x - y : y - x) + z;
}
