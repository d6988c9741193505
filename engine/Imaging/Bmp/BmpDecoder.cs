namespace IlgpuGan.Imaging.Bmp;

/// <summary>
/// Decodes BMP of OS/2 and Windows with any header version: palettes of 1 to 8 bits, plain or run-length compressed, and 16, 24 and 32 bits
/// with any masks.
/// </summary>
internal static class BmpDecoder
{
    /// <summary>
    /// Decodes to RGB [height, width, 3], to RGB and alpha if there is a mask for alpha, or to gray [height, width, 1] if the palette is a
    /// ramp of grays or black and white. Palettes are resolved, unless <see cref="DecodeOptions.KeepIndices"/>. Colours of fewer than 8
    /// bits are widened to full scale, rounded down.
    /// </summary>
    /// <param name="file">The whole file, from its first byte.</param>
    /// <exception cref="ImageFormatException">The data is not such a BMP, is corrupt, is cut short or is over the limit.</exception>
    public static Image Decode(ReadOnlySpan<byte> file, DecodeOptions? options = null)
    {
        options ??= DecodeOptions.Default;
        var header = BmpHeader.Parse(file);
        var channels = header.Channels(options.KeepIndices);
        PixelLimit.Check("BMP", header.Width, header.Height, channels, options, BmpHeader.SizeOffset);
        var data = file[(int)Math.Min(header.PixelOffset, (uint)file.Length)..];
        if (!options.Lenient && MaxPixelBytes(header, data.Length) < MinPixelBytes(header))
        {
            throw PixelLimit.CutShort("BMP", data.Length, header.Width, header.Height, BmpHeader.SizeOffset);
        }

        if (header.FileBytes > file.Length)
        {
            options.Remark?.Invoke(PixelLimit.ShorterThanStated);
        }

        var samples = new byte[header.Width * header.Height * channels];
        if (!header.HasPalette)
        {
            ReadColours(header, data, samples, channels);
            return new(header.Width, header.Height, channels, samples);
        }

        var indices = channels == 1 ? samples : new byte[header.Width * header.Height];
        if (header.IsRunLength)
        {
            ReadRuns(header, data, indices, options.Lenient);
        }
        else
        {
            ReadIndices(header, data, indices);
        }

        if (!options.KeepIndices)
        {
            ApplyPalette(header, indices, samples, channels, options.Lenient);
        }

        return new(header.Width, header.Height, channels, samples);
    }

    /// <summary>Reads the headers.</summary>
    /// <exception cref="ImageFormatException">The data is not a supported BMP, or ends within its headers.</exception>
    public static ImageInfo Identify(ReadOnlySpan<byte> file)
    {
        var header = BmpHeader.Parse(file);
        return new ImageInfo
        {
            Format = ImageFormat.Bmp, Width = header.Width, Height = header.Height, Channels = header.Channels(keepsIndices: false),
            BitsPerChannel = 8, Orientation = Orientation.Normal,
        };
    }

    /// <summary>The largest size of the rows, in bytes, that <paramref name="dataBytes"/> bytes can encode.</summary>
    private static long MaxPixelBytes(BmpHeader header, long dataBytes) =>
        header.IsRunLength ? dataBytes / 2 * BmpRuns.MaxRun : dataBytes;

    /// <summary>The size of the rows in the same unit, without the last one's padding: compressed pixels count one byte each.</summary>
    private static long MinPixelBytes(BmpHeader header) => header.IsRunLength
        ? (long)header.Width * header.Height
        : ((header.Height - 1) * header.Stride) + header.RowBytes;

    /// <summary>The stored bytes of a row; empty if the file ends before it.</summary>
    private static ReadOnlySpan<byte> Row(BmpHeader header, ReadOnlySpan<byte> data, int y)
    {
        var start = header.Stride * (header.TopDown ? y : header.Height - 1 - y);
        return start + header.RowBytes <= data.Length ? data.Slice((int)start, (int)header.RowBytes) : [];
    }

    private static void ReadColours(BmpHeader header, ReadOnlySpan<byte> data, Span<byte> samples, int channels)
    {
        var length = header.Width * channels;
        var bytes = header.BitsPerPixel / 8;
        for (var y = 0; y < header.Height; y++)
        {
            var target = samples.Slice(y * length, length);
            for (var row = Row(header, data, y); !row.IsEmpty; row = row[bytes..], target = target[channels..])
            {
                if (header.Fields.Length == 0)
                {
                    (target[0], target[1], target[2]) = (row[2], row[1], row[0]);
                    continue;
                }

                var pixel = bytes == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(row) : BinaryPrimitives.ReadUInt32LittleEndian(row);
                for (var c = 0; c < channels; c++)
                {
                    target[c] = header.Fields[c].Of(pixel);
                }
            }
        }
    }

    private static void ReadIndices(BmpHeader header, ReadOnlySpan<byte> data, Span<byte> indices)
    {
        var bits = header.BitsPerPixel;
        var mask = (1 << bits) - 1;
        for (var y = 0; y < header.Height; y++)
        {
            var row = Row(header, data, y);
            var target = indices.Slice(y * header.Width, row.IsEmpty ? 0 : header.Width);
            for (var x = 0; x < target.Length; x++)
            {
                var bit = (long)x * bits;
                target[x] = (byte)((row[(int)(bit / 8)] >> (8 - bits - (int)(bit % 8))) & mask);
            }
        }
    }

    private static void ReadRuns(BmpHeader header, ReadOnlySpan<byte> data, Span<byte> indices, bool lenient)
    {
        if (!BmpRuns.Decode(data, header.Compression == BmpCompression.RunLength4, indices, header.Width) && !lenient)
        {
            throw new ImageFormatException("the BMP is cut short: its compressed data ends before the picture", header.PixelOffset);
        }

        for (int upper = 0, lower = header.Height - 1; upper < lower; upper++, lower--)
        {
            var above = indices.Slice(upper * header.Width, header.Width);
            var below = indices.Slice(lower * header.Width, header.Width);
            for (var x = 0; x < above.Length; x++)
            {
                (above[x], below[x]) = (below[x], above[x]);
            }
        }
    }

    /// <summary>Converts indices to colours or grays. For one channel, source and target may be the same array.</summary>
    private static void ApplyPalette(BmpHeader header, ReadOnlySpan<byte> indices, Span<byte> samples, int channels, bool lenient)
    {
        var palette = header.Palette.AsSpan();
        for (var i = 0; i < indices.Length; i++)
        {
            var entry = 3 * indices[i];
            var target = samples.Slice(i * channels, channels);
            if (entry < palette.Length)
            {
                palette.Slice(entry, channels).CopyTo(target);
            }
            else if (lenient)
            {
                target.Clear();
            }
            else
            {
                throw new ImageFormatException(
                    $"a BMP pixel's index is beyond its palette of {palette.Length / 3} colours", header.PixelOffset);
            }
        }
    }
}
