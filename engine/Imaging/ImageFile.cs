using IlgpuGan.Imaging.Bmp;
using IlgpuGan.Imaging.Gif;
using IlgpuGan.Imaging.Jpeg;
using IlgpuGan.Imaging.Png;
using IlgpuGan.Imaging.Pnm;
using IlgpuGan.Imaging.Tiff;
using IlgpuGan.Imaging.WebP;

namespace IlgpuGan.Imaging;

/// <summary>
/// Reads files of every <see cref="ImageFormat"/>: the content decides the format, not the name. Writes PNG, JPEG, lossless WebP and TIFF.
/// Thread-safe.
/// </summary>
public static class ImageFile
{
    /// <summary>
    /// Decodes a file as stored, without applying the EXIF orientation (see <see cref="LoadUpright(string, DecodeOptions?)"/>).
    /// </summary>
    /// <returns>[height, width, channels] as in the file: gray 1, gray and alpha 2, RGB 3, RGB and alpha 4; 8 or 16 bits.</returns>
    /// <exception cref="ImageFormatException">
    /// The file is of another format, corrupt, cut short or over the limit. The message names the file.
    /// </exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static Image Load(string path, DecodeOptions? options = null) => NamingFile(path, bytes => Load(bytes, options));

    /// <summary>The same from a stream, which is read to its end and left open.</summary>
    /// <exception cref="ImageFormatException">The bytes are of another format, corrupt, cut short or over the limit.</exception>
    public static Image Load(Stream stream, DecodeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return Load(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), options);
    }

    /// <summary>Writes an image to a stream, which is left open.</summary>
    /// <param name="image">The image.</param>
    /// <param name="stream">Where the bytes of the file go.</param>
    /// <param name="format">PNG, JPEG (quality 90), lossless WebP or TIFF.</param>
    /// <param name="metadata">Metadata to write, as far as the format can hold it.</param>
    /// <exception cref="NotSupportedException">The format is one that is only read.</exception>
    public static void Save(Image image, Stream stream, ImageFormat format, ImageMetadata? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(format switch
        {
            ImageFormat.Png => PngEncoder.Encode(image, metadata: metadata),
            ImageFormat.Jpeg => JpegEncoder.Encode(image, metadata: metadata),
            ImageFormat.WebP => WebPEncoder.Encode(image, metadata),
            ImageFormat.Tiff => TiffEncoder.Encode([image], metadata),
            _ => throw new NotSupportedException($"{format} is a format that is read and not written; choose Png, Jpeg, WebP or Tiff"),
        });
    }

    /// <summary>Writes an image to a file in the format of its extension: <c>.png</c>, <c>.jpg</c>, <c>.webp</c>, <c>.tif</c>.</summary>
    /// <exception cref="NotSupportedException">The extension is another.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static void Save(Image image, string path, ImageMetadata? metadata = null)
    {
        var format = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".png" => ImageFormat.Png,
            ".jpg" or ".jpeg" => ImageFormat.Jpeg,
            ".webp" => ImageFormat.WebP,
            ".tif" or ".tiff" => ImageFormat.Tiff,
            var other => throw new NotSupportedException($"{path}: images are written as .png, .jpg, .webp or .tif, not '{other}'"),
        };
        using var bytes = new MemoryStream();
        Save(image, bytes, format, metadata); // Before the file, which stays as it is if this fails.
        using var file = File.Create(path);
        bytes.WriteTo(file);
    }

    /// <summary>Decodes an image in memory.</summary>
    /// <exception cref="ImageFormatException">The bytes are of another format, corrupt, cut short or over the limit.</exception>
    public static Image Load(ReadOnlySpan<byte> file, DecodeOptions? options = null)
    {
        options ??= DecodeOptions.Default;
        var image = FormatOf(file) switch
        {
            ImageFormat.Png => PngDecoder.Decode(file, options),
            ImageFormat.Bmp => BmpDecoder.Decode(file, options),
            ImageFormat.Gif => GifDecoder.Decode(file, options),
            ImageFormat.Pnm => PnmDecoder.Decode(file, options),
            ImageFormat.Tiff => TiffDecoder.Decode(file, options),
            ImageFormat.WebP => WebPDecoder.Decode(file, options),
            _ => JpegDecoder.Decode(file, options),
        };
        RemarkOnColours(file, options);
        return image;
    }

    /// <summary>Decodes a file and applies its EXIF orientation.</summary>
    /// <inheritdoc cref="Load(string, DecodeOptions?)"/>
    public static Image LoadUpright(string path, DecodeOptions? options = null) => NamingFile(path, bytes => LoadUpright(bytes, options));

    /// <summary>Decodes an image in memory and applies its EXIF orientation.</summary>
    /// <inheritdoc cref="Load(ReadOnlySpan{byte}, DecodeOptions?)"/>
    public static Image LoadUpright(ReadOnlySpan<byte> file, DecodeOptions? options = null) =>
        Load(file, options).Orient(Exif.ReadOrientation(file));

    /// <summary>
    /// Decodes all channels and pages of a file, upright, as layers: images of one size. Only a TIFF with extra channels or several pages
    /// has more than one layer (see <see cref="TiffDecoder.DecodeLayers"/>).
    /// </summary>
    /// <inheritdoc cref="Load(string, DecodeOptions?)"/>
    public static IReadOnlyList<Image> LoadLayers(string path, DecodeOptions? options = null) =>
        NamingFile(path, bytes => LoadLayers(bytes, options));

    /// <inheritdoc cref="LoadLayers(string, DecodeOptions?)"/>
    public static IReadOnlyList<Image> LoadLayers(ReadOnlySpan<byte> file, DecodeOptions? options = null)
    {
        if (FormatOf(file) != ImageFormat.Tiff)
        {
            return [LoadUpright(file, options)];
        }

        RemarkOnColours(file, options);
        var orientation = Exif.ReadOrientation(file);
        return [.. TiffDecoder.DecodeLayers(file, options).Select(layer => layer.Orient(orientation))];
    }

    /// <summary>Whether a file is a TIFF whose layers (<see cref="TiffDecoder.DecodeLayers"/>) have so many channels together.</summary>
    /// <inheritdoc cref="TiffDecoder.HasChannels"/>
    internal static bool HasLayersOf(ReadOnlySpan<byte> file, int channels) =>
        TryFormatOf(file) == ImageFormat.Tiff && TiffDecoder.HasChannels(file, channels);

    /// <summary>
    /// The colours of the palette whose indices <see cref="DecodeOptions.KeepIndices"/> keeps, 0xRRGGBB each; null without one.
    /// </summary>
    /// <inheritdoc cref="Identify(ReadOnlySpan{byte})"/>
    internal static int[]? PaletteOf(ReadOnlySpan<byte> file)
    {
        return FormatOf(file) switch
        {
            ImageFormat.Png => PngDecoder.PaletteOf(file),
            ImageFormat.Bmp => Joined(BmpHeader.Parse(file).Palette),
            ImageFormat.Gif => Joined(GifFrame.Parse(file).Palette),
            ImageFormat.Tiff => TiffDecoder.PaletteOf(file),
            _ => null,
        };

        static int[]? Joined(byte[] palette) =>
            palette.Length == 0 ? null : [.. palette.Chunk(3).Select(colour => (colour[0] << 16) | (colour[1] << 8) | colour[2])];
    }

    /// <summary>Reads only the header of a file.</summary>
    /// <exception cref="ImageFormatException">
    /// The file is of another format, or its header is corrupt. The message names the file.
    /// </exception>
    public static ImageInfo Identify(string path) => NamingFile(path, bytes => Identify(bytes));

    /// <summary>Reads the header of an image in memory; the bytes before the first pixel are enough.</summary>
    /// <exception cref="ImageFormatException">The bytes are of another format, or the header is corrupt.</exception>
    public static ImageInfo Identify(ReadOnlySpan<byte> file) => FormatOf(file) switch
    {
        ImageFormat.Png => PngDecoder.Identify(file),
        ImageFormat.Bmp => BmpDecoder.Identify(file),
        ImageFormat.Gif => GifDecoder.Identify(file),
        ImageFormat.Pnm => PnmDecoder.Identify(file),
        ImageFormat.Tiff => TiffDecoder.Identify(file),
        ImageFormat.WebP => WebPDecoder.Identify(file),
        _ => JpegDecoder.Identify(file),
    };

    private static ImageFormat? TryFormatOf(ReadOnlySpan<byte> file) => file switch
    {
        _ when PngSignature.Matches(file) => ImageFormat.Png,
        _ when JpegMarker.StartsImage(file) => ImageFormat.Jpeg,
        _ when BmpHeader.StartsImage(file) => ImageFormat.Bmp,
        _ when GifFrame.StartsImage(file) => ImageFormat.Gif,
        _ when PnmHeader.StartsImage(file) => ImageFormat.Pnm,
        _ when TiffReader.StartsImage(file) && !ForeignFile.IsRawOfCanon(file) => ImageFormat.Tiff,
        _ when WebPFile.StartsImage(file) => ImageFormat.WebP,
        _ => default(ImageFormat?),
    };

    private static ImageFormat FormatOf(ReadOnlySpan<byte> file) => TryFormatOf(file)
        ?? throw (ForeignFile.Describe(file) is { } what
            ? new ImageFormatException(what)
            : new ImageFormatException("not a PNG or JPEG image, nor a BMP, GIF, PNM, TIFF or WebP", 0));

    private static void RemarkOnColours(ReadOnlySpan<byte> file, DecodeOptions? options)
    {
        if (options?.Remark is not { } remark)
        {
            return; // Nobody listens.
        }

        foreach (var odd in ImageMetadata.RemarksOnColours(file))
        {
            remark(odd);
        }
    }

    /// <summary>Reads all of a file.</summary>
    /// <exception cref="ImageFormatException">It is a pipe or a device, or the bytes are refused. The message names the file.</exception>
    internal static T NamingFile<T>(string path, Func<byte[], T> read) => Naming(path, () =>
    {
        // On Windows, others could neither replace nor delete the file meanwhile without these modes of sharing.
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        ImageFormatException.ThrowIf(!file.CanSeek, "is no ordinary file but a pipe or a device; save the picture as a file first");

        using var bytes = new MemoryStream((int)Math.Min(file.Length, Array.MaxLength));
        file.CopyTo(bytes);
        return read(bytes.Length == bytes.Capacity ? bytes.GetBuffer() : bytes.ToArray());
    });

    /// <summary>Lets the message of a refusal name the file.</summary>
    internal static T Naming<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ImageFormatException e)
        {
            throw e.InFile(path);
        }
    }
}
