namespace IlgpuGan.Imaging.Tiff;

/// <summary>
/// Decodes TIFF 6.0 and BigTIFF: strips and tiles, interleaved or planar samples, uncompressed, PackBits, LZW and Deflate; gray, RGB and
/// palettes of 1 to 8 bits, gray and RGB of 16 bits, 32-bit floats, any number of extra channels. Thread-safe.
/// </summary>
public static class TiffDecoder
{
    /// <summary>Limit of the samples per pixel of <see cref="DecodeOptions.MaxPixels"/>: as many as an image with alpha has.</summary>
    private const int SamplesPerPixel = 4;

    /// <summary>Row size of a tile, in bytes, that is accepted for any width of the picture.</summary>
    private const int WideRow = 1 << 20;

    private const string OnlyFirstPage = "only the first of its pages is read";
    private const string FurtherPages = "its further pages are left out: ";

    /// <summary>The tags of a picture's origin, which are EXIF's in other formats. Programs write shapes into descriptions.</summary>
    private static readonly TiffTag[] s_origin =
    [
        TiffTag.Make, TiffTag.Model, TiffTag.DateTime, TiffTag.Artist, TiffTag.Copyright, TiffTag.ExifDirectory, TiffTag.GpsDirectory,
    ];

    /// <summary>
    /// Decodes the first page as stored: gray or RGB [height, width, 1 or 3], with alpha one more; 8 or 16 bits. Extra channels are
    /// dropped. Floats from 0 to 1, or from SMinSampleValue to SMaxSampleValue if the file has them, become 0 to 65535. Palettes are
    /// resolved, unless <see cref="DecodeOptions.KeepIndices"/>. Premultiplied colours are divided by alpha.
    /// </summary>
    /// <param name="file">The whole file, from its first byte.</param>
    /// <exception cref="ImageFormatException">The data is not such a TIFF, is corrupt, is cut short or is over the limit.</exception>
    public static Image Decode(ReadOnlySpan<byte> file, DecodeOptions? options = null)
    {
        options ??= DecodeOptions.Default;
        var reader = new TiffReader(file);
        var directory = TiffDirectory.Read(reader, reader.FirstDirectory);
        var page = TiffPage.Parse(reader, directory);
        var image = Decode(file, reader, page, options, onlyFirst: true)[0];
        if (page.Samples > page.Colours + (page.HasAlpha ? 1 : 0))
        {
            options.Remark?.Invoke("only colours and transparency of its channels are read");
        }

        if (options.Remark is { } remark && RemarkOnPagesFrom(reader, directory.Next) is { } told)
        {
            remark(told);
        }

        return image;
    }

    /// <summary>
    /// Decodes all channels of all pages as layers, images of one size: for each page its colours and alpha, then its extra channels in
    /// images of three channels or one. Pages that are thumbnails or masks of others are skipped, and of pages of several sizes only the
    /// first is read.
    /// </summary>
    /// <inheritdoc cref="Decode(ReadOnlySpan{byte}, DecodeOptions?)"/>
    public static IReadOnlyList<Image> DecodeLayers(ReadOnlySpan<byte> file, DecodeOptions? options = null)
    {
        options ??= DecodeOptions.Default;
        var reader = new TiffReader(file);
        var pages = Pages(reader, options.Lenient, options.Remark);
        Int128 samples = 0;
        if (pages.Count > 1)
        {
            options.Remark?.Invoke($"its {pages.Count} pages are read as channels of one picture");
        }

        foreach (var page in pages)
        {
            samples += (Int128)page.Width * page.Height * page.Samples;
        }

        if (samples > (Int128)options.MaxPixels * SamplesPerPixel)
        {
            throw new ImageFormatException(
                $"the TIFF has {samples} samples, more than the {SamplesPerPixel} a pixel of the limit of {options.MaxPixels}");
        }

        var layers = new List<Image>();
        foreach (var page in pages)
        {
            layers.AddRange(Decode(file, reader, page, options, onlyFirst: false));
        }

        return layers;
    }

    /// <summary>Reads the first directory.</summary>
    /// <exception cref="ImageFormatException">The data is not a supported TIFF, or ends within its directory.</exception>
    public static ImageInfo Identify(ReadOnlySpan<byte> file)
    {
        var page = First(new TiffReader(file));
        return new ImageInfo
        {
            Format = ImageFormat.Tiff, Width = page.Width, Height = page.Height, Channels = page.Channels(keepsIndices: false),
            BitsPerChannel = page.DecodedBits, Orientation = page.Orientation,
        };
    }

    /// <summary>The colours of the palette that the first page's pixels are indices of, 0xRRGGBB each; null for other pixels.</summary>
    /// <inheritdoc cref="Identify"/>
    internal static int[]? PaletteOf(ReadOnlySpan<byte> file)
    {
        var palette = First(new TiffReader(file)).Palette;
        var colours = palette.Length / 3;
        return colours == 0 ? null
            : [.. Enumerable.Range(0, colours).Select(i => (Level(i) << 16) | (Level(colours + i) << 8) | Level((2 * colours) + i))];

        int Level(int place) => (byte)(palette[place] >> 8);
    }

    /// <summary>Whether the layers of <see cref="DecodeLayers"/> have so many channels together, by the directories alone.</summary>
    /// <inheritdoc cref="Identify"/>
    internal static bool HasChannels(ReadOnlySpan<byte> file, int channels)
    {
        // One page more than there can be is enough to say no: directories may share long lists of strips.
        var pages = Pages(new TiffReader(file), lenient: true, remark: null, most: channels + 1);
        return pages.Sum(page => (long)page.AllChannels) == channels;
    }

