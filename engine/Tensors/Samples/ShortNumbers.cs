using System.Numerics;
using System.Runtime.InteropServices;

namespace IlgpuGan.Tensors.Samples;

/// <summary>Numbers of the upper 16 bits of a float (bf16): eight bits of significance, and a float's range.</summary>
internal static class ShortNumbers
{
    private const uint Kept = 0xFFFF_0000;
    private const uint AlmostHalf = 0x7FFF;

    /// <summary>What marks a NaN even if all of its other bits are lost.</summary>
    private const uint Quiet = 0x0040_0000;

    /// <summary>Rounds each to the nearest such number, ties to the even one.</summary>
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

    /// <summary>Two bytes each, of numbers that <see cref="Round"/> has rounded.</summary>
    public static void Pack(ReadOnlySpan<float> rounded, Span<byte> packed)
    {
        var halves = MemoryMarshal.Cast<byte, ushort>(packed);
        for (var i = 0; i < halves.Length; i++)
        {
            halves[i] = (ushort)(BitConverter.SingleToUInt32Bits(rounded[i]) >> 16);
        }
    }

    /// <summary>The numbers that <see cref="Pack"/> has packed.</summary>
    public static void Unpack(ReadOnlySpan<byte> packed, Span<float> numbers)
    {
        var halves = MemoryMarshal.Cast<byte, ushort>(packed);
        for (var i = 0; i < halves.Length; i++)
        {
            numbers[i] = BitConverter.UInt32BitsToSingle((uint)halves[i] << 16);
        }
    }
}
