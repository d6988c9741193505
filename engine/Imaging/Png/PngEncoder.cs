using System.IO.Compression;
using System.Runtime.InteropServices;

namespace IlgpuGan.Imaging.Png;

/// <summary>Writes PNG files of 8 and 16 bits: gray, gray and alpha, RGB, RGB and alpha, not interlaced. Thread-safe.</summary>
public static class PngEncoder
{
    /// <summary>zlib's default, which most programs use.</summary>
    public const int DefaultCompressionLevel = 6;

    /// <summary>Encodes an image. Its channels and bits decide the colour type and depth.</summary>
    /// <param name="compressionLevel">0 (none) to 9 (smallest).</param>
    /// <param name="metadata">Metadata to write, reduced by <see cref="ImageMetadata.Fitting"/> to what the format can hold.</param>
    public static byte[] Encode(Image image, int compressionLevel = DefaultCompressionLevel, ImageMetadata? metadata = null) =>
        Encode(image, compressionLevel, filter: null, metadata);

    /// <param name="filter">The filter for every row, 0 to 4; null to choose one per row.</param>
    internal static byte[] Encode(Image image, int compressionLevel, int? filter, ImageMetadata? metadata = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(compressionLevel);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(compressionLevel, 9);
        var file = new MemoryStream();
        file.Write(PngSignature.Bytes);
        WriteChunk(file, PngChunkType.Ihdr, Header(image));
        if (metadata is not null)
        {
            PngMetadata.Write(file, metadata.Fitting(image, ImageFormat.Png));
        }

        WritePixels(file, image, compressionLevel, compressionLevel == 0 ? 0 : filter);
        WriteChunk(file, PngChunkType.Iend, []);
        return file.Length == file.GetBuffer().Length ? file.GetBuffer() : file.ToArray();
    }

    private static byte[] Header(Image image)
    {
        var header = new byte[PngHeader.Length];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), image.Height);
        header[8] = (byte)image.BitsPerChannel;
        header[9] = (byte)(image.Channels switch
        {
            1 => PngColor.Gray,
            2 => PngColor.GrayAlpha,
            3 => PngColor.Rgb,
            _ => PngColor.RgbAlpha,
        });
        return header;
    }

    /// <summary>Writes one IDAT chunk. Its length and checksum are filled in after the compressed pixels are written.</summary>
    private static void WritePixels(MemoryStream file, Image image, int compressionLevel, int? onlyFilter)
    {
        var start = (int)file.Length;
        Span<byte> word = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(word[4..], PngChunkType.Idat);
        file.Write(word);
        var options = new ZLibCompressionOptions
        {
            CompressionLevel = compressionLevel,
            CompressionStrategy = ZLibCompressionStrategy.Filtered,
        };
        using (var deflate = new ZLibStream(file, options, leaveOpen: true))
        {
            WriteRows(deflate, image, onlyFilter);
        }

        var chunk = file.GetBuffer().AsSpan(start, (int)file.Length - start);
        BinaryPrimitives.WriteInt32BigEndian(chunk, chunk.Length - 8);
        BinaryPrimitives.WriteUInt32BigEndian(word, Crc32.Compute(chunk[4..]));
        file.Write(word[..4]);
    }

    private static void WriteRows(ZLibStream deflate, Image image, int? onlyFilter)
    {
        var step = image.Channels * image.BitsPerChannel / 8;
        var length = image.Width * step;
        var filter = new PngFilter(length, step, onlyFilter);
        if (image.BitsPerChannel == 8)
        {
            for (var y = 0; y < image.Height; y++)
            {
                deflate.Write(filter.Apply(
                    image.Bytes.AsSpan(y * length, length),
                    y == 0 ? default : image.Bytes.AsSpan((y - 1) * length, length)));
            }

            return;
        }

        var (row, previous) = (new byte[length], new byte[length]);
        var words = length / 2;
        for (var y = 0; y < image.Height; y++)
        {
            var source = image.Words.AsSpan(y * words, words);
            if (BitConverter.IsLittleEndian)
            {
                BinaryPrimitives.ReverseEndianness(source, MemoryMarshal.Cast<byte, ushort>(row.AsSpan()));
            }
            else
            {
                MemoryMarshal.AsBytes(source).CopyTo(row);
            }

            deflate.Write(filter.Apply(row, y == 0 ? default : previous));
            (row, previous) = (previous, row);
        }
    }

    internal static void WriteChunk(MemoryStream file, uint type, ReadOnlySpan<byte> data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(4), type);
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc32.Compute(chunk.AsSpan(4, 4 + data.Length)));
        file.Write(chunk);
    }
}
