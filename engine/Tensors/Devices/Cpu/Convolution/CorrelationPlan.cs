using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>Layout of a group's right factor.</summary>
internal enum BandLayout
{
    /// <summary>The input itself: no padding, no column stride, rows that fill whole vectors.</summary>
    InPlace,

    /// <summary>A padded copy of the input rows that the group needs, with columns deinterleaved by the stride.</summary>
    Rows,

    /// <summary>One row of pixels for each channel and tap position (im2col): for images too narrow to fill vectors.</summary>
    Pixels,
}

/// <summary>The tables of one <see cref="OutputPhase"/>.</summary>
/// <param name="Phase">the outputs</param>
/// <param name="WeightTaps">index of each tap in a plane of the weight</param>
/// <param name="Offsets">offset of each channel and tap of a block; see <see cref="RightFactor"/></param>
/// <param name="FirstStep">reduction steps of the phases before this one, over all channels</param>
internal sealed record PhasePlan(OutputPhase Phase, int[] WeightTaps, int[] Offsets, int FirstStep)
{
    public int Taps => WeightTaps.Length;
}

/// <summary>
/// Splits a <see cref="Correlation"/> into groups of output rows, blocks of channels and tiles, and holds the tables of the micro-kernel.
/// Everything depends on shapes and the kernel, nothing on the number of threads.
/// </summary>
internal sealed class CorrelationPlan
{
    /// <summary>Up to this many pixels all are one group, tasks split the filters, and each weight is read once.</summary>
    private const int FewPixels = 384;

    /// <summary>Floats of a task's accumulators: a part of the L2 cache.</summary>
    private const int AccumulatorBudget = 96 * 1024;

    /// <summary>Most pixels of a group.</summary>
    private const int MaxPixels = 512;

    /// <summary>
    /// Up to this many sums per pixel a group may have eight times as many pixels, so that its input rows are read less often.
    /// </summary>
    private const int FewSums = 8;

    /// <summary>
    /// Filters per channel group up to which an im2col layout of narrow rows would take longer than their products.
    /// </summary>
    private const int FewFilters = 3;

    /// <summary>Most pixels of an output plane for which a layout table is worth its memory.</summary>
    private const int MaxPlanePixels = 1024;

    /// <summary>Least output rows of a group; in images too wide for that a group has a part of the columns.</summary>
    private const int MinRows = 4;

    /// <summary>
    /// Most columns, with padding, that split rows may compute per column of whole rows; beyond that, reading the input more often is
    /// cheaper.
    /// </summary>
    private const double MaxPadding = 1.04;

    /// <summary>Reduction steps of a block: long enough to hide the tile's loads and stores, short enough for the caches.</summary>
    private const int BlockDepth = 320;

