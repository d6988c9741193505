using System.IO.Compression;

namespace IlgpuGan.Imaging.Png;

/// <summary>EXIF, colour profile and density among the chunks of a PNG, read and written.</summary>
internal static class PngMetadata
{
    /// <returns>EXIF's TIFF structure, or nothing.</returns>
    public static ReadOnlySpan<byte> FindExif(ReadOnlySpan<byte> file)
    {
        var chunks = new PngChunks(file, lenient: true);
        while (chunks.Next())
        {
            if (chunks.Type == PngChunkType.Exif)
            {
                return chunks.Data;
            }
        }

        return default;
    }

    public static ImageMetadata Read(ReadOnlySpan<byte> file)
    {
        Resolution? density = null;
        byte[]? profile = null;
        for (var chunks = new PngChunks(file, lenient: true); chunks.Next() && chunks.Type != PngChunkType.Idat;)
        {
            var data = chunks.Data;
            if (chunks.Type == PngChunkType.Phys && data.Length == 9)
            {
                var (x, y) = (BinaryPrimitives.ReadUInt32BigEndian(data), BinaryPrimitives.ReadUInt32BigEndian(data[4..]));
                var scale = data[8] == 1 ? 1 / Resolution.InchesAMetre : 1;
                density = new(x * scale, y * scale, IsRatio: data[8] != 1);
            }
            else if (chunks.Type == PngChunkType.Iccp && profile is null)
            {
                profile = Inflated(data);
            }
        }

        return ImageMetadata.Of(FindExif(file), profile, density);
    }

    /// <summary>Writes the chunks that stand before the pixels.</summary>
    public static void Write(MemoryStream file, ImageMetadata metadata)
    {
        if (metadata.ColorProfile is { } profile)
        {
            var packed = new MemoryStream();
            packed.Write("ICC profile\0\0"u8);
            using (var deflate = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            {
                deflate.Write(profile);
            }

            PngEncoder.WriteChunk(file, PngChunkType.Iccp, packed.ToArray());
        }

        if (metadata.Resolution is var (x, y, isRatio))
        {
            var scale = isRatio ? 1 : Resolution.InchesAMetre;
            var data = new byte[9];
            BinaryPrimitives.WriteInt32BigEndian(data, (int)Math.Max(1, Math.Round(x * scale)));
            BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(4), (int)Math.Max(1, Math.Round(y * scale)));
            data[8] = (byte)(isRatio ? 0 : 1);
            PngEncoder.WriteChunk(file, PngChunkType.Phys, data);
        }

        if (metadata.Exif is { } exif)
        {
            PngEncoder.WriteChunk(file, PngChunkType.Exif, exif);
        }
    }

    /// <summary>The profile behind its name, or one byte more than is kept where it has more; nothing where it is damaged.</summary>
    private static byte[] Inflated(ReadOnlySpan<byte> chunk)
    {
        var profile = new byte[ImageMetadata.MostBytes + 1];
        try
        {
            // Behind the name there is the method of compression, of which there is one.
            using var packed = new MemoryStream(chunk[Math.Min(chunk.IndexOf((byte)0) + 2, chunk.Length)..].ToArray());
            using var inflate = new ZLibStream(packed, CompressionMode.Decompress);
            return profile[..inflate.ReadAtLeast(profile, profile.Length, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }
}
