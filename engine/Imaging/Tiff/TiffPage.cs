namespace IlgpuGan.Imaging.Tiff;

internal enum TiffColor
{
    WhiteIsZero = 0,
    BlackIsZero = 1,
    Rgb = 2,
    Palette = 3,
}

internal enum TiffCompression
{
    None = 1,
    Lzw = 5,
    Deflate = 8,
    PackBits = 32773,
    OldDeflate = 32946,
}

internal enum TiffPredictor
{
    None = 1,

    /// <summary>Horizontal differencing: samples are differences from their left neighbour.</summary>
    Differences = 2,

    /// <summary>Horizontal differencing of floats' bytes, grouped by significance.</summary>
    FloatingPoint = 3,
}

/// <summary>The storage of one picture of a TIFF. Everything is validated except the compressed data.</summary>
internal sealed class TiffPage
{
    private const int SeparatePlanes = 2;
    private const int ReversedBits = 2;
    private const int FloatFormat = 3;
    private const int ReducedOrMask = 0b101;

    /// <summary>A tile may be wider than the picture, but not so much that most of the work is wasted.</summary>
    private const int WideTile = 4096;

    public required long Offset { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    /// <summary>Samples of a pixel as stored.</summary>
    public required int Samples { get; init; }

    /// <summary>Bits of a sample: 1, 2, 4, 8, 16, or 32 for floats.</summary>
    public required int Bits { get; init; }

    public required TiffColor Color { get; init; }

    public required TiffCompression Compression { get; init; }

    public required TiffPredictor Predictor { get; init; }

    /// <summary>Whether samples are stored in separate planes.</summary>
    public required bool IsPlanar { get; init; }

    /// <summary>Whether a byte's first pixel is in its lowest bits (FillOrder 2).</summary>
    public required bool HasReversedBits { get; init; }

    /// <summary>Whether the sample after the colours is alpha.</summary>
    public required bool HasAlpha { get; init; }

    /// <summary>Whether colours are premultiplied by alpha.</summary>
    public required bool IsPremultiplied { get; init; }

    public required Orientation Orientation { get; init; }

    /// <summary>Whether the page is a thumbnail or a mask of another page.</summary>
    public required bool IsAuxiliary { get; init; }

    /// <summary>The floats that map to 0 and to full brightness.</summary>
    public required (double Low, double High) Range { get; init; }

    /// <summary>Red of all colours, then green, then blue, 16 bits each.</summary>
    public required long[] Palette { get; init; }

    /// <summary>Columns of a strip or a tile.</summary>
    public required int ChunkWidth { get; init; }

    /// <summary>Rows of a strip or a tile, at most those of the picture.</summary>
    public required int ChunkHeight { get; init; }

    /// <summary>The offset of each strip or tile: left to right, then top to bottom, then by plane.</summary>
    public required long[] Offsets { get; init; }

    /// <summary>Bytes of each strip or tile.</summary>
    public required long[] Counts { get; init; }

    /// <summary>Interleaved samples in a chunk: those of a pixel, or 1 in separate planes.</summary>
    public int ChunkSamples => IsPlanar ? 1 : Samples;

    /// <summary>Colour samples of a pixel: 3, or 1 for gray and for indices.</summary>
    public int Colours => Color == TiffColor.Rgb ? 3 : 1;

    /// <summary>Bits of a decoded sample.</summary>
    public int DecodedBits => Bits <= 8 ? 8 : 16;

    /// <summary>Channels of the decoded picture: colours and alpha.</summary>
    public int Channels(bool keepsIndices) => Color == TiffColor.Palette && !keepsIndices ? 3 : Colours + (HasAlpha ? 1 : 0);

    /// <summary>Channels of all layers of the page.</summary>
    public int AllChannels => Channels(keepsIndices: false) + Samples - Colours - (HasAlpha ? 1 : 0);

    /// <summary>Bytes of a stored row of <paramref name="width"/> pixels.</summary>
    public long RowBytes(long width) => ((width * ChunkSamples * Bits) + 7) / 8;

    /// <exception cref="ImageFormatException">A tag is missing, invalid or unsupported.</exception>
    public static TiffPage Parse(TiffReader file, TiffDirectory tags)
    {
        if (tags.Offset == file.FirstDirectory && (tags.Has(TiffTag.DngVersion)
            || (tags.Has(TiffTag.SubIfds) && (tags.Number(file, TiffTag.NewSubfileType, 0) & 1) != 0)))
        {
            throw new ImageFormatException(ForeignFile.RawOfCamera, tags.Offset);
        }

        var (width, height) = (tags.Number(file, TiffTag.ImageWidth, 0), tags.Number(file, TiffTag.ImageLength, 0));
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
        {
            throw new ImageFormatException($"a TIFF can't have {width}x{height} pixels", tags.Offset);
        }

        var samples = tags.Number(file, TiffTag.SamplesPerPixel, 1);
        if (samples is 0 or > ushort.MaxValue)
        {
            throw new ImageFormatException($"a TIFF can't have {samples} samples a pixel", tags.Offset);
        }

        var bits = Uniform(file, tags, TiffTag.BitsPerSample, samples, otherwise: 1);
        var format = Uniform(file, tags, TiffTag.SampleFormat, samples, otherwise: 1);
        var color = (TiffColor)tags.Number(
            file, TiffTag.PhotometricInterpretation, samples < 3 ? (long)TiffColor.BlackIsZero : (long)TiffColor.Rgb);
        Require(
            color is >= TiffColor.WhiteIsZero and <= TiffColor.Palette, $"photometric interpretation {(int)color} ({NameOf(color)})", tags);
        Require(
            (format is 1 or 4 && bits is 1 or 2 or 4 or 8 or 16) || (format == FloatFormat && bits == 32),
            $"samples of {bits} bits and format {format}", tags);
        Require(color != TiffColor.Palette || bits <= 8, $"a palette of {bits} bits", tags);
        if (color == TiffColor.Rgb && samples < 3)
        {
            throw new ImageFormatException($"the TIFF has {samples} samples a pixel, too few for its colours", tags.Offset);
        }

        var compression = (TiffCompression)tags.Number(file, TiffTag.Compression, (long)TiffCompression.None);
        Require(Enum.IsDefined(compression), $"compression {(int)compression} ({NameOf((int)compression)})", tags);
        var predictor = (TiffPredictor)tags.Number(file, TiffTag.Predictor, (long)TiffPredictor.None);
        var predicted = compression is TiffCompression.Lzw or TiffCompression.Deflate or TiffCompression.OldDeflate;
        Require(
            !predicted || predictor == TiffPredictor.None || (predictor == TiffPredictor.Differences && bits >= 8)
            || (predictor == TiffPredictor.FloatingPoint && bits == 32),
            $"predictor {(int)predictor} of {bits} bits", tags);
        var planar = tags.Number(file, TiffTag.PlanarConfiguration, 1) == SeparatePlanes;
        var extras = tags.Numbers(file, TiffTag.ExtraSamples, 1);
        var colours = color == TiffColor.Rgb ? 3 : 1;
        var alpha = color != TiffColor.Palette && samples > colours
            && (extras.Length > 0 ? extras[0] is 1 or 2 : color == TiffColor.Rgb && samples == 4);
        var orientation = tags.Number(file, TiffTag.Orientation, 1);
        var (chunkWidth, chunkHeight, offsets, counts) = Chunks(file, tags, width, height, planar ? samples : 1);
        return new()
        {
            Offset = tags.Offset,
            Width = (int)width,
            Height = (int)height,
            Samples = (int)samples,
            Bits = (int)bits,
            Color = color,
            Compression = compression,
            Predictor = predicted ? predictor : TiffPredictor.None,
            IsPlanar = planar,
            HasReversedBits = tags.Number(file, TiffTag.FillOrder, 1) == ReversedBits,
            HasAlpha = alpha,
            IsPremultiplied = alpha && extras is [1, ..],
            Orientation = orientation is >= 1 and <= 8 ? (Orientation)orientation : Orientation.Normal,
            IsAuxiliary = (tags.Number(file, TiffTag.NewSubfileType, 0) & ReducedOrMask) != 0,
            Range = bits == 32
                ? (tags.Real(file, TiffTag.SMinSampleValue, 0), tags.Real(file, TiffTag.SMaxSampleValue, 1))
                : (0, 1),
            Palette = color == TiffColor.Palette ? PaletteOf(file, tags, (int)bits) : [],
            ChunkWidth = (int)chunkWidth,
            ChunkHeight = (int)chunkHeight,
            Offsets = offsets,
            Counts = counts,
        };
    }

    /// <summary>The size of the strips or tiles, their offsets and byte counts.</summary>
    private static (long Width, long Height, long[] Offsets, long[] Counts) Chunks(
        TiffReader file, TiffDirectory tags, long width, long height, long planes)
    {
        var tiled = tags.Has(TiffTag.TileWidth);
        var chunkWidth = tiled ? tags.Number(file, TiffTag.TileWidth, 0) : width;
        var chunkHeight = Math.Min(
            tiled ? tags.Number(file, TiffTag.TileLength, 0) : tags.Number(file, TiffTag.RowsPerStrip, height), height);
        if (chunkWidth is 0 or > int.MaxValue || chunkHeight == 0 || chunkWidth > Math.Max(WideTile, 2 * width))
        {
            throw new ImageFormatException($"the TIFF has strips or tiles of {chunkWidth}x{chunkHeight} pixels", tags.Offset);
        }

        var across = (width + chunkWidth - 1) / chunkWidth;
        var down = (height + chunkHeight - 1) / chunkHeight;
        if (across * down > int.MaxValue)
        {
            throw new ImageFormatException($"the TIFF has {across * down} strips or tiles", tags.Offset);
        }

        var count = across * down * planes;
        var offsets = tags.Numbers(file, tiled ? TiffTag.TileOffsets : TiffTag.StripOffsets, count);
        var counts = tags.Numbers(file, tiled ? TiffTag.TileByteCounts : TiffTag.StripByteCounts, count);
        if (counts.Length == 0 && offsets is [var only])
        {
            counts = [Math.Max(0, file.Length - only)];
        }

        return offsets.Length == count && counts.Length == count
            ? (chunkWidth, chunkHeight, offsets, counts)
            : throw new ImageFormatException(
                $"the TIFF says where {Math.Min(offsets.Length, counts.Length)} of its {count} strips or tiles are", tags.Offset);
    }

    private static long[] PaletteOf(TiffReader file, TiffDirectory tags, int bits)
    {
        var count = 3 << bits;
        var palette = tags.Numbers(file, TiffTag.ColorMap, count);
        return palette.Length == count
            ? palette
            : throw new ImageFormatException($"the TIFF's palette has {palette.Length / 3} of {1 << bits} colours", tags.Offset);
    }

    /// <summary>The value of a tag that must be equal for all samples.</summary>
    private static long Uniform(TiffReader file, TiffDirectory tags, TiffTag tag, long samples, long otherwise)
    {
        var values = tags.Numbers(file, tag, samples);
        Require(values.All(v => v == values[0]), $"samples of different kinds ({tag} {string.Join(", ", values.Take(8))})", tags);
        return values.Length > 0 ? values[0] : otherwise;
    }

    private static void Require(bool supported, string what, TiffDirectory tags)
    {
        if (!supported)
        {
            throw new ImageFormatException($"a TIFF with {what} is not supported", tags.Offset);
        }
    }

    private static string NameOf(TiffColor color) => (int)color switch
    {
        4 => "mask",
        5 => "CMYK",
        6 => "YCbCr",
        8 or 9 or 10 => "CIELab",
        32803 => "colour filters",
        _ => "unknown",
    };

    private static string NameOf(int compression) => compression switch
    {
        2 or 3 or 4 => "fax",
        6 or 7 => "JPEG",
        34712 => "JPEG 2000",
        34925 => "LZMA",
        50000 => "Zstandard",
        50001 => "WebP",
        _ => "unknown",
    };
}
