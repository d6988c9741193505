namespace IlgpuGan.Imaging.Pnm;

/// <summary>The header of a PNM file.</summary>
/// <param name="Kind">The digit after the P: 1 to 3 are plain text, 4 to 6 binary; each bitmap, gray, colour.</param>
/// <param name="MaxValue">The number for full brightness; 1 for a bitmap.</param>
/// <param name="DataOffset">The offset of the first sample.</param>
internal readonly record struct PnmHeader(int Kind, int Width, int Height, int MaxValue, int DataOffset)
{
    public bool IsBitmap => Kind is 1 or 4;

    public bool IsPlain => Kind <= 3;

    public int Channels => Kind is 3 or 6 ? 3 : 1;

    public int BitsPerChannel => MaxValue > byte.MaxValue ? 16 : 8;

    /// <summary>The smallest size of the samples in bytes: in plain text one digit each, and a space between numbers.</summary>
    public long MinBytes
    {
        get
        {
            var samples = (long)Width * Height * Channels;
            return Kind switch
            {
                1 => samples,
                2 or 3 => (2 * samples) - 1,
                4 => Height * (((long)Width + 7) / 8),
                _ => samples * BitsPerChannel / 8,
            };
        }
    }

    /// <summary>Whether the bytes begin with the signature of a bitmap, a graymap or a pixmap.</summary>
    public static bool StartsImage(ReadOnlySpan<byte> file) =>
        file.Length > 2 && file[0] == 'P' && file[1] is >= (byte)'1' and <= (byte)'6' && (PnmReader.IsSpace(file[2]) || file[2] == '#');

    /// <exception cref="ImageFormatException">The header is malformed, or its numbers are out of range.</exception>
    public static PnmHeader Parse(ReadOnlySpan<byte> file)
    {
        ImageFormatException.ThrowIf(!StartsImage(file), "not a PNM image", 0);

        var kind = file[1] - '0';
        var reader = new PnmReader(file, 2);
        var (width, height) = (reader.Number(), reader.Number());
        if (width == 0 || height == 0)
        {
            throw new ImageFormatException($"a PNM can't have {width}x{height} pixels", 2);
        }

        var most = kind is 1 or 4 ? 1 : reader.Number();
        if (most is 0 or > ushort.MaxValue)
        {
            throw new ImageFormatException($"a PNM can't have samples up to {most}", 2);
        }

        if (kind > 3)
        {
            reader.Space();
        }

        return new(kind, width, height, most, reader.Position);
    }
}
