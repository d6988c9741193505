namespace IlgpuGan.Imaging;

/// <summary>How a file is to be decoded. The defaults refuse anything that is cut short or corrupt.</summary>
public sealed record DecodeOptions
{
    /// <summary>The default of <see cref="MaxPixels"/>: 134 million pixels, more than a 100-megapixel camera makes.</summary>
    public const long DefaultMaxPixels = 1L << 27;

    public static DecodeOptions Default { get; } = new();

    /// <summary>
    /// The largest width times height that is accepted. Nothing is allocated for an image before its header has passed this limit and,
    /// unless <see cref="Lenient"/>, before the size of the file has been found able to hold that many pixels at all.
    /// </summary>
    public long MaxPixels { get; init; } = DefaultMaxPixels;

    /// <summary>
    /// Opens files that are cut short or whose compressed data is damaged: what can be decoded is, the rest is mid-gray (JPEG) or zero
    /// (PNG). Headers must be sound even so. Wrong checksums are ignored.
    /// </summary>
    public bool Lenient { get; init; }

    /// <summary>Leave the pixels of a file with a palette as indices into it: one channel of 8 bits. Label maps are stored so.</summary>
    public bool KeepIndices { get; init; }
}
