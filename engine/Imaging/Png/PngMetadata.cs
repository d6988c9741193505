using System.IO.Compression;

namespace IlgpuGan.Imaging.Png;

/// <summary>Reads and writes a PNG's chunks for EXIF, colour profile and pixel density.</summary>
internal static class PngMetadata
{
    /// <returns>EXIF's TIFF structure; empty if there is none.</returns>
    public static ReadOnlySpan<byte> FindExif(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> found = default;
        for (var chunks = new PngChunks(file); chunks.Next();)
        {
            if (chunks.Type == PngChunkType.Exif && chunks.IsSound && Exif.SaysMore(chunks.Data, than: found))
            {
                found = chunks.Data;
            }
        }

        return found;
    }

    public static ImageMetadata Read(ReadOnlySpan<byte> file)
    {
        Resolution? density = null;
        byte[]? profile = null;
        for (var chunks = new PngChunks(file); chunks.Next() && chunks.Type != PngChunkType.Idat;)
        {
            var data = chunks.Data;
            if (chunks.Type == PngChunkType.Phys && data.Length == 9 && chunks.IsSound)
            {
                var (x, y) = (BinaryPrimitives.ReadUInt32BigEndian(data), BinaryPrimitives.ReadUInt32BigEndian(data[4..]));
                var scale = data[8] == 1 ? 1 / Resolution.InchesPerMetre : 1;
                density = new(x * scale, y * scale, IsRatio: data[8] != 1);
            }
            else if (chunks.Type == PngChunkType.Iccp && profile is null && chunks.IsSound)
            {
                profile = Inflate(data);
            }
        }

        return ImageMetadata.Of(FindExif(file), profile, density);
    }

    /// <summary>What a PNG without a profile says of its colours, if they are not sRGB: a phrase after "its"; otherwise null.</summary>
    public static string? OddColours(ReadOnlySpan<byte> file)
    {
        string? odd = null;
        for (var chunks = new PngChunks(file); chunks.Next() && chunks.Type != PngChunkType.Idat;)
        {
            var data = chunks.Data;
            if (!chunks.IsSound)
            {
                continue;
            }

            if (chunks.Type is PngChunkType.Iccp or PngChunkType.Srgb)
            {
                return null;
            }

            if (chunks.Type == PngChunkType.Cicp && data.Length == 4)
            {
                // ITU-T H.273: primaries 1, and transfers 1, 6 and 13, are those of BT.709 and sRGB.
                return data[1] is 16 or 18 ? $"colours are stored for HDR ({(data[1] == 16 ? "PQ" : "HLG")})"
                    : data[0] == 1 && data[1] is 1 or 6 or 13 ? null
                    : "colours are not sRGB";
            }

            if (chunks.Type == PngChunkType.Gama && data.Length == 4)
            {
                var gamma = BinaryPrimitives.ReadUInt32BigEndian(data) / 100_000.0;
                odd = Math.Abs(gamma - (1 / 2.2)) <= 0.05 ? null
                    : string.Create(CultureInfo.InvariantCulture, $"gamma of {gamma:0.###} is not sRGB's");
            }
        }

        return odd;
    }

    /// <summary>Writes the chunks, which must precede the pixels.</summary>
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
            var scale = isRatio ? 1 : Resolution.InchesPerMetre;
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

    /// <summary>Inflates the profile, at most one byte more than the limit, so that the caller sees the excess; empty if damaged.</summary>
    private static byte[] Inflate(ReadOnlySpan<byte> chunk)
    {
        var profile = new byte[ImageMetadata.MaxBytes + 1];
        try
        {
            // The name, its terminating zero, and one byte for the compression method precede the data.
            using var packed = new MemoryStream(chunk[Math.Min(chunk.IndexOf((byte)0) + 2, chunk.Length)..].ToArray());
            using var inflate = new ZLibStream(packed, CompressionMode.Decompress);
            return profile[..inflate.ReadAtLeast(profile, profile.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // Data that names a preset dictionary is refused with an IOException.
            return [];
        }
    }
}
