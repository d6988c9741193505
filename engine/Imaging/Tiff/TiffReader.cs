namespace IlgpuGan.Imaging.Tiff;

/// <summary>Random access to numbers of a TIFF or BigTIFF, in the byte order given by its first two bytes.</summary>
internal readonly ref struct TiffReader
{
    /// <summary>The largest offset, count or value that is taken: sums of them and products with an entry's size fit a long.</summary>
    public const long MaxNumber = long.MaxValue / 32;

    private const int ClassicHeaderBytes = 8;
    private const int BigHeaderBytes = 16;

    private readonly ReadOnlySpan<byte> _file;
    private readonly bool _littleEndian;

    /// <exception cref="ImageFormatException">The bytes are not a TIFF, or end within its header.</exception>
    public TiffReader(ReadOnlySpan<byte> file)
    {
        ImageFormatException.ThrowIf(!StartsImage(file), "not a TIFF image", 0);

        _file = file;
        _littleEndian = file[0] == 'I';
        IsBig = Unsigned(2, 2) == 43;
        if (IsBig && (Unsigned(4, 2) != 8 || Unsigned(6, 2) != 0))
        {
            throw new ImageFormatException("the BigTIFF's header is not one of 8-byte offsets", 4);
        }

        FirstDirectory = Offset(IsBig ? 8 : 4);
    }

    /// <summary>Whether this is a BigTIFF: offsets and counts have eight bytes.</summary>
    public bool IsBig { get; }

    public long FirstDirectory { get; }

    public long Length => _file.Length;

    /// <summary>Whether numbers are little-endian.</summary>
    public bool LittleEndian => _littleEndian;

    /// <summary>Whether the bytes begin with the signature of a TIFF or a BigTIFF.</summary>
    public static bool StartsImage(ReadOnlySpan<byte> file) =>
        (file.Length >= ClassicHeaderBytes && (file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8)))
        || (file.Length >= BigHeaderBytes && (file.StartsWith("II+\0"u8) || file.StartsWith("MM\0+"u8)));

    /// <summary>An unsigned integer of 1, 2, 4 or 8 bytes.</summary>
    /// <exception cref="ImageFormatException">The file ends before it.</exception>
    public ulong Unsigned(long offset, int bytes)
    {
        var source = At(offset, bytes);
        return bytes switch
        {
            1 => source[0],
            2 => _littleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(source) : BinaryPrimitives.ReadUInt16BigEndian(source),
            4 => _littleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(source) : BinaryPrimitives.ReadUInt32BigEndian(source),
            _ => _littleEndian ? BinaryPrimitives.ReadUInt64LittleEndian(source) : BinaryPrimitives.ReadUInt64BigEndian(source),
        };
    }

    /// <summary>An offset or a count, of four or eight bytes, clamped to <see cref="MaxNumber"/>.</summary>
    /// <exception cref="ImageFormatException">The file ends before it.</exception>
    public long Offset(long offset) => (long)Math.Min(Unsigned(offset, IsBig ? 8 : 4), MaxNumber);

    /// <summary><paramref name="count"/> bytes of the file.</summary>
    /// <exception cref="ImageFormatException">The file ends before them.</exception>
    public ReadOnlySpan<byte> At(long offset, long count) => offset >= 0 && count >= 0 && offset <= _file.Length - count
        ? _file.Slice((int)offset, (int)count)
        : throw new ImageFormatException("the TIFF is cut short, or points beyond its end", _file.Length);
}
