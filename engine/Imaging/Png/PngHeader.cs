namespace IlgpuGan.Imaging.Png;

/// <summary>The colour types of the IHDR chunk.</summary>
internal enum PngColor : byte
{
    Gray = 0,
    Rgb = 2,
    Palette = 3,
    GrayAlpha = 4,
    RgbAlpha = 6,
}

/// <summary>The IHDR chunk.</summary>
internal readonly record struct PngHeader(int Width, int Height, int Depth, PngColor Color, bool Interlaced)
{
    public const int Length = 13;

    /// <summary>Stored samples per pixel: 1 for a palette index.</summary>
    public int StoredChannels => Color switch
    {
        PngColor.Gray or PngColor.Palette => 1,
        PngColor.GrayAlpha => 2,
        PngColor.Rgb => 3,
        _ => 4,
    };

    public int BitsPerPixel => StoredChannels * Depth;

    /// <summary>The distance to the left neighbour that filters use: bytes of a pixel, at least one.</summary>
    public int FilterStep => Math.Max(1, BitsPerPixel / 8);

    /// <summary>Bytes of a row of <paramref name="width"/> pixels, without its filter type.</summary>
    public long RowBytes(long width) => ((width * BitsPerPixel) + 7) / 8;

    /// <summary>Size of the decompressed data in bytes: all rows, each with its filter type.</summary>
    public long RawBytes()
    {
        if (!Interlaced)
        {
            return Height * (RowBytes(Width) + 1);
        }

        long sum = 0;
        foreach (var pass in Adam7.Passes)
        {
            var (width, height) = pass.Size(Width, Height);
            sum += width == 0 ? 0 : height * (RowBytes(width) + 1);
        }

        return sum;
    }

    /// <summary>Channels after palette and transparency have been applied.</summary>
    public int DecodedChannels(bool transparency) => (Color, transparency) switch
    {
        (PngColor.Palette or PngColor.Rgb, false) => 3,
        (PngColor.Palette or PngColor.Rgb, true) => 4,
        (PngColor.Gray, true) => 2,
        _ => StoredChannels,
    };

    /// <exception cref="ImageFormatException">A value is out of range or the combination is not allowed.</exception>
    public static PngHeader Parse(ReadOnlySpan<byte> data, int offset)
    {
        ImageFormatException.ThrowIf(data.Length != Length, "the PNG header does not have its 13 bytes", offset);

        var width = BinaryPrimitives.ReadUInt32BigEndian(data);
        var height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
        {
            throw new ImageFormatException($"a PNG can't have {width}x{height} pixels", offset);
        }

        var (depth, color) = (data[8], (PngColor)data[9]);
        var allowed = color switch
        {
            PngColor.Gray => depth is 1 or 2 or 4 or 8 or 16,
            PngColor.Palette => depth is 1 or 2 or 4 or 8,
            PngColor.Rgb or PngColor.GrayAlpha or PngColor.RgbAlpha => depth is 8 or 16,
            _ => false,
        };
        if (!allowed)
        {
            throw new ImageFormatException($"a PNG can't have colour type {data[9]} with {depth} bits", offset);
        }

        if (data[10] != 0 || data[11] != 0 || data[12] > 1)
        {
            throw new ImageFormatException("the PNG asks for an unknown compression, filter or interlace method", offset);
        }

        return new((int)width, (int)height, depth, color, data[12] == 1);
    }
}
