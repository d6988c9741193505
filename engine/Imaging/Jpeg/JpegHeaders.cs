namespace IlgpuGan.Imaging.Jpeg;

/// <summary>Writes all segments of a JFIF file that precede the compressed data.</summary>
internal static class JpegHeaders
{
    public static void Write(
        BitWriter writer, Image image, byte[] luma, byte[] chroma, int horizontal, int vertical, ImageMetadata? metadata)
    {
        var color = image.Channels > 1;
        writer.Write([0xFF, JpegMarker.Soi]);

        JpegMetadata.Write(writer, metadata);
        WriteQuantization(writer, 0, luma);
        if (color)
        {
            WriteQuantization(writer, 1, chroma);
        }

        WriteFrame(writer, image, horizontal, vertical);
        WriteHuffman(writer, 0x00, StandardTables.LumaDcCounts, StandardTables.DcValues);
        WriteHuffman(writer, 0x10, StandardTables.LumaAcCounts, StandardTables.LumaAcValues);
        if (color)
        {
            WriteHuffman(writer, 0x01, StandardTables.ChromaDcCounts, StandardTables.DcValues);
            WriteHuffman(writer, 0x11, StandardTables.ChromaAcCounts, StandardTables.ChromaAcValues);
        }

        // One scan: component, tables, …, then the whole band
        WriteSegment(writer, JpegMarker.Sos, color ? [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0] : [1, 1, 0x00, 0, 63, 0]);
    }

    private static void WriteFrame(BitWriter writer, Image image, int horizontal, int vertical)
    {
        var sampling = (byte)((horizontal << 4) | vertical);
        ReadOnlySpan<byte> components = image.Channels > 1
            ? [3, 1, sampling, 0, 2, 0x11, 1, 3, 0x11, 1]
            : [1, 1, sampling, 0];
        WriteSegment(
            writer,
            JpegMarker.Sof0,
            [8, (byte)(image.Height >> 8), (byte)image.Height, (byte)(image.Width >> 8), (byte)image.Width, .. components]);
    }

    private static void WriteQuantization(BitWriter writer, byte index, byte[] factors)
    {
        var payload = new byte[65];
        payload[0] = index;
        for (var k = 0; k < 64; k++)
        {
            payload[k + 1] = factors[ZigZag.ToNatural[k]];
        }

        WriteSegment(writer, JpegMarker.Dqt, payload);
    }

    private static void WriteHuffman(BitWriter writer, byte kindAndIndex, ReadOnlySpan<byte> counts, ReadOnlySpan<byte> values) =>
        WriteSegment(writer, JpegMarker.Dht, [kindAndIndex, .. counts, .. values]);

    public static void WriteSegment(BitWriter writer, byte marker, ReadOnlySpan<byte> payload)
    {
        writer.Write([0xFF, marker]);
        writer.WriteWord(payload.Length + 2);
        writer.Write(payload);
    }
}
