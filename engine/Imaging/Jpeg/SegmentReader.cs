namespace IlgpuGan.Imaging.Jpeg;

/// <summary>Walks the marker segments of a JPEG file without interpreting them.</summary>
internal ref struct SegmentReader(ReadOnlySpan<byte> file)
{
    private readonly ReadOnlySpan<byte> _file = file;

    /// <summary>The offset of the next byte.</summary>
    public int Position { get; set; } = 2;

    /// <summary>Skips fill bytes and stray data, and reads the next marker.</summary>
    /// <returns>The marker's second byte.</returns>
    /// <exception cref="ImageFormatException">The file ends first.</exception>
    public byte NextMarker()
    {
        while (true)
        {
            var skip = _file[Position..].IndexOf((byte)0xFF);
            if (skip < 0 || Position + skip + 1 >= _file.Length)
            {
                Position = _file.Length;
                throw new ImageFormatException("the JPEG is cut short: it ends before its end-of-image marker", _file.Length);
            }

            Position += skip + 1;
            if (_file[Position] is not (0 or 0xFF))
            {
                return _file[Position++];
            }
        }
    }

    /// <summary>The payload of the segment whose marker has just been read; the position moves past it.</summary>
    /// <exception cref="ImageFormatException">The length is below 2 or reaches past the end of the file.</exception>
    public ReadOnlySpan<byte> Payload()
    {
        var length = Position + 2 <= _file.Length ? BinaryPrimitives.ReadUInt16BigEndian(_file[Position..]) : 0;
        if (length < 2 || length > _file.Length - Position)
        {
            throw new ImageFormatException(
                length < 2 && Position + 2 <= _file.Length
                    ? "a JPEG segment has an impossible length"
                    : "the JPEG is cut short within a segment",
                Position);
        }

        var payload = _file.Slice(Position + 2, length - 2);
        Position += length;
        return payload;
    }
}
