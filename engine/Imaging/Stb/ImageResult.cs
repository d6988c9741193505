using IlgpuGan.Imaging;

namespace StbImageSharp;

/// <summary>A decoded image of 8 bits a channel.</summary>
public class ImageResult
{
    public int Width { get; set; }

    public int Height { get; set; }

    /// <summary>The channels of the file.</summary>
    public ColorComponents SourceComp { get; set; }

    /// <summary>The channels of <see cref="Data"/>.</summary>
    public ColorComponents Comp { get; set; }

    /// <summary>Rows from top to bottom, channels interleaved, no padding.</summary>
    public byte[] Data { get; set; } = [];

    /// <summary>
    /// Decodes a PNG or JPEG that begins at position 0 of a seekable stream; the stream is left behind the image and open.
    /// </summary>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The data can't be decoded (an <see cref="ImageFormatException"/>).</exception>
    /// <exception cref="NotSupportedException">The data is of another format, which the message names.</exception>
    public static ImageResult FromStream(Stream stream, ColorComponents requiredComponents = ColorComponents.Default) =>
        Create(StbDecoding.ReadAll(stream), requiredComponents);

    /// <summary>Decodes a PNG or JPEG.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The data can't be decoded (an <see cref="ImageFormatException"/>).</exception>
    /// <exception cref="NotSupportedException">The data is of another format, which the message names.</exception>
    public static ImageResult FromMemory(byte[] data, ColorComponents requiredComponents = ColorComponents.Default)
    {
        ArgumentNullException.ThrowIfNull(data, "buffer");
        return Create(data, requiredComponents);
    }

    /// <summary>Not in this implementation, which reads PNG and JPEG.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public static IEnumerable<AnimatedFrameResult> AnimatedGifFramesFromStream(
        Stream stream,
        ColorComponents requiredComponents = ColorComponents.Default) =>
        throw new NotSupportedException("GIF images are not supported, only PNG and JPEG");

    private static ImageResult Create(byte[] file, ColorComponents required)
    {
        var (image, sourceChannels) = StbDecoding.Decode(file, required);
        return new()
        {
            Width = image.Width,
            Height = image.Height,
            SourceComp = (ColorComponents)sourceChannels,
            Comp = (ColorComponents)image.Channels,
            Data = image.Bytes,
        };
    }
}

/// <summary>A frame of an animated image.</summary>
public class AnimatedFrameResult : ImageResult
{
    public int DelayInMs { get; set; }
}