    public CorrelationPlan(Correlation correlation, MicroKernel kernel)
    {
        var c = correlation;
        kernel = c is { ChannelGroups: > 1, Filters: 1 } ? kernel.SingleRow : kernel.For(c.Filters);
        Correlation = c;
        Kernel = kernel;
        Panels = DivideUp(c.Filters, kernel.Rows);
        TapPositions = [.. c.Phases.SelectMany(p => p.Taps).Select(t => (t.Y, t.X)).Distinct().Order()];
        (MinY, MinX) = (c.FirstTapY, c.FirstTapX);
        (SpanY, SpanX) = TapPositions.Length == 0 ? (1, 1) : (TapPositions.Max(t => t.Y) - MinY + 1, TapPositions.Max(t => t.X) - MinX + 1);
        BlockChannels = Math.Clamp(BlockDepth / Math.Max(c.Phases.Max(p => p.Taps.Length), 1), 1, c.Channels);
        Blocks = DivideUp(c.Channels, BlockChannels);

        var columnsPadded = RoundUp(c.Columns, kernel.Lanes);
        GroupColumns = c.Columns;
        HasFewPixels = c.ChannelGroups == 1 && (long)c.Images * c.Rows * c.Columns <= FewPixels;
        if (HasFewPixels)
        {
            // Where rows fill whole vectors the taps share them, which takes a fraction of the memory.
            Layout = c.Images == 1 && columnsPadded == c.Columns ? BandLayout.Rows : BandLayout.Pixels;
            GroupRows = c.Images * c.Rows;
            RowGroups = 1;
            Groups = 1;
        }
        else
        {
            Layout = ReadsOnlyInside(columnsPadded) ? BandLayout.InPlace
                : columnsPadded > 1.125 * c.Columns && !(c.ChannelGroups > 1 && c.Filters <= FewFilters) ? BandLayout.Pixels
                : BandLayout.Rows;
            var sums = c.Filters * c.Phases.Length;
            var most = sums <= FewSums ? Math.Clamp(c.Rows * c.Columns / 16, MaxPixels, 8 * MaxPixels) : MaxPixels;
            var pixels = Math.Clamp(AccumulatorBudget / sums, 128, most);
            if (Layout != BandLayout.Pixels && pixels / c.Columns < MinRows)
            {
                GroupColumns = ColumnsOf(pixels);
            }

            // Rows of pixels are contiguous across images, so that several small images fill a group together.
            IsAcrossImages = Layout == BandLayout.Pixels && c.Images > 1;
            var rows = IsAcrossImages ? c.Images * c.Rows : c.Rows;
            var groups = DivideUp(rows, Math.Max(1, pixels / GroupColumns));
            var isAlone = c.ChannelGroups == 1 && (IsAcrossImages || c.Images == 1);
            groups = Math.Min(RoundUp(groups, groups > 4 ? 4 : groups > 1 || isAlone ? 2 : 1), rows);
            GroupRows = DivideUp(rows, groups);
            RowGroups = DivideUp(rows, GroupRows);
            Groups = RowGroups * ColumnGroups * (IsAcrossImages ? 1 : c.Images);
        }

        if (Layout == BandLayout.Pixels && c.Border is null && c.Rows * c.Columns <= MaxPlanePixels)
        {
            SmallPlanes = new SmallPlanes(c, TapPositions);
        }

        RunPitch = Layout == BandLayout.Pixels ? c.Columns : RoundUp(GroupColumns, kernel.Lanes);
        Vectors = DivideUp(GroupRows * RunPitch, kernel.Lanes);
        AccumulatorPitch = Vectors * kernel.Lanes;
        switch (Layout)
        {
            case BandLayout.InPlace:
                RowPitch = c.InW;
                ChannelPitch = c.InH * c.InW;
                break;
            case BandLayout.Rows:
                ColumnPitch = RoundUp(RunPitch + (SpanX - 1) / c.StrideX, 4);
                RowPitch = ColumnPitch * c.StrideX;
                ChannelPitch = BandRows(GroupRows) * RowPitch;
                break;
            default:
                ChannelPitch = TapPositions.Length * AccumulatorPitch;
                break;
        }

        HasWholeRows = c is { Phases: [{ Top: 0, Left: 0 }], OutStepX: 1, OutStepY: 1 } && RunPitch == c.OutW && GroupColumns == c.OutW
            && c.Rows == c.OutH;
        Bases = GC.AllocateArray<int>(Vectors, pinned: true);
        var vectorsInRun = Math.Max(RunPitch / kernel.Lanes, 1);
        for (var v = 0; v < Vectors; v++)
        {
            Bases[v] = Layout == BandLayout.Pixels
                ? v * kernel.Lanes
                : v / vectorsInRun * c.StrideY * RowPitch + v % vectorsInRun * kernel.Lanes;
        }

        var steps = 0;
        Phases = new PhasePlan[c.Phases.Length];
        for (var p = 0; p < Phases.Length; p++)
        {
            Phases[p] = new PhasePlan(c.Phases[p], [.. c.Phases[p].Taps.Select(t => t.Weight)], OffsetsOf(c.Phases[p].Taps), steps);
            steps += c.Phases[p].Taps.Length * c.Channels;
        }

        Steps = steps;
        IsDense = Phases.Length == 1 && c.ChannelStride == c.WeightPlane
            && Phases[0].WeightTaps.SequenceEqual(Enumerable.Range(0, c.WeightPlane));

        // No runner checks what it reads and writes: whole vectors at the last place of a block, or in place, and whole rows of sums.
        var read = (long)Bases[^1] + Phases.Max(p => p.Offsets.Max()) + kernel.Lanes;
        if ((Layout == BandLayout.InPlace ? RunPitch * ColumnGroups != c.Columns : steps > 0 && read > BandSize)
            || GroupRows * RunPitch > AccumulatorPitch || c.Phases.Any(p => p.Taps.Any(t => (uint)t.Weight >= (uint)c.WeightPlane)))
        {
            throw new InvalidOperationException("a correlation exceeds the memory that its plan allots");
        }
    }

    public Correlation Correlation { get; }

    public MicroKernel Kernel { get; }

    public PhasePlan[] Phases { get; }

    /// <summary>Reduction steps of all phases together.</summary>
    public int Steps { get; }

    /// <summary>True if the reduction reads a filter's weights in memory order.</summary>
    public bool IsDense { get; }

    /// <summary>The distinct positions that taps of all phases read, row by row.</summary>
    public (int Y, int X)[] TapPositions { get; }

    /// <summary>First row of <see cref="TapPositions"/>; also given are their first column, and the rows and columns they span.</summary>
    public int MinY { get; }

    public int MinX { get; }

    public int SpanY { get; }

    public int SpanX { get; }

    /// <summary>Panels of the micro-kernel's height into which the filters are packed.</summary>
    public int Panels { get; }

    public int BlockChannels { get; }

    public int Blocks { get; }

    /// <summary>All pixels are one group.</summary>
    public bool HasFewPixels { get; }

    public BandLayout Layout { get; }

    /// <summary>
    /// Tables for <see cref="BandLayout.Pixels"/> of small planes; null for other layouts, and with a border.
    /// </summary>
    public SmallPlanes? SmallPlanes { get; }

