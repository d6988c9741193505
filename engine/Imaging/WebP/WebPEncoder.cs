using System.Buffers.Binary;
using IlgpuGan.Imaging.WebP.Lossless;

namespace IlgpuGan.Imaging.WebP;

/// <summary>Encodes lossless WebP.</summary>
public static class WebPEncoder
{
    /// <summary>Pixels of a side at most.</summary>
    public const int LargestSide = 1 << 14;

    private const int HeaderBytes = 5;

    /// <summary>The bytes of a file. 16 bits become 8, gray becomes colours; alpha, and colours where it is 0, stay as they are.</summary>
    /// <exception cref="ArgumentException">A side has more than <see cref="LargestSide"/> pixels.</exception>
    public static byte[] Encode(Image image)
    {
        if (Math.Max(image.Width, image.Height) > LargestSide)
        {
            throw new ArgumentException(
                $"a WebP has at most {LargestSide} pixels a side, not {image.Width}x{image.Height}", nameof(image));
        }

        var channels = image.HasAlpha ? 4 : 3;
        var samples = image.ToEightBits().ToChannels(channels).Bytes;
        var pixels = new uint[image.Width * image.Height];
        for (var i = 0; i < pixels.Length; i++)
        {
            var pixel = samples.AsSpan(i * channels, channels);
            pixels[i] = ((channels == 4 ? pixel[3] : 255u) << 24) | ((uint)pixel[0] << 16) | ((uint)pixel[1] << 8) | pixel[2];
        }

        var data = LosslessEncoder.Encode(pixels, image.Width, image.Height);
        var size = HeaderBytes + data.Length;
        var file = new byte[20 + size + (size & 1)];
        "RIFF"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        "WEBPVP8L"u8.CopyTo(file.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(16), size);
        file[20] = 0x2F;
        BinaryPrimitives.WriteUInt32LittleEndian(
            file.AsSpan(21), (uint)(image.Width - 1) | ((uint)(image.Height - 1) << 14) | (channels == 4 ? 1u << 28 : 0));
        data.CopyTo(file.AsSpan(20 + HeaderBytes));
        return file;
    }
}
