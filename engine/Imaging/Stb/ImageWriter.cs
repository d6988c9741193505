using IlgpuGan.Imaging;
using IlgpuGan.Imaging.Jpeg;
using IlgpuGan.Imaging.Png;

namespace StbImageWriteSharp;

/// <summary>Channels of an image that is written; the values are their number.</summary>
public enum ColorComponents
{
    Grey = 1,
    GreyAlpha = 2,
    RedGreenBlue = 3,
    RedGreenBlueAlpha = 4,
}

/// <summary>Writes images of 8 bits a channel to streams, which are neither flushed nor closed.</summary>
public unsafe class ImageWriter
{
    private const int DefaultJpegQuality = 90;

    /// <summary>Writes a PNG.</summary>
    /// <param name="data">Rows from top to bottom, channels interleaved; what is behind them is ignored.</param>
    /// <exception cref="ArgumentException">The data is null or too short, or a side or the components are out of range.</exception>
    public void WritePng(byte[] data, int width, int height, ColorComponents components, Stream dest) =>
        WritePng(ToImage(data, width, height, components), dest);

    /// <inheritdoc cref="WritePng(byte[], int, int, ColorComponents, Stream)"/>
    public void WritePng(void* data, int width, int height, ColorComponents components, Stream dest) =>
        WritePng(ToImage(data, width, height, components), dest);

    /// <summary>Writes a JPEG of three components: 4:2:0 up to quality 90, 4:4:4 above; alpha is ignored.</summary>
    /// <param name="data">Rows from top to bottom, channels interleaved; what is behind them is ignored.</param>
    /// <param name="quality">1 to 100, beyond which it is clamped; 0 means 90.</param>
    /// <exception cref="ArgumentException">The data is null or too short, or a side or the components are out of range.</exception>
    public void WriteJpg(byte[] data, int width, int height, ColorComponents components, Stream dest, int quality) =>
        WriteJpg(ToImage(data, width, height, components), dest, quality);

    /// <inheritdoc cref="WriteJpg(byte[], int, int, ColorComponents, Stream, int)"/>
    public void WriteJpg(void* data, int width, int height, ColorComponents components, Stream dest, int quality) =>
        WriteJpg(ToImage(data, width, height, components), dest, quality);

    /// <summary>Not in this implementation, which writes PNG and JPEG.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public void WriteBmp(byte[] data, int width, int height, ColorComponents components, Stream dest) => throw NotSupported("BMP");

    /// <inheritdoc cref="WriteBmp(byte[], int, int, ColorComponents, Stream)"/>
    public void WriteBmp(void* data, int width, int height, ColorComponents components, Stream dest) => throw NotSupported("BMP");

    /// <inheritdoc cref="WriteBmp(byte[], int, int, ColorComponents, Stream)"/>
    public void WriteTga(byte[] data, int width, int height, ColorComponents components, Stream dest) => throw NotSupported("TGA");

    /// <inheritdoc cref="WriteBmp(byte[], int, int, ColorComponents, Stream)"/>
    public void WriteTga(void* data, int width, int height, ColorComponents components, Stream dest) => throw NotSupported("TGA");

    /// <inheritdoc cref="WriteBmp(byte[], int, int, ColorComponents, Stream)"/>
    public void WriteHdr(byte[] data, int width, int height, ColorComponents components, Stream dest) => throw NotSupported("HDR");

    private static NotSupportedException NotSupported(string format) => new($"{format} images are not supported, only PNG and JPEG");

    private static void WritePng(Image image, Stream dest)
    {
        var level = Math.Clamp(StbImageWrite.stbi_write_png_compression_level, 0, 9);
        int? filter = StbImageWrite.stbi_write_force_png_filter is >= 0 and <= 4 and var forced ? forced : null;
        var file = PngEncoder.Encode(image, level, filter);
        dest.Write(file, 0, file.Length);
    }

    private static void WriteJpg(Image image, Stream dest, int quality)
    {
        quality = quality == 0 ? DefaultJpegQuality : Math.Clamp(quality, 1, 100);
        var subsampling = quality <= DefaultJpegQuality ? ChromaSubsampling.Both : ChromaSubsampling.None;
        var file = JpegEncoder.Encode(image.ToChannels(3), quality, subsampling);
        dest.Write(file, 0, file.Length);
    }

    private static Image ToImage(byte[] data, int width, int height, ColorComponents components)
    {
        ArgumentNullException.ThrowIfNull(data);
        var length = Length(width, height, components);
        if (data.Length < length)
        {
            throw new ArgumentException(
                $"{data.Length} bytes are too few for {width}x{height} pixels of {(int)components} channels", nameof(data));
        }

        return Upright(new(width, height, (int)components, data.Length == length ? data : data[..length]));
    }

    private static Image ToImage(void* data, int width, int height, ColorComponents components) =>
        Upright(new(width, height, (int)components, new ReadOnlySpan<byte>(data, Length(width, height, components)).ToArray()));

    private static Image Upright(Image image) => StbImageWrite.FlipsVertically ? image.FlipVertically() : image;

    private static int Length(int width, int height, ColorComponents components)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (components is < ColorComponents.Grey or > ColorComponents.RedGreenBlueAlpha)
        {
            throw new ArgumentOutOfRangeException(nameof(components), components, "1 to 4 components can be written");
        }

        var length = (long)width * height * (int)components;
        return length <= Array.MaxLength
            ? (int)length
            : throw new ArgumentOutOfRangeException(nameof(width), width, $"{width}x{height} pixels are more than fit an array");
    }
}
