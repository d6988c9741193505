namespace IlgpuGan.Imaging.Jpeg;

/// <summary>Finds EXIF among the segments before the first scan.</summary>
internal static class JpegExif
{
    /// <returns>The TIFF structure, or nothing.</returns>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> file)
    {
        var signature = "Exif\0\0"u8;
        for (var position = 2; position + 4 <= file.Length && file[position] == 0xFF;)
        {
            var marker = file[position + 1];
            if (marker is JpegMarker.Sos or JpegMarker.Eoi)
            {
                break;
            }

            if (marker == 0xFF || JpegMarker.StandsAlone(marker))
            {
                position += marker == 0xFF ? 1 : 2;
                continue;
            }

            var length = (file[position + 2] << 8) | file[position + 3];
            if (length < 2 || length > file.Length - position - 2)
            {
                break;
            }

            var payload = file.Slice(position + 4, length - 2);
            if (marker == JpegMarker.App1 && payload.StartsWith(signature))
            {
                return payload[signature.Length..];
            }

            position += 2 + length;
        }

        return default;
    }
}
