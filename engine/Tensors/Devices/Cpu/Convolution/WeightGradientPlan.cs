using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// Splits a weight gradient dw [K, C, KH, KW] = Σ over pixels of dy [K, pixel] · x [pixel, (C, tap)]: filters × channels among tasks,
/// pixels into bands that fit in the caches, and, if that leaves too few tasks, pixels among tasks too, whose parts are added in order.
/// With few filters and many channels x and dy are swapped: x [C, pixel] · dy [pixel, (K, mirrored tap)] is the same sum.
/// </summary>
internal sealed class WeightGradientPlan
{
    private const int BandPixels = 256;

    /// <summary>Target number of tasks.</summary>
    private const int Tasks = 16;

    /// <summary>Floats of a task's sums, where one task may have all filters: a part of the L2 cache.</summary>
    private const int SumBudget = 64 * 1024;

    public WeightGradientPlan(in ConvGeometry whole, PadMode border, MicroKernel kernel)
    {
        var geometry = whole.OneGroup();
        ChannelGroups = whole.Groups;
        IsSwapped = geometry is { StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1 } && geometry.K < kernel.Rows
            && geometry.C >= kernel.Rows
            && geometry.PadTop < geometry.KernelH && geometry.PadLeft < geometry.KernelW;
        var shown = Border.Of(border, geometry);
        LeftBorder = IsSwapped ? shown : null;
        RightBorder = IsSwapped ? null : shown;
        var g = IsSwapped ? Swapped(shown is null ? geometry : OfPaddedCopy(geometry)) : geometry;
        Original = geometry;
        LeftPlane = LeftBorder is not null ? geometry.H * geometry.W : g.OutH * g.OutW;
        kernel = ChannelGroups > 1 && g.K == 1 ? kernel.SingleRow : kernel.For(g.K);
        Geometry = g;
        Kernel = kernel;
        Taps = g.KernelH * g.KernelW;
        BandRows = Math.Clamp(BandPixels / g.OutW, 1, g.OutH);
        BandsPerImage = DivideUp(g.OutH, BandRows);
        InputRows = (BandRows - 1) * g.StrideH + (g.KernelH - 1) * g.DilationH + 1;
        InputColumns = (g.OutW - 1) * g.StrideW + (g.KernelW - 1) * g.DilationW + 1;
        ChannelsLast = RoundUp(g.C, kernel.Lanes) <= 1.25 * g.C;
        var rowsPadded = RoundUp(g.K, kernel.Rows);
        if (ChannelsLast)
        {
            TaskChannels = g.C >= 8 * kernel.Lanes ? 2 * kernel.Lanes : kernel.Lanes;
            Runs = Taps;
            RunColumns = TaskChannels;
            ColumnPitch = Taps * TaskChannels;
            ChannelTasks = DivideUp(g.C, TaskChannels);
            var filterTasks = DivideUp(Tasks, ChannelTasks);
            TaskFilters = Math.Min(rowsPadded, Math.Max(RoundUp(DivideUp(g.K, filterTasks), kernel.Rows), RoundUp(32, kernel.Rows)));
            ImageSize = InputRows * InputColumns * TaskChannels;
        }
        else
        {
            TaskChannels = g.C;
            Runs = g.DilationW == 1 ? 1 : g.KernelW;
            RunColumns = Column * g.KernelW / Runs;
            ColumnPitch = Runs * RoundUp(RunColumns, kernel.Lanes);
            ChannelTasks = 1;
            TaskFilters = Math.Clamp(SumBudget / ColumnPitch / kernel.Rows * kernel.Rows, kernel.Rows, rowsPadded);
            ImageSize = BandRows * InputColumns * Column;
        }

        FilterTasks = DivideUp(g.K, TaskFilters);
        var splits = Math.Max(1, Tasks / (ChannelTasks * FilterTasks * ChannelGroups));
        BandImages = BandsPerImage > 1 ? 1 : Math.Clamp(Math.Min(BandPixels / (BandRows * g.OutW), g.N / splits), 1, g.N);
        Bands = BandsPerImage * DivideUp(g.N, BandImages);
        Splits = Math.Min(Bands, splits);
        Pixels = BandImages * BandRows * g.OutW;

        // With few channels the last vector of the last pixel reads beyond that pixel's inputs.
        BandSize = (BandImages * ImageSize) + (ChannelsLast ? 0 : kernel.Lanes + TransposedBands.Lanes);
        Vectors = ColumnPitch / kernel.Lanes;
        Bases = GC.AllocateArray<int>(Vectors, pinned: true);
        Offsets = GC.AllocateArray<int>(Pixels, pinned: true);
        AccumulatorIndices = new int[TaskChannels * Taps];
        FillTables();
    }

    /// <summary>Channel groups; <see cref="Geometry"/> describes one of them, and their planes follow each other in each image.</summary>
    public int ChannelGroups { get; }

    /// <summary>Geometry of the computed sum, with x and dy swapped if <see cref="IsSwapped"/>.</summary>
    public ConvGeometry Geometry { get; }

    /// <summary>Original geometry of a channel group: x is [N, C, H, W] in memory.</summary>
    public ConvGeometry Original { get; }

    /// <summary>Border of the left factor, if that is x; null for zeros.</summary>
    public Border? LeftBorder { get; }

    /// <summary>Border of the right factor, if that is x; null for zeros.</summary>
    public Border? RightBorder { get; }

