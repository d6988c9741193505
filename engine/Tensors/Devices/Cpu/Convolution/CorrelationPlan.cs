using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>How a group's right factor is laid out.</summary>
internal enum BandLayout
{
    /// <summary>The input itself: no padding, no column stride, rows that fill whole vectors.</summary>
    InPlace,

    /// <summary>A copy of the input rows that the group needs, padded, with the column phases of the stride apart.</summary>
    Rows,

    /// <summary>One row of pixels for each channel and place that a tap reads (im2col): for images too narrow to fill vectors.</summary>
    Pixels,
}

/// <summary>The tables of one <see cref="Phase"/>.</summary>
/// <param name="Phase">the outputs</param>
/// <param name="WeightTaps">place of each tap in the weight</param>
/// <param name="Offsets">what each channel and tap of a block adds; see <see cref="MicroKernel"/></param>
/// <param name="FirstStep">reduction steps of the phases before this one, over all channels</param>
internal sealed record PhasePlan(Phase Phase, int[] WeightTaps, int[] Offsets, int FirstStep)
{
    public int Taps => WeightTaps.Length;
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

    /// <summary>Pixels of a group.</summary>
    private const int MostPixels = 512;

    /// <summary>
    /// Sums of a pixel that are so few that a group may have eight times as many: its rows of input are then read less often.
    /// </summary>
    private const int FewSums = 8;

    /// <summary>
    /// Filters of one of several channel groups that multiply in less time than the rows of pixels take that would fill their vectors.
    /// </summary>
    private const int FewFilters = 3;

    /// <summary>Pixels of an output plane for whose layout a table is worth its memory.</summary>
    private const int MostPlanePixels = 1024;

    /// <summary>Output rows of a group; in an image too wide for them a group has a part of the columns.</summary>
    private const int LeastRows = 4;

    /// <summary>
    /// Columns that cut rows may compute for each one of whole rows: reading input more often takes less than more than that.
    /// </summary>
    private const double MostPadding = 1.04;

    /// <summary>Reduction steps of a block: long enough to hide the tile's loads and stores, short enough for the caches.</summary>
    private const int BlockDepth = 320;

