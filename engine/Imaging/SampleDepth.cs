namespace IlgpuGan.Imaging;

/// <summary>Converts samples between 8 and 16 bits, full scale to full scale.</summary>
internal static class SampleDepth
{
    public static byte[] ToEightBits(ReadOnlySpan<ushort> words)
    {
        var bytes = new byte[words.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            // v / 257 rounded to nearest, exactly, for every 16-bit v.
            bytes[i] = (byte)(((words[i] * 255) + 32895) >> 16);
        }

        return bytes;
    }

    public static ushort[] ToSixteenBits(ReadOnlySpan<byte> bytes)
    {
        var words = new ushort[bytes.Length];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = (ushort)(bytes[i] * 257);
        }

        return words;
    }
}
