namespace IlgpuGan.Imaging.WebP.Lossless;

/// <summary>Collects bits, the lowest of a byte first.</summary>
internal sealed class LosslessBitWriter
{
    private readonly List<byte> bytes = [];
    private ulong bits;
    private int count;

    /// <summary>Appends the lowest bits of a number.</summary>
    public void Write(uint value, int width)
    {
        bits |= (ulong)value << count;
        for (count += width; count >= 8; count -= 8, bits >>= 8)
        {
            bytes.Add((byte)bits);
        }
    }

    /// <summary>All bytes, the last filled up with zeros.</summary>
    public byte[] ToBytes() => count > 0 ? [.. bytes, (byte)bits] : [.. bytes];
}
