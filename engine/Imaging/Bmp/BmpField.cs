using System.Numerics;

namespace IlgpuGan.Imaging.Bmp;

/// <summary>The bits of a pixel that hold one colour.</summary>
internal readonly record struct BmpField(uint Mask)
{
    private readonly int _shift = BitOperations.TrailingZeroCount(Mask);
    private readonly uint _most = Mask == 0 ? 0 : Mask >> BitOperations.TrailingZeroCount(Mask);

    /// <summary>Whether the mask's bits are contiguous, as required.</summary>
    public bool IsContiguous => (_most & (_most + 1)) == 0;

    /// <summary>The colour scaled to 0 to 255, rounded down as in Pillow.</summary>
    public byte Of(uint pixel) => (byte)((ulong)((pixel & Mask) >> _shift) * 255 / _most);
}
