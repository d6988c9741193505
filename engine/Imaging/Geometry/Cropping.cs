namespace IlgpuGan.Imaging;

/// <summary>Rectangles cut from an image.</summary>
public static class Cropping
{
    /// <summary>
    /// The rectangle of <paramref name="width"/> by <paramref name="height"/> pixels at (<paramref name="x"/>, <paramref name="y"/>).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The rectangle is empty or leaves the image.</exception>
    public static Image Crop(this Image image, int x, int y, int width, int height)
    {
        if (x < 0 || y < 0 || width <= 0 || height <= 0 || x > image.Width - width || y > image.Height - height)
        {
            throw new ArgumentOutOfRangeException(
                nameof(image),
                $"a crop of {width}x{height} at ({x}, {y}) does not lie within an image of {image.Width}x{image.Height}");
        }

        return image.BitsPerChannel == 8
            ? image.With(width, height, Crop(image.Bytes, image, x, y, width, height))
            : image.With(width, height, Crop(image.Words, image, x, y, width, height));
    }

    private static T[] Crop<T>(ReadOnlySpan<T> source, Image image, int x, int y, int width, int height)
        where T : unmanaged
    {
        var row = width * image.Channels;
        var target = new T[row * height];
        for (var i = 0; i < height; i++)
        {
            source.Slice((((y + i) * image.Width) + x) * image.Channels, row).CopyTo(target.AsSpan(i * row));
        }

        return target;
    }
}
