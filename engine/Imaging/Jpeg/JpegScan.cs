namespace IlgpuGan.Imaging.Jpeg;

/// <summary>A scan header: which components follow, and which of their coefficients and bits.</summary>
/// <param name="Components">In the order of the scan.</param>
/// <param name="First">First coefficient of the band, in zigzag order.</param>
/// <param name="Last">Last coefficient of the band.</param>
/// <param name="High">The bit position of the previous scan, which this one refines; 0 for the first scan of a band.</param>
/// <param name="Low">The bit position of this scan.</param>
/// <param name="RestartInterval">MCUs between restart markers; 0 for none.</param>
/// <param name="Start">The offset of the entropy-coded data in the file.</param>
internal sealed record JpegScan(JpegComponent[] Components, int First, int Last, int High, int Low, int RestartInterval, int Start)
{
    /// <summary>Whether the scan holds several components, in MCUs. A scan of one component holds its blocks, without padding.</summary>
    public bool Interleaved => Components.Length > 1;

    /// <exception cref="ImageFormatException">The header contradicts itself or the frame.</exception>
    public static JpegScan Parse(ReadOnlySpan<byte> payload, JpegFrame frame, JpegTables tables, int start)
    {
        if (payload.IsEmpty || payload[0] is < 1 or > 4 || payload.Length < 4 + (2 * payload[0]))
        {
            throw new ImageFormatException("the JPEG scan header is malformed", start);
        }

        var count = payload[0];
        var components = new JpegComponent[count];
        for (var i = 0; i < count; i++)
        {
            var id = payload[1 + (2 * i)];
            var component = Array.Find(frame.Components, c => c.Id == id)
                ?? throw new ImageFormatException($"a JPEG scan names component {id}, which the frame does not have", start);
            if (Array.IndexOf(components, component) >= 0)
            {
                throw new ImageFormatException($"a JPEG scan names component {id} twice", start);
            }

            var selector = payload[2 + (2 * i)];
            tables.Attach(component, selector >> 4, selector & 15, start);
            components[i] = component;
        }

        var band = payload[(1 + (2 * count))..];
        var scan = new JpegScan(components, band[0], band[1], band[2] >> 4, band[2] & 15, tables.RestartInterval, start);
        if (!frame.Progressive)
        {
            // The band of a sequential scan is always the whole block; the header is ignored.
            return scan with { First = 0, Last = 63, High = 0, Low = 0 };
        }

        var wellFormed = scan.First == 0
            ? scan.Last == 0
            : scan.First <= scan.Last && scan.Last < 64 && count == 1;
        if (!wellFormed || scan.Low > 13 || (scan.High != 0 && scan.High != scan.Low + 1))
        {
            throw new ImageFormatException("a progressive JPEG scan has an impossible band or bit position", start);
        }

        return scan;
    }
}

/// <summary>Quantisation and Huffman tables, defined by segments and used by scans.</summary>
internal sealed class JpegTables
{
    private readonly short[]?[] _quantization = new short[4][];
    private readonly HuffmanTable?[] _dc = [StandardTables.LumaDc, StandardTables.ChromaDc, null, null];
    private readonly HuffmanTable?[] _ac = [StandardTables.LumaAc, StandardTables.ChromaAc, null, null];

    public int RestartInterval { get; set; }

    /// <summary>Reads a DQT segment: one or more tables of 64 factors of 8 or 16 bits.</summary>
    public void DefineQuantization(ReadOnlySpan<byte> payload, int offset)
    {
        while (!payload.IsEmpty)
        {
            var (wide, index) = (payload[0] >> 4, payload[0] & 15);
            var size = 1 + (64 * (wide + 1));
            if (wide > 1 || index > 3 || payload.Length < size)
            {
                throw new ImageFormatException("a JPEG quantisation table is malformed", offset);
            }

            var table = new short[64];
            for (var i = 0; i < 64; i++)
            {
                var factor = wide == 0 ? payload[1 + i] : (payload[1 + (2 * i)] << 8) | payload[2 + (2 * i)];
                table[ZigZag.ToNatural[i]] = (short)factor;
            }

            _quantization[index] = table;
            payload = payload[size..];
        }
    }

    /// <summary>Reads a DHT segment: one or more Huffman codes.</summary>
    public void DefineHuffman(ReadOnlySpan<byte> payload, int offset)
    {
        while (!payload.IsEmpty)
        {
            var (kind, index) = (payload[0] >> 4, payload[0] & 15);
            var count = 0;
            for (var i = 1; i <= 16 && i < payload.Length; i++)
            {
                count += payload[i];
            }

            var table = kind > 1 || index > 3 || count > 256 || payload.Length < 17 + count
                ? null
                : HuffmanTable.Create(payload.Slice(1, 16), payload.Slice(17, count), forDc: kind == 0);
            (kind == 0 ? _dc : _ac)[index & 3] = table ?? throw new ImageFormatException("a JPEG Huffman table is malformed", offset);
            payload = payload[(17 + count)..];
        }
    }

    /// <summary>Sets a component's tables for a scan. Its quantisation factors stay those of its first scan.</summary>
    public void Attach(JpegComponent component, int dcIndex, int acIndex, int offset)
    {
        component.Quantization ??= _quantization[component.QuantizationIndex]
            ?? throw new ImageFormatException($"JPEG quantisation table {component.QuantizationIndex} is not defined", offset);
        component.DcTable = Find(_dc, dcIndex, offset);
        component.AcTable = Find(_ac, acIndex, offset);
    }

    private static HuffmanTable Find(HuffmanTable?[] tables, int index, int offset) =>
        index <= 3 && tables[index] is { } table
            ? table
            : throw new ImageFormatException($"JPEG Huffman table {index} is not defined", offset);
}
