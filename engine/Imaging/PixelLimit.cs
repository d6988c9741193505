namespace IlgpuGan.Imaging;

/// <summary>Checks of a header's size, made before anything of the picture's size is allocated.</summary>
internal static class PixelLimit
{
    /// <param name="format">The name of the format for the message, such as BMP.</param>
    /// <param name="width">Columns; at most 2³² − 1, as <paramref name="height"/>.</param>
    /// <param name="channels">Samples of a decoded pixel.</param>
    /// <param name="offset">The offset of the size in the file.</param>
    /// <exception cref="ImageFormatException">The picture is over the limit, or fits no array.</exception>
    public static void Check(string format, long width, long height, int channels, DecodeOptions options, long offset)
    {
        var pixels = (Int128)width * height;
        if (pixels > options.MaxPixels)
        {
            throw new ImageFormatException(
                $"the {format} has {width}x{height} pixels, more than the limit of {options.MaxPixels}", offset);
        }

        if (pixels * channels > Array.MaxLength)
        {
            throw FitsNoArray(format, width, height, offset);
        }
    }

    /// <summary>The data is too short for that many pixels, at any compression.</summary>
    public static ImageFormatException CutShort(string format, long bytes, long width, long height, long offset) =>
        new($"the {format} is cut short: {bytes} bytes can't hold {width}x{height} pixels", offset);

    /// <summary>The remark on a file that lacks bytes in which no pixels are.</summary>
    public const string ShorterThanStated = "it is shorter than its header says, and all pixels are there";

    public static ImageFormatException FitsNoArray(string format, long width, long height, long offset) =>
        new($"the {format} has {width}x{height} pixels, more than fit an array", offset);
}
