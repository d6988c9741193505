namespace IlgpuGan.Imaging.WebP.Lossless;

/// <summary>Writes bits, the lowest of a byte first.</summary>
internal sealed class LosslessBitWriter
{
    private readonly List<byte> _bytes = [];
    private ulong _bits;
    private int _count;

    /// <summary>Appends the lowest <paramref name="width"/> bits of a number; its other bits must be 0.</summary>
    public void Write(uint value, int width)
    {
        _bits |= (ulong)value << _count;
        for (_count += width; _count >= 8; _count -= 8, _bits >>= 8)
        {
            _bytes.Add((byte)_bits);
        }
    }

    /// <summary>All bytes, the last one padded with zeros.</summary>
    public byte[] ToBytes() => _count > 0 ? [.. _bytes, (byte)_bits] : [.. _bytes];
}
