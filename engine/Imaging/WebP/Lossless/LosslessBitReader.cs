namespace IlgpuGan.Imaging.WebP.Lossless;

/// <summary>Reads bits of lossless data, the lowest of a byte first.</summary>
internal ref struct LosslessBitReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private ulong _bits;
    private int _count;
    private int _position;

    /// <summary>Reads a number of up to 24 bits.</summary>
    /// <exception cref="ImageFormatException">The data ends.</exception>
    public int Read(int width)
    {
        Fill(width);
        var value = (int)(_bits & ((1u << width) - 1));
        Skip(width);
        return value;
    }

    /// <exception cref="ImageFormatException">The data ends.</exception>
    public bool Flag() => Read(1) != 0;

    /// <summary>The next bits, without consuming them; zeros after the end of the data.</summary>
    public uint Peek(int width)
    {
        while (_count < width && _position < _data.Length)
        {
            _bits |= (ulong)_data[_position++] << _count;
            _count += 8;
        }

        return (uint)_bits & ((1u << width) - 1);
    }

    /// <exception cref="ImageFormatException">The data ends.</exception>
    public void Skip(int width)
    {
        if (width > _count)
        {
            throw new ImageFormatException("the WebP is cut short, or its compressed data is corrupt");
        }

        _bits >>= width;
        _count -= width;
    }

    private void Fill(int width) => _ = Peek(width);
}
