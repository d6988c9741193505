using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>How a group's right factor is laid out.</summary>
internal enum BandLayout
{
    /// <summary>The input itself: no padding, no column stride, rows that fill whole vectors.</summary>
    InPlace,

    /// <summary>A copy of the input rows that the group needs, padded, with the column phases of the stride apart.</summary>
    Rows,

    /// <summary>One row of pixels for each channel and tap (im2col): for images too narrow to fill vectors.</summary>
    Pixels,
}

/// <summary>
/// How a <see cref="Correlation"/> is cut into groups of output rows, blocks of channels and tiles, and the tables that the
/// micro-kernel walks. Everything follows from shapes and the kernel, nothing from the number of threads.
/// </summary>
internal sealed class CorrelationPlan
{
    /// <summary>Up to here all pixels are one group, tasks split the filters, and each weight is read once.</summary>
    private const int FewPixels = 384;

    /// <summary>Floats of accumulators that a task keeps at hand: a part of the second-level cache.</summary>
    private const int AccumulatorBudget = 96 * 1024;

    /// <summary>Reduction steps of a block: long enough to hide the tile's loads and stores, short enough for the caches.</summary>
    private const int BlockDepth = 320;

    public CorrelationPlan(Correlation correlation, MicroKernel kernel)
    {
        var c = correlation;
        Correlation = c;
        Kernel = kernel;
        WeightTaps = [.. c.Taps.Select(t => t.Weight)];
        MinY = c.Taps.Length == 0 ? 0 : c.Taps.Min(t => t.Y);
        MinX = c.Taps.Length == 0 ? 0 : c.Taps.Min(t => t.X);
        SpanY = c.Taps.Length == 0 ? 1 : c.Taps.Max(t => t.Y) - MinY + 1;
        SpanX = c.Taps.Length == 0 ? 1 : c.Taps.Max(t => t.X) - MinX + 1;
        Panels = DivideUp(c.Filters, kernel.Rows);
        BlockChannels = Math.Clamp(BlockDepth / Math.Max(c.Taps.Length, 1), 1, c.Channels);
        Blocks = DivideUp(c.Channels, BlockChannels);

        var columnsPadded = RoundUp(c.Columns, kernel.Lanes);
        IsFew = (long)c.Images * c.Rows * c.Columns <= FewPixels;
        if (IsFew)
        {
            Layout = BandLayout.Pixels;
            GroupRows = c.Images * c.Rows;
            GroupsPerImage = 1;
            Groups = 1;
        }
        else
        {
            Layout = ReadsOnlyInside(c, columnsPadded) ? BandLayout.InPlace
                : columnsPadded > 1.125 * c.Columns ? BandLayout.Pixels
                : BandLayout.Rows;
            var pixels = Math.Clamp(AccumulatorBudget / Math.Max(c.Filters, 1), 128, 512);
            var groups = DivideUp(c.Rows, Math.Max(1, pixels / c.Columns));
            groups = groups > 4 ? Math.Min(RoundUp(groups, 4), c.Rows) : groups;
            GroupRows = DivideUp(c.Rows, groups);
            GroupsPerImage = DivideUp(c.Rows, GroupRows);
            Groups = GroupsPerImage * c.Images;
        }

        RunPitch = Layout == BandLayout.Pixels ? c.Columns : columnsPadded;
        Vectors = DivideUp(GroupRows * RunPitch, kernel.Lanes);
        AccumulatorPitch = Vectors * kernel.Lanes;
        Bases = GC.AllocateArray<int>(Vectors, pinned: true);
        Offsets = GC.AllocateArray<int>(BlockChannels * Math.Max(c.Taps.Length, 1), pinned: true);
        switch (Layout)
        {
            case BandLayout.InPlace:
                RowPitch = c.InW;
                ChannelPitch = c.InH * c.InW;
                FillRowTables();
                break;
            case BandLayout.Rows:
                ColumnPitch = RoundUp(columnsPadded + (SpanX - 1) / c.StrideX, 4);
                RowPitch = ColumnPitch * c.StrideX;
                ChannelPitch = BandRows(GroupRows) * RowPitch;
                FillRowTables();
                break;
            default:
                FillPixelTables();
                break;
        }
    }

