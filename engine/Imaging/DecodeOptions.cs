namespace IlgpuGan.Imaging;

/// <summary>How to decode a file. The defaults refuse anything cut short or corrupt.</summary>
public sealed record DecodeOptions
{
    /// <summary>The default of <see cref="MaxPixels"/>: 134 million pixels, more than a 100-megapixel photograph.</summary>
    public const long DefaultMaxPixels = 1L << 27;

    public static DecodeOptions Default { get; } = new();

    /// <summary>
    /// The largest accepted width times height. The decoder allocates nothing of the picture's size before the header has passed this limit
    /// and, unless <see cref="Lenient"/>, the file is long enough to hold that many pixels.
    /// </summary>
    public long MaxPixels { get; init; } = DefaultMaxPixels;

    /// <summary>
    /// Decodes as much as possible of a file that is cut short or whose compressed data is damaged. The rest is mid-gray (JPEG) or zero
    /// (PNG). Headers must still be valid. Wrong checksums are ignored.
    /// </summary>
    public bool Lenient { get; init; }

    /// <summary>
    /// Called for each remark on a file that is read: a trifle that is missing or wrong although all pixels are there, pixels that are lost
    /// to damage, and what of the file is not read, such as all frames but the first. Phrases without a full stop.
    /// </summary>
    public Action<string>? Remark { get; init; }

    /// <summary>Keeps the palette indices of a file as its samples: one channel of 8 bits, as label maps are stored.</summary>
    public bool KeepIndices { get; init; }
}
