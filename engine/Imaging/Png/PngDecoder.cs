namespace IlgpuGan.Imaging.Png;

/// <summary>Decodes every PNG of the specification (ISO/IEC 15948): all colour types and depths, interlaced or not.</summary>
public static class PngDecoder
{
    /// <summary>
    /// Decodes to gray, gray and alpha, RGB, or RGB and alpha, [height, width, channels]. Depths of 1, 2 and 4 bits are widened to 8 bits
    /// at full scale; 16 bits stay 16 bits. Palettes are resolved (unless <see cref="DecodeOptions.KeepIndices"/>), and a transparent
    /// colour becomes alpha. Gamma and colour profiles are not applied. Of ancillary chunks only the checksums are verified.
    /// </summary>
    /// <param name="file">The whole file, from its first byte.</param>
    /// <exception cref="ImageFormatException">The data is not a PNG, is corrupt, is cut short or is over the limit.</exception>
    public static unsafe Image Decode(ReadOnlySpan<byte> file, DecodeOptions? options = null)
    {
        options ??= DecodeOptions.Default;
        var content = PngContent.Read(file, options.Lenient, headerOnly: false);
        content.KeepsIndices = options.KeepIndices;
        CheckSize(content, options);
        fixed (byte* bytes = file)
        {
            var source = new IdatStream(bytes, content.Idat);
            using var rows = new PngRows(source, content.Header, (int)content.Header.RowBytes(content.Header.Width) + 1);
            return content.Header.Depth == 16
                ? new PngPixels<ushort>(content, rows).Decode()
                : new PngPixels<byte>(content, rows).Decode();
        }
    }

    /// <summary>Reads the header and the chunks up to the first pixel.</summary>
    /// <exception cref="ImageFormatException">The data is not a PNG, or one of these chunks is corrupt.</exception>
    public static ImageInfo Identify(ReadOnlySpan<byte> file)
    {
        var content = PngContent.Read(file, lenient: true, headerOnly: true);
        var header = content.Header;
        return new(ImageFormat.Png, header.Width, header.Height, content.Channels, header.Depth == 16 ? 16 : 8, Exif.ReadOrientation(file));
    }

    /// <summary>Refuses a size over the limit, over the largest array, or larger than the compressed data can hold.</summary>
    private static void CheckSize(PngContent content, DecodeOptions options)
    {
        var header = content.Header;
        PixelLimit.Check("PNG", header.Width, header.Height, content.Channels, options, content.HeaderOffset);
        if (header.RowBytes(header.Width) >= Array.MaxLength - 1)
        {
            throw PixelLimit.FitsNoArray("PNG", header.Width, header.Height, content.HeaderOffset);
        }

        // Deflate expands two bits to at most 258 bytes.
        const int maxRatio = 1032;
        if (!options.Lenient && header.RawBytes() > (content.IdatBytes + 1) * maxRatio)
        {
            throw PixelLimit.CutShort("PNG", content.IdatBytes, header.Width, header.Height, content.HeaderOffset);
        }
    }
}
