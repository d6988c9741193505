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
public readonly record struct ImageInfo
{
    /// <summary>The format, by the content, not by the file name.</summary>
    public required ImageFormat Format { get; init; }

    /// <summary>Columns as stored, before <see cref="Orientation"/> is applied.</summary>
    public required int Width { get; init; }

    /// <summary>Rows as stored.</summary>
    public required int Height { get; init; }

    /// <summary>Channels of the decoded image: 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha.</summary>
    public required int Channels { get; init; }

    /// <summary>Bits of a decoded sample: 8 or 16.</summary>
    public required int BitsPerChannel { get; init; }

    /// <summary>The EXIF orientation; <see cref="Orientation.Normal"/> if there is none.</summary>
    public required Orientation Orientation { get; init; }

    /// <summary>Columns and rows of the picture as it is shown, after <see cref="Orientation"/> is applied.</summary>
    internal (int Width, int Height) UprightSize => Orientation >= Orientation.Transposed ? (Height, Width) : (Width, Height);
}