    /// <summary>Groups number their rows across all images.</summary>
    public bool IsAcrossImages { get; }

    /// <summary>Output rows (of each phase) per group; the last group of an image may have fewer.</summary>
    public int GroupRows { get; }

    public int RowGroups { get; }

    /// <summary>Output columns (of each phase) per group: all except in wide images; the last group of a row may have fewer.</summary>
    public int GroupColumns { get; }

    public int ColumnGroups => DivideUp(Correlation.Columns, GroupColumns);

    public int Groups { get; }

    /// <summary>Distance in accumulators between output rows.</summary>
    public int RunPitch { get; }

    /// <summary>Accumulators of successive output rows are contiguous, as in the output.</summary>
    public bool HasWholeRows { get; }

    /// <summary>Vectors of pixels in a full group.</summary>
    public int Vectors { get; }

    /// <summary>Distance in accumulators between filters.</summary>
    public int AccumulatorPitch { get; }

    /// <summary>Distance between column phases of a band.</summary>
    public int ColumnPitch { get; }

    /// <summary>Distance between rows of a band.</summary>
    public int RowPitch { get; }

    /// <summary>Distance between channels of a band.</summary>
    public int ChannelPitch { get; }

    /// <summary>Offset of each vector of a group; see <see cref="RightFactor"/>.</summary>
    public int[] Bases { get; }

    /// <summary>
    /// Cost of the im2col layout of short rows and of packing the weight, in multiply-adds: fitted to images of 4 to 24 pixels.
    /// </summary>
    public double LayoutCost => Layout == BandLayout.Pixels
        ? ((double)Correlation.Channels * TapPositions.Length * Correlation.Images * Correlation.Rows * (320 + (7 * Correlation.Columns)))
            + (12.0 * Steps * Correlation.Filters)
        : 0;

    /// <summary>Floats of the copy of one block of a group.</summary>
    public long BandSize => Layout == BandLayout.InPlace ? 0 : (long)BlockChannels * ChannelPitch;

    /// <summary>The channels of a block; the last block may have fewer.</summary>
    public (int First, int Count) ChannelsOf(int block) =>
        (block * BlockChannels, Math.Min(BlockChannels, Correlation.Channels - (block * BlockChannels)));

    /// <summary>Offset of a block's channels among those of an image, or of a band of all channels.</summary>
    public nint StartOf(int block) => (nint)ChannelsOf(block).First * ChannelPitch;

    /// <summary>Input rows that some output rows read.</summary>
    public int BandRows(int rows) => (rows - 1) * Correlation.StrideY + SpanY;

    public int VectorsOf(int rows) => DivideUp(rows * RunPitch, Kernel.Lanes);

    public static int DivideUp(int count, int unit) => (count + unit - 1) / unit;

    public static int RoundUp(int count, int unit) => DivideUp(count, unit) * unit;

    /// <summary>
    /// Columns of a group in an image so wide that groups would have too few rows, and input rows would be read too often.
    /// </summary>
    private int ColumnsOf(int pixels)
    {
        var all = Correlation.Columns;
        var columns = RoundUp(DivideUp(all, DivideUp(all, Math.Max(pixels / MinRows, 2 * Kernel.Lanes))), Kernel.Lanes);
        var whole = RoundUp(all, Kernel.Lanes);
        if (whole <= pixels && columns * DivideUp(all, columns) > MaxPadding * whole)
        {
            return all;
        }

        return columns < all && (Layout == BandLayout.Rows || all % columns == 0) ? columns : all;
    }

    /// <summary>True if taps read only inside the input, in whole vectors, and offsets within a block fit into 32 bits.</summary>
    private bool ReadsOnlyInside(int columnsPadded)
    {
        var c = Correlation;
        return c.StrideX == 1 && columnsPadded == c.Columns && (long)BlockChannels * c.InH * c.InW <= int.MaxValue
            && MinX >= 0 && MinX + SpanX - 1 + c.Columns <= c.InW
            && MinY >= 0 && MinY + SpanY - 1 + (c.Rows - 1) * c.StrideY < c.InH;
    }

    private int[] OffsetsOf(Tap[] taps)
    {
        var offsets = GC.AllocateArray<int>(BlockChannels * Math.Max(taps.Length, 1), pinned: true);
        for (var channel = 0; channel < BlockChannels; channel++)
        {
            for (var t = 0; t < taps.Length; t++)
            {
                offsets[channel * taps.Length + t] = channel * ChannelPitch + OffsetOf(taps[t]);
            }
        }

        return offsets;
    }

    private int OffsetOf(Tap tap)
    {
        if (Layout == BandLayout.Pixels)
        {
            return Array.IndexOf(TapPositions, (tap.Y, tap.X)) * AccumulatorPitch;
        }

        var x = tap.X - MinX;
        return (tap.Y - MinY) * RowPitch + x % Correlation.StrideX * ColumnPitch + x / Correlation.StrideX;
    }
}
