namespace IlgpuGan.Imaging.Jpeg;

/// <summary>One colour component of a frame: its sampling, tables and decoded samples.</summary>
internal sealed class JpegComponent(byte id, int horizontal, int vertical, int quantizationIndex)
{
    public byte Id { get; } = id;

    /// <summary>Horizontal sampling factor, 1 to 4.</summary>
    public int Horizontal { get; } = horizontal;

    /// <summary>Vertical sampling factor, 1 to 4.</summary>
    public int Vertical { get; } = vertical;

    public int QuantizationIndex { get; } = quantizationIndex;

    /// <summary>Columns of samples without padding: the image's width times the sampling factor over the largest one, rounded up.</summary>
    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>Blocks without padding: those in a scan of this component alone.</summary>
    public int BlocksWide => (Width + 7) / 8;

    public int BlocksHigh => (Height + 7) / 8;

    /// <summary>Blocks padded to whole MCUs: those in an interleaved scan.</summary>
    public int PaddedBlocksWide { get; private set; }

    public int PaddedBlocksHigh { get; private set; }

    /// <summary>Bytes from one row of <see cref="Plane"/> to the next.</summary>
    public int Stride => PaddedBlocksWide * 8;

    /// <summary>Factors for the 64 coefficients in natural order, fixed at the component's first scan; null until then.</summary>
    public short[]? Quantization { get; set; }

    public HuffmanTable DcTable { get; set; } = StandardTables.LumaDc;

    public HuffmanTable AcTable { get; set; } = StandardTables.LumaAc;

    /// <summary>The previous DC value of the scan; the next one is coded as a difference from it.</summary>
    public int Predictor { get; set; }

    /// <summary>The decoded samples [PaddedBlocksHigh * 8, Stride].</summary>
    public byte[] Plane { get; set; } = [];

    /// <summary>Progressive only: the coefficients [PaddedBlocksHigh, PaddedBlocksWide, 64], each block in natural order.</summary>
    public short[] Coefficients { get; set; } = [];

    /// <summary>
    /// Progressive only: for each coefficient, in scan order, the number of low bits that no scan has provided yet; -1 for all of them.
    /// </summary>
    public sbyte[] MissingBits { get; } = AllMissing();

    /// <summary>The same before the component's last scan, for the part that a truncated last scan did not reach.</summary>
    public sbyte[] MissingBitsBefore { get; } = AllMissing();

    /// <summary>Updates <see cref="MissingBits"/> for a scan that is about to be decoded.</summary>
    public void Begin(JpegScan scan)
    {
        MissingBits.CopyTo(MissingBitsBefore, 0);
        MissingBits.AsSpan(scan.First, scan.Last - scan.First + 1).Fill((sbyte)scan.Low);
    }

    public void Measure(JpegFrame frame)
    {
        Width = Ceiling(frame.Width * Horizontal, frame.MaxHorizontal);
        Height = Ceiling(frame.Height * Vertical, frame.MaxVertical);
        PaddedBlocksWide = frame.McusWide * Horizontal;
        PaddedBlocksHigh = frame.McusHigh * Vertical;
    }

    private static sbyte[] AllMissing()
    {
        var bits = new sbyte[64];
        Array.Fill(bits, (sbyte)-1);
        return bits;
    }

    private static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;
}

/// <summary>The frame header: size, process, components.</summary>
internal sealed class JpegFrame
{
    private JpegFrame(byte[] payload, bool progressive, int offset)
    {
        Progressive = progressive;
        Height = (payload[1] << 8) | payload[2];
        Width = (payload[3] << 8) | payload[4];
        Components = new JpegComponent[payload[5]];
        for (var i = 0; i < Components.Length; i++)
        {
            var spec = payload.AsSpan(6 + (3 * i), 3);
            var (h, v) = (spec[1] >> 4, spec[1] & 15);
            if (h is < 1 or > 4 || v is < 1 or > 4 || spec[2] > 3)
            {
                throw new ImageFormatException("a JPEG component has an impossible sampling factor or table", offset);
            }

            var id = spec[0];
            if (Array.Exists(Components[..i], other => other.Id == id))
            {
                throw new ImageFormatException("two JPEG components have the same identifier", offset);
            }

            Components[i] = new(id, h, v, spec[2]);
            MaxHorizontal = Math.Max(MaxHorizontal, h);
            MaxVertical = Math.Max(MaxVertical, v);
        }
    }

    public bool Progressive { get; }

    public int Width { get; }

    public int Height { get; }

    public JpegComponent[] Components { get; }

    public int MaxHorizontal { get; }

    public int MaxVertical { get; }

    public int McusWide => (Width + (8 * MaxHorizontal) - 1) / (8 * MaxHorizontal);

    public int McusHigh => (Height + (8 * MaxVertical) - 1) / (8 * MaxVertical);

    /// <summary>Reads and checks a frame header. Allocates nothing of the image's size.</summary>
    public static JpegFrame Parse(byte marker, ReadOnlySpan<byte> payload, int offset)
    {
        if (JpegMarker.UnsupportedProcess(marker) is { } reason)
        {
            throw new ImageFormatException(reason, offset);
        }

        if (payload.Length < 6 || payload.Length < 6 + (3 * payload[5]))
        {
            throw new ImageFormatException("the JPEG frame header is too short", offset);
        }

        if (payload[0] != 8)
        {
            throw new ImageFormatException($"JPEG with {payload[0]} bits a sample is not supported, only 8", offset);
        }

        if (payload[5] is not (1 or 3 or 4))
        {
            throw new ImageFormatException($"JPEG with {payload[5]} components is not supported, only 1, 3 or 4", offset);
        }

        var frame = new JpegFrame(payload.ToArray(), marker == JpegMarker.Sof2, offset);
        if (frame.Width == 0 || frame.Height == 0)
        {
            throw new ImageFormatException("the JPEG has no width, or a height that is given only after the picture", offset);
        }

        foreach (var component in frame.Components)
        {
            if (frame.MaxHorizontal % component.Horizontal != 0 || frame.MaxVertical % component.Vertical != 0)
            {
                throw new ImageFormatException("the JPEG's sampling factors have no whole ratio", offset);
            }

            component.Measure(frame);
        }

        return frame;
    }

    /// <summary>
    /// The smallest size of the frame's blocks in bytes: a sequential block takes at least two bits, a progressive one at least one.
    /// </summary>
    public long MinBytes()
    {
        var blocks = Components.Sum(c => (long)c.BlocksWide * c.BlocksHigh);
        return blocks * (Progressive ? 1 : 2) / 8;
    }
}
