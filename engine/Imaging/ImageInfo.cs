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

/// <summary>What the header of a file says.</summary>
/// <param name="Format">The format, told by the content, never by the file name.</param>
/// <param name="Width">Columns as stored, before <paramref name="Orientation"/> is applied.</param>
/// <param name="Height">Rows as stored.</param>
/// <param name="Channels">Channels that decoding gives: 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha.</param>
/// <param name="BitsPerChannel">Bits of a decoded sample: 8 or 16.</param>
/// <param name="Orientation">The EXIF orientation; <see cref="Orientation.Normal"/> where there is none.</param>
public readonly record struct ImageInfo(
    ImageFormat Format, int Width, int Height, int Channels, int BitsPerChannel, Orientation Orientation);
