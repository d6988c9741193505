namespace IlgpuGan.Imaging.WebP.Lossless;

/// <summary>Bits of lossless data, the lowest of a byte first.</summary>
internal ref struct LosslessBits(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> data = data;
    private ulong bits;
    private int count;
    private int position;

    /// <summary>A number of up to 24 bits.</summary>
    /// <exception cref="ImageFormatException">The data ends.</exception>
    public int Read(int width)
    {
        Fill(width);
        var value = (int)(bits & ((1u << width) - 1));
        Skip(width);
        return value;
    }

    /// <exception cref="ImageFormatException">The data ends.</exception>
    public bool Flag() => Read(1) != 0;

    /// <summary>The bits that come next, zeros where the data ends.</summary>
    public uint Peek(int width)
    {
        while (count < width && position < data.Length)
        {
            bits |= (ulong)data[position++] << count;
            count += 8;
        }

        return (uint)bits & ((1u << width) - 1);
    }

    /// <exception cref="ImageFormatException">The data ends.</exception>
    public void Skip(int width)
    {
        if (width > count)
        {
            throw new ImageFormatException("the WebP is cut short, or its compressed data is corrupt");
        }

        bits >>= width;
        count -= width;
    }

    private void Fill(int width) => _ = Peek(width);
}