    public Correlation Correlation { get; }

    public MicroKernel Kernel { get; }

    /// <summary>Place of each tap in the weight.</summary>
    public int[] WeightTaps { get; }

    /// <summary>The taps' first row and column and how far they spread.</summary>
    public int MinY { get; }

    public int MinX { get; }

    public int SpanY { get; }

    public int SpanX { get; }

    /// <summary>Panels of the micro-kernel's height that the filters fill.</summary>
    public int Panels { get; }

    public int BlockChannels { get; }

    public int Blocks { get; }

    /// <summary>All pixels are one group.</summary>
    public bool IsFew { get; }

    public BandLayout Layout { get; }

    /// <summary>Output rows in a group, the last of an image perhaps fewer.</summary>
    public int GroupRows { get; }

    public int GroupsPerImage { get; }

    public int Groups { get; }

    /// <summary>Accumulators from one output row to the next.</summary>
    public int RunPitch { get; }

    /// <summary>Vectors of pixels in a whole group.</summary>
    public int Vectors { get; }

    /// <summary>Accumulators from one filter to the next.</summary>
    public int AccumulatorPitch { get; }

    /// <summary>Band: from one column phase, row and channel to the next.</summary>
    public int ColumnPitch { get; }

    public int RowPitch { get; }

    public int ChannelPitch { get; }

    /// <summary>Where each vector of a group begins; see <see cref="MicroKernel"/>.</summary>
    public int[] Bases { get; }

    /// <summary>What each channel and tap of a block adds.</summary>
    public int[] Offsets { get; }

    /// <summary>Floats that the copy of one block of a group takes.</summary>
    public long BandSize => Layout switch
    {
        BandLayout.InPlace => 0,
        BandLayout.Rows => (long)BlockChannels * ChannelPitch,
        _ => (long)Offsets.Length * AccumulatorPitch,
    };

    /// <summary>Input rows behind some output rows.</summary>
    public int BandRows(int rows) => (rows - 1) * Correlation.StrideY + SpanY;

    public int VectorsOf(int rows) => DivideUp(rows * RunPitch, Kernel.Lanes);

    public static int DivideUp(int count, int unit) => (count + unit - 1) / unit;

    public static int RoundUp(int count, int unit) => DivideUp(count, unit) * unit;

    private static bool ReadsOnlyInside(Correlation c, int columnsPadded) =>
        c.StrideX == 1 && columnsPadded == c.Columns
        && c.Taps.All(t => t.X >= 0 && t.X + c.Columns <= c.InW && t.Y >= 0 && t.Y + (c.Rows - 1) * c.StrideY < c.InH);

    private void FillRowTables()
    {
        var c = Correlation;
        var perRow = RunPitch / Kernel.Lanes;
        for (var v = 0; v < Vectors; v++)
        {
            Bases[v] = v / perRow * c.StrideY * RowPitch + v % perRow * Kernel.Lanes;
        }

        for (var channel = 0; channel < BlockChannels; channel++)
        {
            for (var t = 0; t < c.Taps.Length; t++)
            {
                var x = c.Taps[t].X - MinX;
                Offsets[channel * c.Taps.Length + t] =
                    channel * ChannelPitch + (c.Taps[t].Y - MinY) * RowPitch + x % c.StrideX * ColumnPitch + x / c.StrideX;
            }
        }
    }

    private void FillPixelTables()
    {
        for (var v = 0; v < Vectors; v++)
        {
            Bases[v] = v * Kernel.Lanes;
        }

        for (var k = 0; k < Offsets.Length; k++)
        {
            Offsets[k] = k * AccumulatorPitch;
        }
    }
}
