namespace IlgpuGan.Imaging.Jpeg;

/// <summary>How many pixels share a chroma sample.</summary>
public enum ChromaSubsampling
{
    /// <summary>4:4:4: every pixel has its own.</summary>
    None,

    /// <summary>4:2:2: two horizontal neighbours share one.</summary>
    Horizontal,

    /// <summary>4:2:0: a 2x2 square shares one.</summary>
    Both,
}

/// <summary>Writes baseline JPEG in JFIF: gray or YCbCr, with the Huffman and quantisation tables of T.81, annex K. Thread-safe.</summary>
public static class JpegEncoder
{
    public const int DefaultQuality = 90;

    /// <summary>The largest side that the format allows, in pixels.</summary>
    public const int MaxSide = ushort.MaxValue;

    /// <summary>Encodes an image. Alpha is dropped without blending, 16 bits are rounded to 8.</summary>
    /// <param name="quality">1 to 100, on the IJG's scale.</param>
    /// <param name="metadata">Metadata to write, reduced by <see cref="ImageMetadata.Fitting"/> to what the format can hold.</param>
    /// <exception cref="ArgumentException">A side is over 65,535 or the quality is out of range.</exception>
    public static byte[] Encode(
        Image image, int quality = DefaultQuality, ChromaSubsampling subsampling = ChromaSubsampling.Both, ImageMetadata? metadata = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        if (image.Width > MaxSide || image.Height > MaxSide)
        {
            throw new ArgumentException(
                $"a JPEG can't have {image.Width}x{image.Height} pixels: its sides are at most {MaxSide}", nameof(image));
        }

        image = image.ToEightBits().ToChannels(image.Channels < 3 ? 1 : 3);
        var (horizontal, vertical) = (image.Channels, subsampling) switch
        {
            (1, _) or (_, ChromaSubsampling.None) => (1, 1),
            (_, ChromaSubsampling.Horizontal) => (2, 1),
            _ => (2, 2),
        };

        // Most pictures take less than an eighth of a byte per sample.
        var writer = new BitWriter(1024 + (int)Math.Min((long)image.Width * image.Height * image.Channels / 8, 1 << 28));
        var luma = Quantization(StandardTables.LumaQuantization, quality);
        var chroma = Quantization(StandardTables.ChromaQuantization, quality);
        JpegHeaders.Write(writer, image, luma, chroma, horizontal, vertical, metadata?.Fitting(image, ImageFormat.Jpeg));
        WriteScan(writer, image, luma, chroma, horizontal, vertical);
        writer.Flush();
        writer.Write([0xFF, JpegMarker.Eoi]);
        return writer.ToArray();
    }

    /// <summary>Scales the factors of annex K to a quality: 50 keeps them, 100 gives all ones.</summary>
    private static byte[] Quantization(ReadOnlySpan<byte> standard, int quality)
    {
        var percent = quality < 50 ? 5000 / quality : 200 - (2 * quality);
        var factors = new byte[64];
        for (var i = 0; i < 64; i++)
        {
            factors[i] = (byte)Math.Clamp(((standard[i] * percent) + 50) / 100, 1, 255);
        }

        return factors;
    }

    private static unsafe void WriteScan(BitWriter writer, Image image, byte[] luma, byte[] chroma, int horizontal, int vertical)
    {
        var rows = new EncoderRows(image, horizontal, vertical);
        var lumaEncoder = new BlockEncoder(writer, luma, HuffmanCode.LumaDc, HuffmanCode.LumaAc);
        BlockEncoder[] chromaEncoders = image.Channels == 1
            ? []
            : [new(writer, chroma, HuffmanCode.ChromaDc, HuffmanCode.ChromaAc), new(
                writer, chroma, HuffmanCode.ChromaDc, HuffmanCode.ChromaAc)];
        var (blocksWide, blocksHigh) = ((image.Width + 7) / 8, (image.Height + 7) / 8);
        var block = stackalloc short[64];
        for (var top = 0; top < blocksHigh; top += vertical)
        {
            rows.Load(top * 8);
            for (var left = 0; left < blocksWide; left += horizontal)
            {
                for (var y = 0; y < vertical; y++)
                {
                    for (var x = 0; x < horizontal; x++)
                    {
                        if (left + x < blocksWide && top + y < blocksHigh)
                        {
                            ForwardDct.Transform(rows.Plane(0) + (y * 8 * rows.Stride) + ((left + x) * 8), rows.Stride, block);
                            lumaEncoder.Encode(block);
                        }
                        else
                        {
                            lumaEncoder.EncodeFiller();
                        }
                    }
                }

                for (var c = 0; c < chromaEncoders.Length; c++)
                {
                    ForwardDct.Transform(rows.Plane(c + 1) + (left / horizontal * 8), rows.Stride, block);
                    chromaEncoders[c].Encode(block);
                }
            }
        }
    }
}
