using System.Numerics;

namespace IlgpuGan.Imaging.Bmp;

/// <summary>The bits of a pixel that are one colour.</summary>
internal readonly record struct BmpField(uint Mask)
{
    private readonly int _shift = BitOperations.TrailingZeroCount(Mask);
    private readonly uint _most = Mask == 0 ? 0 : Mask >> BitOperations.TrailingZeroCount(Mask);

    /// <summary>Whether the bits stand side by side, as they must.</summary>
    public bool IsContiguous => (_most & (_most + 1)) == 0;

    /// <summary>The colour from 0 to 255, rounded down as Pillow does.</summary>
    public byte Of(uint pixel) => (byte)((ulong)((pixel & Mask) >> _shift) * 255 / _most);
}
