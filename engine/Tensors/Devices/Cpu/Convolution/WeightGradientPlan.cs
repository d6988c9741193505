using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// How a weight gradient dw [K, C, KH, KW] = Σ over pixels of dy [K, pixel] · x [pixel, (C, tap)] is cut: filters × channels among tasks,
/// pixels into bands that the caches hold, and, where that leaves too few tasks, pixels among tasks too, to be added up in order
/// afterwards. Where filters are few and channels many, x and dy change roles: x [C, pixel] · dy [pixel, (K, turned tap)] is the same sum,
/// for the steps of x.
/// </summary>
internal sealed class WeightGradientPlan
{
    private const int BandPixels = 256;

    /// <summary>Tasks aimed at.</summary>
    private const int Tasks = 16;

    /// <summary>Floats of a task's sums, where one task may have all filters: a part of the second-level cache.</summary>
    private const int SumBudget = 64 * 1024;

    public WeightGradientPlan(in ConvGeometry whole, PadMode border, MicroKernel kernel)
    {
        var geometry = whole.OneGroup();
        ChannelGroups = whole.Groups;
        IsTurned = geometry is { StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1 } && geometry.K < kernel.Rows
            && geometry.C >= kernel.Rows
            && geometry.PadTop < geometry.KernelH && geometry.PadLeft < geometry.KernelW;
        var shown = Border.Of(border, geometry);
        LeftBorder = IsTurned ? shown : null;
        RightBorder = IsTurned ? null : shown;
        var g = IsTurned ? Turned(shown is null ? geometry : Inside(geometry)) : geometry;
        Given = geometry;
        LeftPlane = LeftBorder is not null ? geometry.H * geometry.W : g.OutH * g.OutW;
        kernel = ChannelGroups > 1 && g.K == 1 ? kernel.SingleRow : kernel.For(g.K);
        Geometry = g;
        Kernel = kernel;
        Taps = g.KernelH * g.KernelW;
        BandRows = Math.Clamp(BandPixels / g.OutW, 1, g.OutH);
        BandsPerImage = DivideUp(g.OutH, BandRows);
        Bands = BandsPerImage * g.N;
        Pixels = BandRows * g.OutW;
        InputRows = (BandRows - 1) * g.StrideH + (g.KernelH - 1) * g.DilationH + 1;
        InputColumns = (g.OutW - 1) * g.StrideW + (g.KernelW - 1) * g.DilationW + 1;
        ChannelLast = RoundUp(g.C, kernel.Lanes) <= 1.25 * g.C;
        var rowsPadded = RoundUp(g.K, kernel.Rows);
        if (ChannelLast)
        {
            TaskChannels = g.C >= 8 * kernel.Lanes ? 2 * kernel.Lanes : kernel.Lanes;
            Runs = Taps;
            RunColumns = TaskChannels;
            ColumnPitch = Taps * TaskChannels;
            ChannelTasks = DivideUp(g.C, TaskChannels);
            var filterTasks = DivideUp(Tasks, ChannelTasks);
            TaskFilters = Math.Min(rowsPadded, Math.Max(RoundUp(DivideUp(g.K, filterTasks), kernel.Rows), RoundUp(32, kernel.Rows)));
            BandSize = InputRows * InputColumns * TaskChannels;
        }
        else
        {
            TaskChannels = g.C;
            Runs = g.DilationW == 1 ? 1 : g.KernelW;
            RunColumns = Column * g.KernelW / Runs;
            ColumnPitch = Runs * RoundUp(RunColumns, kernel.Lanes);
            ChannelTasks = 1;
            TaskFilters = Math.Clamp(SumBudget / ColumnPitch / kernel.Rows * kernel.Rows, kernel.Rows, rowsPadded);

            // The last vector of the last pixel reads beyond what that sees.
            BandSize = (BandRows * InputColumns * Column) + kernel.Lanes + TransposedBands.Lanes;
        }

        FilterTasks = DivideUp(g.K, TaskFilters);
        Splits = Math.Min(Bands, Math.Max(1, Tasks / (ChannelTasks * FilterTasks * ChannelGroups)));
        Vectors = ColumnPitch / kernel.Lanes;
        Bases = GC.AllocateArray<int>(Vectors, pinned: true);
        Offsets = GC.AllocateArray<int>(Pixels, pinned: true);
        Places = new int[TaskChannels * Taps];
        FillTables();
    }

    /// <summary>
    /// Convolutions beside each other, of which the geometries are one: the planes of the next lie behind its own in each image.
    /// </summary>
    public int ChannelGroups { get; }

    /// <summary>Of the sum as it is computed: with x and dy in each other's place if <see cref="IsTurned"/>.</summary>
    public ConvGeometry Geometry { get; }

    /// <summary>Of the sum as it was given: x is [N, C, H, W] in memory.</summary>
    public ConvGeometry Given { get; }

