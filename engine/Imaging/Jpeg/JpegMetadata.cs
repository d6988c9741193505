namespace IlgpuGan.Imaging.Jpeg;

/// <summary>Reads and writes a JPEG's segments for EXIF, colour profile and pixel density.</summary>
internal static class JpegMetadata
{
    private const int MaxPayload = ushort.MaxValue - 2;
    private const int ProfileHeadBytes = 14;

    // The index of a file of several pictures (CIPA DC-007): its tag, the bytes of a picture in it, and what these say of previews.
    private const int PicturesTag = 0xB002;
    private const int BytesOfPicture = 16;
    private const int KindOfPicture = 0xFFFFFF;
    private const int SmallPreview = 0x010001;
    private const int LargePreview = 0x010002;

    /// <summary>The largest EXIF block that fits one segment, in bytes.</summary>
    public const int MaxExifBytes = MaxPayload - 6;

    private static ReadOnlySpan<byte> ExifHead => "Exif\0\0"u8;

    private static ReadOnlySpan<byte> ProfileHead => "ICC_PROFILE\0"u8;

    private static ReadOnlySpan<byte> IndexHead => "MPF\0"u8;

    /// <returns>EXIF's TIFF structure; empty if there is none.</returns>
    public static ReadOnlySpan<byte> FindExif(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> found = default;
        foreach (var (marker, payload) in Segments(file))
        {
            if (marker == JpegMarker.App1 && file[payload].StartsWith(ExifHead) && Exif.SaysMore(file[payload], than: found))
            {
                found = file[payload][ExifHead.Length..];
            }
        }

        return found;
    }

    public static ImageMetadata Read(ReadOnlySpan<byte> file)
    {
        Resolution? density = null;
        var parts = new SortedDictionary<byte, byte[]>();
        foreach (var (marker, place) in Segments(file))
        {
            var payload = file[place];
            if (marker == JpegMarker.App0 && payload.Length >= 12 && payload.StartsWith("JFIF\0"u8))
            {
                var x = BinaryPrimitives.ReadUInt16BigEndian(payload[8..]);
                var y = BinaryPrimitives.ReadUInt16BigEndian(payload[10..]);
                var scale = payload[7] == 2 ? 2.54 : 1;
                density = new(x * scale, y * scale, IsRatio: payload[7] == 0);
            }
            else if (marker == JpegMarker.App2 && payload.Length > ProfileHeadBytes && payload.StartsWith(ProfileHead))
            {
                parts.TryAdd(payload[12], payload[ProfileHeadBytes..].ToArray());
            }
        }

        return ImageMetadata.Of(FindExif(file), parts.Values.SelectMany(p => p).ToArray(), density);
    }

    /// <summary>Whether a second picture in the file makes it HDR, by the marks of Adobe and Android, Apple, and ISO 21496-1.</summary>
    public static bool HasGainMap(ReadOnlySpan<byte> file) => file.IndexOf("/hdr-gain-map/1.0/"u8) >= 0
        || file.IndexOf("aux:hdrgainmap"u8) >= 0 || file.IndexOf("urn:iso:std:iso:ts:21496:-1"u8) >= 0;

    /// <summary>Whether all pictures behind the first are its previews, by the file's index of pictures.</summary>
    public static bool HasOnlyPreviews(ReadOnlySpan<byte> file)
    {
        foreach (var (marker, place) in Segments(file))
        {
            if (marker == JpegMarker.App2 && file[place].StartsWith(IndexHead))
            {
                var index = file[place][IndexHead.Length..];
                var pictures = Exif.BytesOf(index, PicturesTag);
                for (var at = BytesOfPicture; at + BytesOfPicture <= pictures.Length; at += BytesOfPicture)
                {
                    if ((Exif.Read32(pictures[at..], index[0] == 'I') & KindOfPicture) is not (SmallPreview or LargePreview))
                    {
                        return false;
                    }
                }

                return pictures.Length >= 2 * BytesOfPicture;
            }
        }

        return false;
    }

    /// <summary>Writes the JFIF segment, which holds the density, and the segments of EXIF and profile.</summary>
    public static void Write(BitWriter writer, ImageMetadata? metadata)
    {
        // JFIF 1.01, no thumbnail. Without a known density: no unit, square pixels.
        var density = metadata?.Resolution ?? new(1, 1, IsRatio: true);
        var (x, y) = (Rounded(density.Horizontal), Rounded(density.Vertical));
        JpegHeaders.WriteSegment(writer, JpegMarker.App0, [
            .. "JFIF\0"u8, 1, 1, (byte)(density.IsRatio ? 0 : 1), (byte)(x >> 8), (byte)x, (byte)(y >> 8), (byte)y, 0, 0]);
        if (metadata?.Exif is { } exif)
        {
            JpegHeaders.WriteSegment(writer, JpegMarker.App1, [.. ExifHead, .. exif]);
        }

        var parts = (metadata?.ColorProfile ?? []).Chunk(MaxPayload - ProfileHeadBytes).ToList();
        for (var i = 0; i < parts.Count; i++)
        {
            JpegHeaders.WriteSegment(writer, JpegMarker.App2, [.. ProfileHead, (byte)(i + 1), (byte)parts.Count, .. parts[i]]);
        }
    }

    private static int Rounded(double density) => (int)Math.Clamp(Math.Round(density), 1, ushort.MaxValue);

    /// <summary>The segments before the first scan, up to the first malformed one.</summary>
    private static List<(byte Marker, Range Payload)> Segments(ReadOnlySpan<byte> file)
    {
        var found = new List<(byte, Range)>();
        var reader = new SegmentReader(file);
        try
        {
            while (reader.NextMarker() is not (JpegMarker.Sos or JpegMarker.Eoi) and var marker)
            {
                if (!JpegMarker.StandsAlone(marker))
                {
                    var length = reader.Payload().Length;
                    found.Add((marker, (reader.Position - length)..reader.Position));
                }
            }
        }
        catch (ImageFormatException)
        {
            // Segments before the damage are kept.
        }

        return found;
    }
}