    /// <summary>Floats of a plane of the left factor in memory.</summary>
    public int LeftPlane { get; }

    /// <summary>True if x and dy, and with them filters and channels, are swapped.</summary>
    public bool IsSwapped { get; }

    public MicroKernel Kernel { get; }

    public int Taps { get; }

    /// <summary>
    /// True if the right factor is x with channels last, shared by all taps. Otherwise it has one column of pixels after the other, each
    /// with all channels and kernel rows, so that the inputs of a pixel are contiguous and overlap those of the next.
    /// </summary>
    public bool ChannelsLast { get; }

    public int TaskChannels { get; }

    public int ChannelTasks { get; }

    public int TaskFilters { get; }

    public int FilterTasks { get; }

    /// <summary>Parts of the pixels with separate sums.</summary>
    public int Splits { get; }

    public int BandRows { get; }

    public int BandsPerImage { get; }

    /// <summary>
    /// Images of a band: several if their planes are small, since a product of few steps is mostly loads and stores of its sums.
    /// </summary>
    public int BandImages { get; }

    /// <summary>Floats of the right factor for one image of a band.</summary>
    public int ImageSize { get; }

    public int Bands { get; }

    /// <summary>Pixels of a full band.</summary>
    public int Pixels { get; }

    /// <summary>Input rows that a full band reads.</summary>
    public int InputRows { get; }

    /// <summary>Input columns that a full band reads.</summary>
    public int InputColumns { get; }

    /// <summary>Floats per column of pixels if not <see cref="ChannelsLast"/>.</summary>
    public int Column => Geometry.C * Geometry.KernelH;

    /// <summary>
    /// Distance in accumulators between filters. Accumulators are (tap, channel) if <see cref="ChannelsLast"/>, else (kernel column,
    /// channel, kernel row).
    /// </summary>
    public int ColumnPitch { get; }

    /// <summary>Contiguous runs that make up the inputs of a pixel.</summary>
    private int Runs { get; }

    /// <summary>Floats of each run.</summary>
    private int RunColumns { get; }

    public int Vectors { get; }

    /// <summary>Offset of each vector of columns; see <see cref="RightFactor"/>.</summary>
    public int[] Bases { get; }

    /// <summary>Offset of each pixel of a band; see <see cref="RightFactor"/>.</summary>
    public int[] Offsets { get; }

    /// <summary>[channel of a task, tap]: index of the accumulator of each element of dw, in the memory order of dw.</summary>
    public int[] AccumulatorIndices { get; }

    /// <summary>Distance between filters of dw.</summary>
    public int FilterStride => IsSwapped ? Taps : Geometry.C * Taps;

    /// <summary>Distance between channels of dw.</summary>
    public int ChannelStride => IsSwapped ? Geometry.K * Taps : Taps;

    public int BandSize { get; }

    public int TaskCount => Splits * ChannelTasks * FilterTasks * ChannelGroups;

    /// <summary>Elements of a channel group's dw.</summary>
    public nint GradientSize => (nint)Geometry.K * Geometry.C * Taps;

    /// <summary>dw [k, c, t] = Σ over p of dy [k, p] · x [c, p + t − pad] = Σ over q of x [c, q] · dy [k, q + pad − t].</summary>
    private static ConvGeometry Swapped(in ConvGeometry g) => g with
    {
        C = g.K, Input = g.Output, K = g.C, Output = g.Input,
        Window = g.Window with { Padding = (g.KernelH - 1 - g.PadTop, g.KernelW - 1 - g.PadLeft) },
    };

    /// <summary>The same convolution of stride 1, on a padded copy of x.</summary>
    private static ConvGeometry OfPaddedCopy(in ConvGeometry g) => g with
    {
        Input = (g.OutH + g.KernelH - 1, g.OutW + g.KernelW - 1), Window = g.Window with { Padding = 0 },
    };

    private void FillTables()
    {
        var g = Geometry;
        var perRun = Vectors / Runs;
        for (var v = 0; v < Vectors; v++)
        {
            var (run, vector) = Math.DivRem(v, perRun);
            var start = ChannelsLast
                ? (run / g.KernelW * g.DilationH * InputColumns + run % g.KernelW * g.DilationW) * TaskChannels
                : run * g.DilationW * Column;
            Bases[v] = start + vector * Kernel.Lanes;
        }

        for (var p = 0; p < Pixels; p++)
        {
            var (image, pixel) = Math.DivRem(p, BandRows * g.OutW);
            var (row, column) = Math.DivRem(pixel, g.OutW);
            Offsets[p] = (image * ImageSize) +
                (row * (ChannelsLast ? g.StrideH : 1) * InputColumns + column * g.StrideW) * (ChannelsLast ? TaskChannels : Column);
        }

        for (var i = 0; i < AccumulatorIndices.Length; i++)
        {
            var (channel, tap) = Math.DivRem(i, Taps);
            var (ky, kx) = Math.DivRem(IsSwapped ? Taps - 1 - tap : tap, g.KernelW);
            var inRun = Runs == 1 ? kx : 0;
            AccumulatorIndices[i] = ChannelsLast
                ? ((ky * g.KernelW) + kx) * TaskChannels + channel
                : ((kx - inRun) * perRun * Kernel.Lanes) + (inRun * Column) + (channel * g.KernelH) + ky;
        }
    }
}
