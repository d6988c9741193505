using System.Buffers.Binary;
using IlgpuGan.Imaging.Jpeg;
using IlgpuGan.Imaging.Png;
using IlgpuGan.Imaging.Tiff;
using IlgpuGan.Imaging.WebP;

namespace IlgpuGan.Imaging;

/// <summary>How the stored picture must be turned to stand upright; the values are EXIF's tag 0x0112.</summary>
public enum Orientation
{
    Normal = 1,
    FlippedHorizontally = 2,
    Rotated180 = 3,
    FlippedVertically = 4,
    Transposed = 5,

    /// <summary>To be turned by 90 degrees clockwise.</summary>
    Rotated90 = 6,
    Transversed = 7,

    /// <summary>To be turned by 90 degrees counter-clockwise.</summary>
    Rotated270 = 8,
}

/// <summary>The one thing of EXIF that changes what a picture shows.</summary>
public static class Exif
{
    private const int OrientationTag = 0x0112;
    private const int ShortType = 3;

    /// <summary>
    /// The orientation that a JPEG's APP1, a PNG's eXIf, a WebP's EXIF or a TIFF's first directory says;
    /// <see cref="Orientation.Normal"/> where there is none, where it is malformed (EXIF is a remark about the picture, not part of it), or
    /// where <paramref name="file"/> is no picture.
    /// </summary>
    /// <param name="file">The whole file, or as much of it as precedes the pixels.</param>
    public static Orientation ReadOrientation(ReadOnlySpan<byte> file)
    {
        if (PngSignature.Matches(file))
        {
            return FromTiff(PngExif.Find(file));
        }

        if (TiffReader.StartsImage(file))
        {
            return TiffDecoder.ReadOrientation(file);
        }

        if (WebPFile.StartsImage(file))
        {
            return WebPDecoder.ReadOrientation(file);
        }

        return JpegMarker.StartsImage(file) ? FromTiff(JpegExif.Find(file)) : Orientation.Normal;
    }

    /// <summary>Reads the tag from the TIFF structure that is EXIF's payload in every format.</summary>
    internal static Orientation FromTiff(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8)
        {
            return Orientation.Normal;
        }

        var littleEndian = tiff[0] == 'I';
        var expected = littleEndian ? "II*\0"u8 : "MM\0*"u8;
        var directory = Read32(tiff[4..], littleEndian);
        if (!tiff.StartsWith(expected) || directory > (uint)tiff.Length - 2)
        {
            return Orientation.Normal;
        }

        var entries = tiff[(int)directory..];
        var count = Read16(entries, littleEndian);
        entries = entries[2..];
        for (var i = 0; i < count && entries.Length >= 12; i++, entries = entries[12..])
        {
            if (Read16(entries, littleEndian) == OrientationTag && Read16(entries[2..], littleEndian) == ShortType)
            {
                var value = Read16(entries[8..], littleEndian);
                return value is >= 1 and <= 8 ? (Orientation)value : Orientation.Normal;
            }
        }

        return Orientation.Normal;
    }

    private static ushort Read16(ReadOnlySpan<byte> source, bool littleEndian) =>
        littleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(source) : BinaryPrimitives.ReadUInt16BigEndian(source);

    private static uint Read32(ReadOnlySpan<byte> source, bool littleEndian) =>
        littleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(source) : BinaryPrimitives.ReadUInt32BigEndian(source);
}
