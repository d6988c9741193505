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
    public const uint Cicp = 0x63494350;
    public const uint Gama = 0x67414D41;
    public const uint Srgb = 0x73524742;

    /// <summary>APNG's: how many frames follow the picture.</summary>
    public const uint Actl = 0x6163544C;

    /// <summary>Apple's: the file has been rewritten for iPhones.</summary>
    public const uint CgBi = 0x43674249;

    /// <summary>Whether the first letter is upper case: a decoder must not ignore such a chunk.</summary>
    public static bool IsCritical(uint type) => (type & 0x20000000) == 0;

    /// <summary>Whether the pixels are the same without the chunk.</summary>
    public static bool IsDispensable(uint type) => !IsCritical(type) && type != Trns;

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
internal ref struct PngChunks(ReadOnlySpan<byte> file)
{
    private const int HeadBytes = 8;
    private const int ChecksumBytes = 4;

    private readonly ReadOnlySpan<byte> _file = file;
    private int _position = PngSignature.Bytes.Length;

    /// <summary>The type of the current chunk.</summary>
    public uint Type { get; private set; }

    /// <summary>The chunk's data, as far as the file goes.</summary>
    public ReadOnlySpan<byte> Data { get; private set; }

    /// <summary>The offset of <see cref="Data"/> in the file.</summary>
    public int Offset { get; private set; }

    /// <summary>Whether the file ends within the chunk or its checksum.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Whether the chunk is whole and under the right checksum.</summary>
    public readonly bool IsSound => !IsCut
        && Crc32.Compute(_file[(Offset - 4)..(_position - ChecksumBytes)])
            == BinaryPrimitives.ReadUInt32BigEndian(_file[(_position - ChecksumBytes)..]);

    /// <summary>What is wrong with a chunk that is not sound.</summary>
    public readonly ImageFormatException Damage => IsCut
        ? new($"the PNG is cut short within chunk {PngChunkType.Name(Type)}", Offset - HeadBytes)
        : new($"the checksum of PNG chunk {PngChunkType.Name(Type)} is wrong", Offset);

    /// <summary>Moves to the next chunk.</summary>
    /// <returns>false at the end of the file.</returns>
    public bool Next()
    {
        if (_file.Length - _position < HeadBytes)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(_file[_position..]);
        Type = BinaryPrimitives.ReadUInt32BigEndian(_file[(_position + 4)..]);
        Offset = _position + HeadBytes;
        var end = (long)Offset + length;
        IsCut = end > _file.Length - ChecksumBytes;
        Data = _file[Offset..(int)Math.Min(end, _file.Length)];
        _position = IsCut ? _file.Length : (int)end + ChecksumBytes;
        return true;
    }
}
