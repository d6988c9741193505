using IlgpuGan.Imaging;

namespace IlgpuGan.Models.Data;

/// <summary>
/// A picture with any number of channels, stored as layers of at most four channels. Up to four channels it is a single image. Never
/// changed by this library: any number of threads may read it.
/// </summary>
public sealed class Picture
{
    private readonly Image[] _layers;

    public Picture(params Image[] layers)
    {
        if (layers.Length == 0 || layers.Any(l => l.Width != layers[0].Width || l.Height != layers[0].Height))
        {
            throw new ArgumentException("a picture needs layers of one size", nameof(layers));
        }

        _layers = layers;
    }

    public static implicit operator Picture(Image image) => new(image);

    public int Width => _layers[0].Width;

    public int Height => _layers[0].Height;

    public int Channels => _layers.Sum(l => l.Channels);

    internal IReadOnlyList<Image> Layers => _layers;

    /// <summary>The colours of a file's palette, 0xRRGGBB each, if the picture holds its indices; otherwise null.</summary>
    internal IReadOnlyList<int>? Palette { get; init; }

    /// <summary>
    /// The picture with the number of channels that a network reads: gray is replicated, colour is converted to luma, alpha is added
    /// (opaque) or dropped, with fully transparent pixels white (<see cref="HiddenColours"/>).
    /// </summary>
    /// <exception cref="PictureException">the picture has, or should have, more than four channels, and the numbers differ</exception>
    public Picture ToChannels(int channels, string file)
    {
        if (PictureRemarks.AreHeard && HidesColours(channels) && HiddenColours.RemarkOn(this) is { } remark)
        {
            PictureRemarks.Add(file, remark);
        }

        return channels == Channels ? this
            : _layers.Length == 1 && channels <= 4 ? Converted(channels)
            : throw new PictureException($"{file}: has {Counted.Of(Channels, "channel")}, but {channels} are asked for" +
                (NpyFile.RemarkOn(this, file) is { } order ? $"; it {order}" : ""));
    }

    /// <summary>The same for a picture of one layer, without a remark on what is lost.</summary>
    internal Picture Converted(int channels) =>
        new((HidesColours(channels) ? HiddenColours.Whitened(_layers[0]) : _layers[0]).ToChannels(channels));

    /// <summary>Whether its alpha is dropped if it is read with so many channels.</summary>
    internal bool HidesColours(int channels) => channels is 1 or 3 && _layers is [{ HasAlpha: true }];

    /// <summary>One of the channels of a picture of 8 bits, as a gray picture.</summary>
    internal Picture Channel(int index)
    {
        var image = _layers[0].ToEightBits();
        return new Image(Width, Height, 1, [.. image.Bytes.Chunk(image.Channels).Select(pixel => pixel[index])]);
    }

    public Picture Resize(int width, int height) => Resize(width, height, ResizeFilter.Bicubic);

    internal Picture Resize(int width, int height, ResizeFilter filter) =>
        (width, height) == (Width, Height) ? this : Each(l => l.Resize(width, height, filter));

    /// <summary>The rectangle of so many pixels at (x, y).</summary>
    /// <exception cref="ArgumentOutOfRangeException">the rectangle is empty or leaves the picture</exception>
    public Picture Crop(int x, int y, int width, int height) =>
        (x, y, width, height) == (0, 0, Width, Height) ? this : Each(l => l.Crop(x, y, width, height));

    public Picture FlipHorizontally() => Each(l => l.FlipHorizontally());

    internal Picture ToEightBits() => Each(l => l.ToEightBits());

    /// <summary>Writes the picture as [C, H, W] in [−1, 1].</summary>
    public void CopyTo(Span<float> planes)
    {
        foreach (var layer in _layers)
        {
            var taken = layer.Channels * Width * Height;
            if (layer.BitsPerChannel == 8)
            {
                Deinterleave(layer.Bytes, layer.Channels, SampleScale.OfBytes, planes[..taken]);
            }
            else
            {
                Deinterleave(layer.Words, layer.Channels, planes[..taken]);
            }

            planes = planes[taken..];
        }
    }

    private Picture Each(Func<Image, Image> change) => new(Array.ConvertAll(_layers, l => change(l))) { Palette = Palette };

    private static void Deinterleave(ReadOnlySpan<byte> samples, int channels, ReadOnlySpan<float> scale, Span<float> planes)
    {
        var pixels = samples.Length / channels;
        for (var c = 0; c < channels; c++)
        {
            var plane = planes.Slice(c * pixels, pixels);
            for (int i = 0, s = c; i < plane.Length; i++, s += channels)
            {
                plane[i] = scale[samples[s]];
            }
        }
    }

    private static void Deinterleave(ReadOnlySpan<ushort> samples, int channels, Span<float> planes)
    {
        var pixels = samples.Length / channels;
        for (var c = 0; c < channels; c++)
        {
            var plane = planes.Slice(c * pixels, pixels);
            for (int i = 0, s = c; i < plane.Length; i++, s += channels)
            {
                plane[i] = SampleScale.OfWord(samples[s]);
            }
        }
    }
}
