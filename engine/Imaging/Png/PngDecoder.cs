namespace IlgpuGan.Imaging.Png;

/// <summary>Decodes every PNG of the specification (ISO/IEC 15948): all colour types and depths, interlaced or not. Thread-safe.</summary>
public static class PngDecoder
{
    /// <summary>
    /// Decodes to gray, gray and alpha, RGB, or RGB and alpha, [height, width, channels]. Depths of 1, 2 and 4 bits are widened to 8 bits
    /// at full scale; 16 bits stay 16 bits. Palettes are resolved (unless <see cref="DecodeOptions.KeepIndices"/>), and a transparent
    /// colour becomes alpha. Gamma and colour profiles are not applied. Ancillary chunks are ignored. A file
    /// whose pixels are all there is read even if its end, a checksum behind the compressed pixels or that of an ancillary chunk is missing
    /// or wrong (see <see cref="DecodeOptions.Remark"/>).
    /// </summary>
    /// <param name="file">The whole file, from its first byte.</param>
    /// <exception cref="ImageFormatException">The data is not a PNG, is corrupt, is cut short or is over the limit.</exception>
    public static unsafe Image Decode(ReadOnlySpan<byte> file, DecodeOptions? options = null)
    {
        options ??= DecodeOptions.Default;
        var content = PngContent.Read(file, options.Lenient, headerOnly: false);
        content.KeepsIndices = options.KeepIndices;
        CheckSize(content, options);
        Image image;
        fixed (byte* bytes = file)
        {
            try
            {
                image = Decode(content, new IdatStream(bytes, content.Idat), isRaw: false);
            }
            catch (ImageFormatException e) when (!options.Lenient && e.InnerException is InvalidDataException)
            {
                // The chunks' checksums are right, so the data is what the encoder wrote. Only the one behind it may be wrong or missing.
                if (DecodeRaw(content, new IdatStream(bytes, content.Idat)) is not { } raw)
                {
                    if (content.HasEnd)
                    {
                        throw;
                    }

                    throw new ImageFormatException("the PNG is cut short: its compressed data ends before the picture", e.Offset);
                }

                image = raw;
                if (content.HasEnd)
                {
                    content.Remarks.Add("the checksum behind its pixels is wrong, and all pixels are there");
                }
            }
        }

        if (!content.HasEnd && !options.Lenient)
        {
            content.Remarks.Add("its end (IEND) is missing or damaged, and all pixels are there");
        }

        content.Remarks.ForEach(remark => options.Remark?.Invoke(remark));
        return image;
    }

    private static Image Decode(PngContent content, IdatStream source, bool isRaw)
    {
        using var rows = new PngRows(source, content.Header, (int)content.Header.RowBytes(content.Header.Width) + 1, isRaw);
        return content.Header.Depth == 16
            ? new PngPixels<ushort>(content, rows).Decode()
            : new PngPixels<byte>(content, rows).Decode();
    }

    /// <summary>The picture without regard to the checksum behind it; null if the compressed data itself is damaged.</summary>
    private static Image? DecodeRaw(PngContent content, IdatStream source)
    {
        try
        {
            return Decode(content, source, isRaw: true);
        }
        catch (ImageFormatException)
        {
            return null;
        }
    }

    /// <summary>Reads the header and the chunks up to the first pixel.</summary>
    /// <exception cref="ImageFormatException">The data is not a PNG, or one of these chunks is corrupt.</exception>
    public static ImageInfo Identify(ReadOnlySpan<byte> file)
    {
        var content = PngContent.Read(file, lenient: true, headerOnly: true);
        var header = content.Header;
        return new ImageInfo
        {
            Format = ImageFormat.Png, Width = header.Width, Height = header.Height, Channels = content.Channels,
            BitsPerChannel = header.Depth == 16 ? 16 : 8, Orientation = Exif.ReadOrientation(file),
        };
    }

    /// <summary>The colours of the palette that a file's pixels are indices of, 0xRRGGBB each; null for other pixels.</summary>
    /// <param name="file">The whole file; its pixels are not decoded.</param>
    /// <exception cref="ImageFormatException">A chunk before the first pixel is corrupt.</exception>
    internal static int[]? PaletteOf(ReadOnlySpan<byte> file)
    {
        var content = PngContent.Read(file, lenient: true, headerOnly: true);
        return content.Header.Color != PngColor.Palette ? null
            : [.. content.Palette.Take(content.PaletteLength)
                .Select(c => (int)(((c & 0xFF) << 16) | (c & 0xFF00) | ((c >> 16) & 0xFF)))];
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
