using IlgpuGan.Imaging.Jpeg;
using IlgpuGan.Imaging.Png;
using IlgpuGan.Imaging.Tiff;
using IlgpuGan.Imaging.WebP;

namespace IlgpuGan.Imaging;

/// <summary>How to turn the stored picture upright. The values are those of EXIF tag 0x0112.</summary>
public enum Orientation
{
    Normal = 1,
    FlippedHorizontally = 2,
    Rotated180 = 3,
    FlippedVertically = 4,
    Transposed = 5,

    /// <summary>Turn by 90 degrees clockwise.</summary>
    Rotated90 = 6,
    Transversed = 7,

    /// <summary>Turn by 90 degrees counter-clockwise.</summary>
    Rotated270 = 8,
}

/// <summary>Reads the EXIF orientation, the only EXIF tag that changes what a picture shows, and whether there is a resolution.</summary>
internal static class Exif
{
    private const int OrientationTag = 0x0112;
    private const int ResolutionTag = 0x011A;
    private const int ShortType = 3;
    private const int RationalType = 5;
    private const int BytesType = 7;

    /// <summary>
    /// The orientation in a JPEG's APP1 segment, a PNG's eXIf chunk, a WebP's EXIF chunk or a TIFF's first directory.
    /// <see cref="Orientation.Normal"/> if there is none, if it is malformed, or if <paramref name="file"/> is not a picture.
    /// </summary>
    /// <param name="file">The whole file, or as much of it as precedes the pixels.</param>
    public static Orientation ReadOrientation(ReadOnlySpan<byte> file)
    {
        try
        {
            return PngSignature.Matches(file) ? FromTiff(PngMetadata.FindExif(file))
                : TiffReader.StartsImage(file) ? TiffDecoder.Identify(file).Orientation
                : WebPFile.StartsImage(file) ? WebPDecoder.Identify(file).Orientation
                : JpegMarker.StartsImage(file) ? FromTiff(JpegMetadata.FindExif(file)) : Orientation.Normal;
        }
        catch (ImageFormatException)
        {
            return Orientation.Normal;
        }
    }

    /// <summary>Reads the tag from EXIF's payload, which is a TIFF structure in every format.</summary>
    internal static Orientation FromTiff(ReadOnlySpan<byte> exif)
    {
        var tiff = WithoutHead(exif);
        return FindOrientation(tiff, out _) is > 0 and var value
            && Read16(tiff[value..], tiff[0] == 'I') is >= 1 and <= 8 and var orientation
                ? (Orientation)orientation
                : Orientation.Normal;
    }

    /// <summary>
    /// Whether another block of EXIF of the same file says more: some editors write an empty one before the real one. An orientation is
    /// more than none, and a TIFF structure more than none; of equal ones the first counts.
    /// </summary>
    internal static bool SaysMore(ReadOnlySpan<byte> exif, ReadOnlySpan<byte> than) => Content(exif) > Content(than);

    /// <summary>The block without the header of a JPEG's EXIF segment, which some programs write into other formats, too.</summary>
    internal static ReadOnlySpan<byte> WithoutHead(ReadOnlySpan<byte> exif) => exif.StartsWith("Exif\0\0"u8) ? exif[6..] : exif;

    /// <summary>Whether a TIFF structure holds the resolution.</summary>
    internal static bool HoldsResolution(ReadOnlySpan<byte> tiff) => Find(tiff, ResolutionTag, RationalType, out _) > 0;

    /// <summary>The bytes of a tag that has more than fit its entry; empty if it is missing, or reaches beyond the end.</summary>
    internal static ReadOnlySpan<byte> BytesOf(ReadOnlySpan<byte> tiff, int tag)
    {
        var place = Find(tiff, tag, BytesType, out _);
        if (place <= 0)
        {
            return [];
        }

        var (length, start) = (Read32(tiff[(place - 4)..], tiff[0] == 'I'), Read32(tiff[place..], tiff[0] == 'I'));
        return (ulong)start + length <= (ulong)tiff.Length ? tiff.Slice((int)start, (int)length) : [];
    }

    internal static uint Read32(ReadOnlySpan<byte> source, bool littleEndian) =>
        littleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(source) : BinaryPrimitives.ReadUInt32BigEndian(source);

    private static int Content(ReadOnlySpan<byte> exif) => FindOrientation(WithoutHead(exif), out _) switch { < 0 => 0, 0 => 1, _ => 2 };

    /// <summary>
    /// A copy whose orientation is <see cref="Orientation.Normal"/> and whose second directory, the thumbnail, is unlinked; null if the
    /// bytes are not a TIFF structure.
    /// </summary>
    internal static byte[]? WithNormalOrientation(ReadOnlySpan<byte> tiff)
    {
        var value = FindOrientation(tiff, out var link);
        if (value < 0)
        {
            return null;
        }

        var copy = tiff.ToArray();
        if (value > 0)
        {
            copy.AsSpan(value, 2).Clear();
            copy[tiff[0] == 'I' ? value : value + 1] = (byte)Orientation.Normal;
        }

        copy.AsSpan(Math.Min(link, copy.Length), Math.Min(4, Math.Max(0, copy.Length - link))).Clear();
        return copy;
    }

    private static int FindOrientation(ReadOnlySpan<byte> tiff, out int link) => Find(tiff, OrientationTag, ShortType, out link);

    /// <summary>Searches the first directory.</summary>
    /// <param name="tiff">A TIFF structure.</param>
    /// <param name="tag">The tag that is searched.</param>
    /// <param name="type">The type of its values.</param>
    /// <param name="link">The position of the second directory's offset.</param>
    /// <returns>The position of the tag's value, or of its offset; 0 if there is none, -1 if the bytes are not a TIFF structure.</returns>
    private static int Find(ReadOnlySpan<byte> tiff, int tag, int type, out int link)
    {
        link = tiff.Length;
        if (tiff.Length < 10)
        {
            return -1;
        }

        var littleEndian = tiff[0] == 'I';
        var directory = Read32(tiff[4..], littleEndian);
        if (!tiff.StartsWith(littleEndian ? "II*\0"u8 : "MM\0*"u8) || directory > (uint)tiff.Length - 2)
        {
            return -1;
        }

        var first = (int)directory + 2;
        var count = Read16(tiff[(int)directory..], littleEndian);
        link = first + (count * 12);
        for (var entry = first; entry < link && entry + 12 <= tiff.Length; entry += 12)
        {
            if (Read16(tiff[entry..], littleEndian) == tag && Read16(tiff[(entry + 2)..], littleEndian) == type)
            {
                return entry + 8;
            }
        }

        return 0;
    }

    private static ushort Read16(ReadOnlySpan<byte> source, bool littleEndian) =>
        littleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(source) : BinaryPrimitives.ReadUInt16BigEndian(source);
}
