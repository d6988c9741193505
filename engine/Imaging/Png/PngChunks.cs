namespace IlgpuGan.Imaging.Png;

internal static class PngSignature
{
    public static ReadOnlySpan<byte> Bytes => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static bool Matches(ReadOnlySpan<byte> file) => file.StartsWith(Bytes);
}

/// <summary>The four letters of a chunk's type, as a big-endian number.</summary>
internal static class PngChunkType
{
    public const uint Ihdr = 0x49484452;
    public const uint Plte = 0x504C5445;
    public const uint Idat = 0x49444154;
    public const uint Iend = 0x49454E44;
    public const uint Trns = 0x74524E53;
    public const uint Exif = 0x65584966;
    public const uint Iccp = 0x69434350;
    public const uint Phys = 0x70485973;

    /// <summary>Whether the first letter is upper case: a decoder must not ignore such a chunk.</summary>
    public static bool IsCritical(uint type) => (type & 0x20000000) == 0;

    public static string Name(uint type)
    {
        Span<byte> letters = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(letters, type);
        foreach (ref var letter in letters)
        {
            letter = char.IsAsciiLetter((char)letter) ? letter : (byte)'?';
        }

        return Encoding.ASCII.GetString(letters);
    }
}

/// <summary>Walks the chunks of a PNG file.</summary>
/// <param name="file">The whole file.</param>
/// <param name="lenient">Whether to accept wrong checksums and a last chunk that is cut short.</param>
internal ref struct PngChunks(ReadOnlySpan<byte> file, bool lenient)
{
    private readonly ReadOnlySpan<byte> _file = file;
    private int _position = PngSignature.Bytes.Length;

    /// <summary>The type of the current chunk.</summary>
    public uint Type { get; private set; }

    public ReadOnlySpan<byte> Data { get; private set; }

    /// <summary>The offset of <see cref="Data"/> in the file.</summary>
    public int Offset { get; private set; }

    /// <summary>Moves to the next chunk.</summary>
    /// <returns>false at the end of the file.</returns>
    /// <exception cref="ImageFormatException">The chunk is malformed or cut short, or its checksum is wrong.</exception>
    public bool Next()
    {
        var left = _file.Length - _position;
        if (left < 12 && !(lenient && left >= 8))
        {
            return left <= 0 || lenient ? false : throw new ImageFormatException("the PNG is cut short between two chunks", _position);
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(_file[_position..]);
        Type = BinaryPrimitives.ReadUInt32BigEndian(_file[(_position + 4)..]);
        Offset = _position + 8;
        if (length > left - 12L)
        {
            if (!lenient)
            {
                throw new ImageFormatException($"the PNG is cut short within chunk {PngChunkType.Name(Type)}", _position);
            }

            Data = _file[Offset..(int)Math.Min(Offset + (long)length, _file.Length)];
            _position = _file.Length;
            return true;
        }

        Data = _file.Slice(Offset, (int)length);
        _position = Offset + (int)length + 4;
        var expected = BinaryPrimitives.ReadUInt32BigEndian(_file[(_position - 4)..]);
        if (!lenient && Crc32.Compute(_file[(Offset - 4)..(_position - 4)]) != expected)
        {
            throw new ImageFormatException($"the checksum of PNG chunk {PngChunkType.Name(Type)} is wrong", Offset);
        }

        return true;
    }
}
