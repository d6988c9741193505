using IlgpuGan.Imaging.WebP.Lossless;

namespace IlgpuGan.Imaging.WebP;

/// <summary>Encodes lossless WebP. Thread-safe.</summary>
public static class WebPEncoder
{
    /// <summary>The largest side, in pixels.</summary>
    public const int MaxSide = 1 << 14;

    private const int HeaderBytes = 5;

    /// <summary>Encodes a file. 16 bits become 8, gray becomes RGB. Alpha is kept, and so are the colours of transparent pixels.</summary>
    /// <param name="metadata">Metadata to write, reduced by <see cref="ImageMetadata.Fitting"/> to what the format can hold.</param>
    /// <exception cref="ArgumentException">A side has more than <see cref="MaxSide"/> pixels.</exception>
    public static byte[] Encode(Image image, ImageMetadata? metadata = null)
    {
        if (Math.Max(image.Width, image.Height) > MaxSide)
        {
            throw new ArgumentException(
                $"a WebP has at most {MaxSide} pixels a side, not {image.Width}x{image.Height}", nameof(image));
        }

        var channels = image.HasAlpha ? 4 : 3;
        var samples = image.ToEightBits().ToChannels(channels).Bytes;
        var pixels = new uint[image.Width * image.Height];
        for (var i = 0; i < pixels.Length; i++)
        {
            var pixel = samples.AsSpan(i * channels, channels);
            pixels[i] = ((channels == 4 ? pixel[3] : 255u) << 24) | ((uint)pixel[0] << 16) | ((uint)pixel[1] << 8) | pixel[2];
        }

        var packed = LosslessEncoder.Encode(pixels, image.Width, image.Height);
        var data = new byte[HeaderBytes + packed.Length];
        data[0] = 0x2F;
        BinaryPrimitives.WriteUInt32LittleEndian(
            data.AsSpan(1), (uint)(image.Width - 1) | ((uint)(image.Height - 1) << 14) | (channels == 4 ? 1u << 28 : 0));
        packed.CopyTo(data, HeaderBytes);
        var kept = metadata?.Fitting(image, ImageFormat.WebP);
        var file = new MemoryStream();
        file.Write("RIFF\0\0\0\0WEBP"u8);
        if (kept is { ColorProfile: not null } or { Exif: not null })
        {
            var flags = (kept.ColorProfile is null ? 0 : 0x20) | (channels == 4 ? 0x10 : 0) | (kept.Exif is null ? 0 : 0x08);
            var (right, bottom) = (image.Width - 1, image.Height - 1);
            WriteChunk(
                file, "VP8X"u8, [(byte)flags, 0, 0, 0, (byte)right, (byte)(right >> 8), 0, (byte)bottom, (byte)(bottom >> 8), 0]);
        }

        WriteChunk(file, "ICCP"u8, kept?.ColorProfile);
        WriteChunk(file, "VP8L"u8, data);
        WriteChunk(file, "EXIF"u8, kept?.Exif);
        var bytes = file.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), bytes.Length - 8);
        return bytes;
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> name, byte[]? data)
    {
        if (data is null)
        {
            return;
        }

        Span<byte> head = stackalloc byte[8];
        name.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], data.Length);
        file.Write(head);
        file.Write(data);
        file.Write(stackalloc byte[data.Length & 1]);
    }
}
