using System.Numerics;
using System.Runtime.InteropServices;

namespace IlgpuGan.Tensors.Samples;

/// <summary>Rounding to bfloat16 (the upper 16 bits of a float: its range, 8 bits of significand), and packing to two bytes.</summary>
internal static class Bfloat16
{
    private const uint Kept = 0xFFFF_0000;
    private const uint AlmostHalf = 0x7FFF;

    /// <summary>The quiet bit of a NaN: set, so that it stays a NaN when the lower bits are dropped.</summary>
    private const uint Quiet = 0x0040_0000;

    /// <summary>Rounds each number in place to the nearest bfloat16, ties to even.</summary>
    public static void Round(Span<float> numbers)
    {
        var many = MemoryMarshal.Cast<float, Vector<float>>(numbers);
        foreach (ref var number in many)
        {
            var bits = Vector.AsVectorUInt32(number);
            var odd = Vector.ShiftRightLogical(bits, 16) & Vector<uint>.One;
            var rounded = (bits + new Vector<uint>(AlmostHalf) + odd) & new Vector<uint>(Kept);
            var isNumber = Vector.AsVectorUInt32(Vector.Equals(number, number));
            number = Vector.AsVectorSingle(
                Vector.ConditionalSelect(isNumber, rounded, (bits | new Vector<uint>(Quiet)) & new Vector<uint>(Kept)));
        }

        foreach (ref var number in numbers[(many.Length * Vector<float>.Count)..])
        {
            var bits = BitConverter.SingleToUInt32Bits(number);
            number = BitConverter.UInt32BitsToSingle(
                (float.IsNaN(number) ? bits | Quiet : bits + AlmostHalf + ((bits >> 16) & 1)) & Kept);
        }
    }

    /// <summary>Packs numbers that <see cref="Round"/> has rounded, two bytes each.</summary>
    public static void Pack(ReadOnlySpan<float> rounded, Span<byte> packed)
    {
        var halves = MemoryMarshal.Cast<byte, ushort>(packed);
        for (var i = 0; i < halves.Length; i++)
        {
            halves[i] = (ushort)(BitConverter.SingleToUInt32Bits(rounded[i]) >> 16);
        }
    }

    /// <summary>The inverse of <see cref="Pack"/>.</summary>
    public static void Unpack(ReadOnlySpan<byte> packed, Span<float> numbers)
    {
        var halves = MemoryMarshal.Cast<byte, ushort>(packed);
        for (var i = 0; i < halves.Length; i++)
        {
            numbers[i] = BitConverter.UInt32BitsToSingle((uint)halves[i] << 16);
        }
    }
}
