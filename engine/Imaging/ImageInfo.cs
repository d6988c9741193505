namespace IlgpuGan.Imaging;

public enum ImageFormat
{
    Png,
    Jpeg,
    Bmp,
    Gif,

    /// <summary>PBM, PGM or PPM.</summary>
    Pnm,
    Tiff,
    WebP,
}

/// <summary>The contents of a file's header.</summary>
/// <param name="Format">The format, by the content, not by the file name.</param>
/// <param name="Width">Columns as stored, before <paramref name="Orientation"/> is applied.</param>
/// <param name="Height">Rows as stored.</param>
/// <param name="Channels">Channels of the decoded image: 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha.</param>
/// <param name="BitsPerChannel">Bits of a decoded sample: 8 or 16.</param>
/// <param name="Orientation">The EXIF orientation; <see cref="Orientation.Normal"/> if there is none.</param>
public readonly record struct ImageInfo(
    ImageFormat Format, int Width, int Height, int Channels, int BitsPerChannel, Orientation Orientation);