    /// <summary>What lies around the left factor, or the right one, if not zeros: x is one of them.</summary>
    public Border? LeftBorder { get; }

    public Border? RightBorder { get; }

    /// <summary>Floats of a plane of the left factor in memory.</summary>
    public int LeftPlane { get; }

    /// <summary>True if x and dy, and with them filters and channels, change roles.</summary>
    public bool IsTurned { get; }

    public MicroKernel Kernel { get; }

    public int Taps { get; }

    /// <summary>
    /// The right factor is x with channels innermost, shared by all taps; otherwise one column of pixels after the other, each with all
    /// channels and rows of the kernel, so that what a pixel sees lies in one piece, which begins further on for the next pixel.
    /// </summary>
    public bool ChannelLast { get; }

    public int TaskChannels { get; }

    public int ChannelTasks { get; }

    public int TaskFilters { get; }

    public int FilterTasks { get; }

    /// <summary>Parts of the pixels that are summed apart.</summary>
    public int Splits { get; }

    public int BandRows { get; }

    public int BandsPerImage { get; }

    public int Bands { get; }

    /// <summary>Pixels of a whole band.</summary>
    public int Pixels { get; }

    /// <summary>Input rows and columns behind a whole band.</summary>
    public int InputRows { get; }

    public int InputColumns { get; }

    /// <summary>Floats of one column of pixels if not <see cref="ChannelLast"/>.</summary>
    public int Column => Geometry.C * Geometry.KernelH;

    /// <summary>
    /// Accumulators from one filter to the next: (tap, channel) if <see cref="ChannelLast"/>, else (column of the kernel, channel, row of
    /// the kernel).
    /// </summary>
    public int ColumnPitch { get; }

    /// <summary>Pieces in which what a pixel sees lies, and the floats of each.</summary>
    private int Runs { get; }

    private int RunColumns { get; }

    public int Vectors { get; }

    /// <summary>Where each vector of columns begins; see <see cref="MicroKernel"/>.</summary>
    public int[] Bases { get; }

    /// <summary>What each pixel of a band adds.</summary>
    public int[] Offsets { get; }

    /// <summary>[channel of a task, tap]: the accumulator of each number of dw, in the order in which they lie there.</summary>
    public int[] Places { get; }

    /// <summary>From one filter and channel of dw to the next.</summary>
    public int FilterStride => IsTurned ? Taps : Geometry.C * Taps;

    public int ChannelStride => IsTurned ? Geometry.K * Taps : Taps;

    public int BandSize { get; }

    public int TaskCount => Splits * ChannelTasks * FilterTasks * ChannelGroups;

    /// <summary>Numbers of a channel group's dw.</summary>
    public nint GradientSize => (nint)Geometry.K * Geometry.C * Taps;

    /// <summary>dw [k, c, t] = Σ over p of dy [k, p] · x [c, p + t − pad] = Σ over q of x [c, q] · dy [k, q + pad − t].</summary>
    private static ConvGeometry Turned(in ConvGeometry g) => g with
    {
        C = g.K, H = g.OutH, W = g.OutW, K = g.C, OutH = g.H, OutW = g.W, PadTop = g.KernelH - 1 - g.PadTop,
            PadLeft = g.KernelW - 1 - g.PadLeft,
    };

    /// <summary>The same convolution, of stride 1, of a padded copy.</summary>
    private static ConvGeometry Inside(in ConvGeometry g) => g with
    {
        H = g.OutH + g.KernelH - 1, W = g.OutW + g.KernelW - 1, PadTop = 0, PadLeft = 0,
    };

    private void FillTables()
    {
        var g = Geometry;
        var perRun = Vectors / Runs;
        for (var v = 0; v < Vectors; v++)
        {
            var (run, vector) = Math.DivRem(v, perRun);
            var start = ChannelLast
                ? (run / g.KernelW * g.DilationH * InputColumns + run % g.KernelW * g.DilationW) * TaskChannels
                : run * g.DilationW * Column;
            Bases[v] = start + vector * Kernel.Lanes;
        }

        for (var p = 0; p < Pixels; p++)
        {
            var (row, column) = Math.DivRem(p, g.OutW);
            Offsets[p] = (row * (ChannelLast ? g.StrideH : 1) * InputColumns + column * g.StrideW) * (ChannelLast ? TaskChannels : Column);
        }

        for (var i = 0; i < Places.Length; i++)
        {
            var (channel, tap) = Math.DivRem(i, Taps);
            var (ky, kx) = Math.DivRem(IsTurned ? Taps - 1 - tap : tap, g.KernelW);
            var inRun = Runs == 1 ? kx : 0;
            Places[i] = ChannelLast
                ? ((ky * g.KernelW) + kx) * TaskChannels + channel
                : ((kx - inRun) * perRun * Kernel.Lanes) + (inRun * Column) + (channel * g.KernelH) + ky;
        }
    }
}