    /// <summary>Colour profile and density of the first page.</summary>
    /// <inheritdoc cref="Identify"/>
    internal static ImageMetadata ReadMetadata(ReadOnlySpan<byte> file)
    {
        var reader = new TiffReader(file);
        var tags = TiffDirectory.Read(reader, reader.FirstDirectory);
        var unit = tags.Number(reader, TiffTag.ResolutionUnit, 2);
        var scale = unit == 3 ? 2.54 : 1;
        var (x, y) = (tags.Real(reader, TiffTag.XResolution, 0), tags.Real(reader, TiffTag.YResolution, 0));
        string?[] unread =
        [
            Array.Exists(s_origin, tags.Has) ? "EXIF is not read from TIFF files, nor is what they say of camera, date and author" : null,
            tags.Has(TiffTag.GeoKeyDirectory) ? "its georeference, the place on the earth, is not kept" : null,
        ];
        return ImageMetadata.Of(
            [], tags.Raw(reader, TiffTag.IccProfile), new(x * scale, y * scale, IsRatio: unit == 1), [.. unread.OfType<string>()]);
    }

    private static List<Image> Decode(ReadOnlySpan<byte> file, TiffReader reader, TiffPage page, DecodeOptions options, bool onlyFirst)
    {
        var channels = Math.Max(SamplesPerPixel, onlyFirst ? 1 : page.Samples);
        PixelLimit.Check("TIFF", page.Width, page.Height, channels, options, page.Offset);
        if (page.RowBytes(page.ChunkWidth) > Math.Max(WideRow, 4 * Math.Min(page.RowBytes(page.Width), Array.MaxLength / 32)))
        {
            throw new ImageFormatException(
                $"the TIFF has rows of {page.ChunkWidth} pixels of {page.Samples} samples, more than are decoded", page.Offset);
        }

        var counts = page.Counts.Aggregate((Int128)0, (sum, count) => sum + count);
        var packed = (long)Int128.Min(counts, file.Length);
        var needed = page.RowBytes(page.Width) * page.Height * (page.IsPlanar ? page.Samples : 1);
        if (counts > file.Length + (2 * (Int128)needed))
        {
            // Strips and tiles may share bytes, but not so many that rereading them dominates the work.
            throw new ImageFormatException($"the TIFF's strips or tiles have {counts} bytes, and the file has {file.Length}", page.Offset);
        }

        if (!options.Lenient && needed > TiffDecompressor.MaxBytes(page.Compression, packed))
        {
            throw PixelLimit.CutShort("TIFF", packed, page.Width, page.Height, page.Offset);
        }

        return page.DecodedBits == 8
            ? new TiffPixels<byte>(page, options, onlyFirst).Decode(file, reader.LittleEndian)
            : new TiffPixels<ushort>(page, options, onlyFirst).Decode(file, reader.LittleEndian);
    }

    private static TiffPage First(TiffReader reader) => TiffPage.Parse(reader, TiffDirectory.Read(reader, reader.FirstDirectory));

    /// <summary>The first page, and all others that are not thumbnails or masks; of pages of several sizes only the first.</summary>
    /// <exception cref="ImageFormatException">The first page is damaged, or the pages lead in a circle.</exception>
    private static List<TiffPage> Pages(TiffReader reader, bool lenient, Action<string>? remark, int most = int.MaxValue)
    {
        var pages = new List<TiffPage>();
        var bytes = 0L;
        for (var offset = reader.FirstDirectory; offset != 0 && pages.Count < most;)
        {
            try
            {
                var directory = TiffDirectory.Read(reader, offset);
                bytes += directory.Bytes;
                if (bytes > reader.Length)
                {
                    break; // Directories that form a cycle or overlap have more bytes in total than the file.
                }

                var page = TiffPage.Parse(reader, directory);
                if (pages.Count == 0 || !page.IsAuxiliary)
                {
                    pages.Add(page);
                }

                offset = directory.Next;
            }
            catch (ImageFormatException e) when (pages.Count > 0)
            {
                remark?.Invoke(FurtherPages + e.Reason);
                break;
            }
        }

        if (bytes > reader.Length && !lenient)
        {
            throw new ImageFormatException("the TIFF's directories lead in a circle", reader.FirstDirectory);
        }

        ImageFormatException.ThrowIf(pages.Count == 0, "the TIFF has no picture", 4);
        if (pages.Exists(page => (page.Width, page.Height) != (pages[0].Width, pages[0].Height)))
        {
            pages.RemoveRange(1, pages.Count - 1);
            remark?.Invoke($"{OnlyFirstPage}, since they differ in size");
        }

        return pages;
    }

    /// <summary>A remark on the pages from this place of the chain on; null if there are only thumbnails and masks.</summary>
    private static string? RemarkOnPagesFrom(TiffReader reader, long offset)
    {
        try
        {
            for (var bytes = 0L; offset != 0 && bytes <= reader.Length;)
            {
                var directory = TiffDirectory.Read(reader, offset);
                if (!TiffPage.Parse(reader, directory).IsAuxiliary)
                {
                    return OnlyFirstPage;
                }

                (bytes, offset) = (bytes + directory.Bytes, directory.Next);
            }
        }
        catch (ImageFormatException e)
        {
            return FurtherPages + e.Reason;
        }

        return null;
    }
}
