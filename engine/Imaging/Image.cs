namespace IlgpuGan.Imaging;

/// <summary>
/// A picture in memory: samples [height, width, channels], rows from top to bottom, channels interleaved, no padding. One channel is gray,
/// two are gray and alpha, three RGB, four RGB and alpha; alpha is not premultiplied. Any number of threads may read an image whose samples
/// nobody changes; no method changes them.
/// </summary>
public sealed class Image
{
    private readonly byte[]? _bytes;
    private readonly ushort[]? _words;

    /// <summary>An image of 8 bits a channel over <paramref name="samples"/>, which is kept, not copied.</summary>
    /// <exception cref="ArgumentException">
    /// A side or the number of channels is out of range, or the length is not their product.
    /// </exception>
    public Image(int width, int height, int channels, byte[] samples)
        : this(width, height, channels, samples.Length) => _bytes = samples;

    /// <summary>An image of 16 bits a channel over <paramref name="samples"/>, which is kept, not copied.</summary>
    /// <exception cref="ArgumentException">
    /// A side or the number of channels is out of range, or the length is not their product.
    /// </exception>
    public Image(int width, int height, int channels, ushort[] samples)
        : this(width, height, channels, samples.Length) => _words = samples;

    private Image(int width, int height, int channels, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, 4);
        if ((long)width * height * channels != length)
        {
            throw new ArgumentException(
                $"{length} samples given for an image of {width}x{height} with {channels} channels", nameof(length));
        }

        (Width, Height, Channels) = (width, height, channels);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>1 to 4.</summary>
    public int Channels { get; }

    /// <summary>8 or 16.</summary>
    public int BitsPerChannel => _words is null ? 8 : 16;

    public bool HasAlpha => Channels is 2 or 4;

    /// <summary>The samples of an 8-bit image.</summary>
    /// <exception cref="InvalidOperationException">The image has 16 bits a channel: convert it with <see cref="ToEightBits"/>.</exception>
    public byte[] Bytes => _bytes ?? throw new InvalidOperationException("the image has 16 bits a channel, not 8");

    /// <summary>The samples of a 16-bit image.</summary>
    /// <exception cref="InvalidOperationException">The image has 8 bits a channel: convert it with <see cref="ToSixteenBits"/>.</exception>
    public ushort[] Words => _words ?? throw new InvalidOperationException("the image has 8 bits a channel, not 16");

    /// <summary>This image, or its samples rounded to 8 bits (65535 becomes 255).</summary>
    public Image ToEightBits() => _words is null ? this : new(Width, Height, Channels, SampleDepth.ToEightBits(_words));

    /// <summary>This image, or its samples widened to 16 bits (255 becomes 65535).</summary>
    public Image ToSixteenBits() => _bytes is null ? this : new(Width, Height, Channels, SampleDepth.ToSixteenBits(_bytes));

    /// <summary>
    /// This image, or one with <paramref name="channels"/> channels: gray is replicated, colour becomes BT.601's luma
    /// (0.299 R + 0.587 G + 0.114 B, to the bit as in Pillow), missing alpha is opaque, surplus alpha is dropped without blending.
    /// </summary>
    public Image ToChannels(int channels) => ChannelConversion.Convert(this, channels);

    /// <summary>An image of the same layout with other sides, over samples of the same type as this one's.</summary>
    internal Image With<T>(int width, int height, T[] samples)
        where T : unmanaged => samples is byte[] eight
            ? new(width, height, Channels, eight)
            : new(width, height, Channels, (ushort[])(object)samples);
}
