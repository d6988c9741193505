using IlgpuGan.Imaging.Resampling;

namespace IlgpuGan.Imaging;

/// <summary>Resizes images and planes of floats, to the same samples as Pillow's <c>resize</c>.</summary>
public static class ImageResizing
{
    /// <summary>
    /// Resizes the image to <paramref name="width"/> by <paramref name="height"/>; returns it unchanged if it has that size. 8-bit samples
    /// are rounded between the horizontal and the vertical pass, as in Pillow; 16-bit samples only at the end. Colours are weighted by
    /// alpha.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is not positive.</exception>
    public static Image Resize(this Image image, int width, int height, ResizeFilter filter = ResizeFilter.Bicubic)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (width == image.Width && height == image.Height)
        {
            return image;
        }

        if (filter == ResizeFilter.Nearest)
        {
            return NearestResampler.Resize(image, width, height);
        }

        if (image.BitsPerChannel == 16)
        {
            return WordResampler.Resize(image, width, height, filter);
        }

        if (!image.HasAlpha)
        {
            return image.With(
                width, height, ByteResampler.Resize(image.Bytes, image.Width, image.Height, image.Channels, width, height, filter));
        }

        var premultiplied = Premultiplication.Multiply(image.Bytes, image.Channels);
        var resized = ByteResampler.Resize(premultiplied, image.Width, image.Height, image.Channels, width, height, filter);
        Premultiplication.Divide(resized, image.Channels);
        return image.With(width, height, resized);
    }

    /// <summary>Resizes one plane of floats, or several interleaved planes. Sums are in double precision.</summary>
    /// <param name="source">[<paramref name="height"/>, <paramref name="width"/>, <paramref name="channels"/>].</param>
    /// <param name="target">Receives [<paramref name="newHeight"/>, <paramref name="newWidth"/>, <paramref name="channels"/>].</param>
    /// <exception cref="ArgumentException">A side is not positive, or a length is not the product of its sides.</exception>
    public static void Resize(
        ReadOnlySpan<float> source, int width, int height, int channels, Span<float> target, int newWidth, int newHeight,
        ResizeFilter filter = ResizeFilter.Bicubic)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(newWidth);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(newHeight);
        if (source.Length != (long)width * height * channels || target.Length != (long)newWidth * newHeight * channels)
        {
            throw new ArgumentException(
                $"{source.Length} and {target.Length} numbers given for {width}x{height} and {newWidth}x{newHeight} of {channels} " +
                    "channels");
        }

        if (filter == ResizeFilter.Nearest)
        {
            NearestResampler.Resize(source, width, height, channels, target, newWidth, newHeight);
            return;
        }

        FloatResampler.Resize(source, width, height, channels, target, newWidth, newHeight, filter);
    }
}