    public CorrelationPlan(Correlation correlation, MicroKernel kernel)
    {
        var c = correlation;
        kernel = c is { ChannelGroups: > 1, Filters: 1 } ? kernel.SingleRow : kernel.For(c.Filters);
        Correlation = c;
        Kernel = kernel;
        Panels = DivideUp(c.Filters, kernel.Rows);
        Places = [.. c.Phases.SelectMany(p => p.Taps).Select(t => (t.Y, t.X)).Distinct().Order()];
        MinY = Places.Length == 0 ? 0 : Places.Min(t => t.Y);
        MinX = Places.Length == 0 ? 0 : Places.Min(t => t.X);
        SpanY = Places.Length == 0 ? 1 : Places.Max(t => t.Y) - MinY + 1;
        SpanX = Places.Length == 0 ? 1 : Places.Max(t => t.X) - MinX + 1;
        BlockChannels = Math.Clamp(BlockDepth / Math.Max(c.Phases.Max(p => p.Taps.Length), 1), 1, c.Channels);
        Blocks = DivideUp(c.Channels, BlockChannels);

        var columnsPadded = RoundUp(c.Columns, kernel.Lanes);
        GroupColumns = c.Columns;
        IsFew = c.ChannelGroups == 1 && (long)c.Images * c.Rows * c.Columns <= FewPixels;
        if (IsFew)
        {
            // Rows are shared by the taps that read them: a fraction of the memory, where they fill whole vectors.
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
            var most = sums <= FewSums ? Math.Clamp(c.Rows * c.Columns / 16, MostPixels, 8 * MostPixels) : MostPixels;
            var pixels = Math.Clamp(AccumulatorBudget / sums, 128, most);
            if (Layout != BandLayout.Pixels && pixels / c.Columns < LeastRows)
            {
                GroupColumns = ColumnsOf(pixels);
            }

            // Rows of pixels lie side by side whatever image they are of: those of small images fill a group together.
            IsAcrossImages = Layout == BandLayout.Pixels && c.Images > 1;
            var rows = IsAcrossImages ? c.Images * c.Rows : c.Rows;
            var groups = DivideUp(rows, Math.Max(1, pixels / GroupColumns));
            groups = Math.Min(RoundUp(groups, groups > 4 ? 4 : groups > 1 ? 2 : 1), rows);
            GroupRows = DivideUp(rows, groups);
            RowGroups = DivideUp(rows, GroupRows);
            Groups = RowGroups * ColumnGroups * (IsAcrossImages ? 1 : c.Images);
        }

        if (Layout == BandLayout.Pixels && c.Border is null && c.Rows * c.Columns <= MostPlanePixels)
        {
            SmallPlanes = new SmallPlanes(c, Places);
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
                ChannelPitch = Places.Length * AccumulatorPitch;
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
        Plane = Math.Min(c.FilterStride, c.ChannelStride);
        IsDense = Phases.Length == 1 && c.ChannelStride == Plane && Phases[0].WeightTaps.SequenceEqual(Enumerable.Range(0, Plane));
    }

    public Correlation Correlation { get; }

    public MicroKernel Kernel { get; }

    public PhasePlan[] Phases { get; }

    /// <summary>Reduction steps of all phases together.</summary>
    public int Steps { get; }

    /// <summary>Numbers of the weight for each filter and channel.</summary>
    public int Plane { get; }

    /// <summary>True if the reduction takes a filter's numbers in the order in which they lie.</summary>
    public bool IsDense { get; }

    /// <summary>Every place that a tap of any phase reads, row by row.</summary>
    public (int Y, int X)[] Places { get; }

    /// <summary>The first row and column of <see cref="Places"/> and how far they spread.</summary>
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

    /// <summary>
    /// By what <see cref="BandLayout.Pixels"/> of small planes are laid out; null for other layouts, and where a border shows.
    /// </summary>
    public SmallPlanes? SmallPlanes { get; }

    /// <summary>Groups count their rows through all images, Rows to each.</summary>
    public bool IsAcrossImages { get; }

    /// <summary>Output rows (of each phase) in a group, the last of an image perhaps fewer.</summary>
    public int GroupRows { get; }

    public int RowGroups { get; }

    /// <summary>Output columns (of each phase) in a group, the last of a row perhaps fewer: all but in wide images.</summary>
    public int GroupColumns { get; }

    public int ColumnGroups => DivideUp(Correlation.Columns, GroupColumns);

    public int Groups { get; }

    /// <summary>Accumulators from one output row to the next.</summary>
    public int RunPitch { get; }

    /// <summary>Accumulators of an output row lie as the row does in the output, and those of the next row behind them.</summary>
    public bool HasWholeRows { get; }

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

    /// <summary>
    /// Multiply-adds in the time that goes to laying out rows of few pixels and to packing the weight: fitted to pictures of 4 to 24
    /// pixels.
    /// </summary>
    public double LayoutCost => Layout == BandLayout.Pixels
        ? ((double)Correlation.Channels * Places.Length * Correlation.Images * Correlation.Rows * (320 + (7 * Correlation.Columns)))
            + (12.0 * Steps * Correlation.Filters)
        : 0;

    /// <summary>Floats that the copy of one block of a group takes.</summary>
    public long BandSize => Layout == BandLayout.InPlace ? 0 : (long)BlockChannels * ChannelPitch;

    /// <summary>Input rows behind some output rows.</summary>
    public int BandRows(int rows) => (rows - 1) * Correlation.StrideY + SpanY;

    public int VectorsOf(int rows) => DivideUp(rows * RunPitch, Kernel.Lanes);

    public static int DivideUp(int count, int unit) => (count + unit - 1) / unit;

    public static int RoundUp(int count, int unit) => DivideUp(count, unit) * unit;

    /// <summary>
    /// Columns of a group in an image so wide that a group would have too few rows, which read the same input again and again.
    /// </summary>
    private int ColumnsOf(int pixels)
    {
        var all = Correlation.Columns;
        var columns = RoundUp(DivideUp(all, DivideUp(all, Math.Max(pixels / LeastRows, 2 * Kernel.Lanes))), Kernel.Lanes);
        var whole = RoundUp(all, Kernel.Lanes);
        if (whole <= pixels && columns * DivideUp(all, columns) > MostPadding * whole)
        {
            return all;
        }

        return columns < all && (Layout == BandLayout.Rows || all % columns == 0) ? columns : all;
    }

    /// <summary>True if taps read nothing but the input, in whole vectors, and 32 bits count the numbers of a block's channels.</summary>
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
            return Array.IndexOf(Places, (tap.Y, tap.X)) * AccumulatorPitch;
        }

        var x = tap.X - MinX;
        return (tap.Y - MinY) * RowPitch + x % Correlation.StrideX * ColumnPitch + x / Correlation.StrideX;
    }
}
